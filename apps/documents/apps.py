from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "apps.documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from apps.common.kit.navigation import NavItem, register
        from apps.documents import receivers  # noqa: F401 -- connects them

        register(NavItem("任务", "documents:job_list", 90, lambda user: user.holds("clerk", "head")))
