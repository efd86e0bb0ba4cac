from django.apps import AppConfig

from apps.common.kit import navigation


class OrganizationsConfig(AppConfig):
    name = "apps.organizations"
    verbose_name = "党组织"

    def ready(self) -> None:
        """Offer the list to everybody who has a part of the tree."""
        navigation.register(
            navigation.NavItem(
                "党组织",
                "organizations:organization_list",
                10,
                lambda actor: bool(actor.scope_paths()),
                "组织与书记",
            )
        )
