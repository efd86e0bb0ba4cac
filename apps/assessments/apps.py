from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "apps.assessments"
    verbose_name = "考核"

    def ready(self) -> None:
        from apps.audit.kit import labels
        from apps.common.kit import navigation

        navigation.register(
            navigation.NavItem(
                "考核得分",
                "assessments:component_list",
                50,
                lambda user: bool(user.department_paths()),
                "得分与等次",
            )
        )
        labels.register(
            {
                "assessments.scores_recorded": "录入考核得分",
                "assessments.veto_recorded": "记录一票否决",
                "assessments.veto_withdrawn": "撤回一票否决",
            }
        )
        labels.register_details({"scores": "得分", "caps_at": "最高等次", "reviewee": "述职对象"})
