from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "apps.common"
    verbose_name = "公共"

    def ready(self) -> None:
        """Keep the database's log quiet from the first connection on."""
        from apps.common import receivers  # noqa: F401 -- connects itself
