from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "apps.assessments"
    verbose_name = "考核"

    def ready(self) -> None:
        from apps.common.kit import navigation

        navigation.register(
            navigation.NavItem(
                "考核得分", "assessments:component_list", 58, lambda user: bool(user.department_paths())
            )
        )
