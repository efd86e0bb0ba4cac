from django.apps import AppConfig

from apps.common.kit import navigation


class SecretariesConfig(AppConfig):
    name = "apps.secretaries"
    verbose_name = "书记"

    def ready(self) -> None:
        """Offer the list to staff and the own card to secretaries; put the heads on the organization's page."""
        from apps.organizations.kit.parts import organization_parts
        from apps.secretaries.receivers import heads_of_organization

        navigation.register(
            navigation.NavItem(
                "书记",
                "secretaries:secretary_list",
                11,
                lambda actor: bool(actor.scope_paths()),
                "组织与书记",
            )
        )
        navigation.register(
            navigation.NavItem(
                "我的任职", "secretaries:own_card", 35, lambda actor: actor.secretary_id is not None
            )
        )
        organization_parts.register("secretaries", heads_of_organization)
