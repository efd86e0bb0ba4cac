from django.apps import AppConfig

from apps.common.kit import navigation


class PortalConfig(AppConfig):
    name = "apps.portal"
    verbose_name = "首页"

    def ready(self) -> None:
        navigation.register(
            navigation.NavItem("待办", "portal:home", 0, lambda actor: actor.is_authenticated)
        )
