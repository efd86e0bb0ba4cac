from django.apps import AppConfig

from apps.audit.kit import labels
from apps.common.kit import navigation

ACTIONS = {
    "secretaries.created": "新增书记",
    "secretaries.edited": "修改书记信息",
    "secretaries.appointed": "登记任职",
    "secretaries.appointment_ended": "登记免职",
    "secretaries.appointment_corrected": "更正任职",
    "secretaries.appointment_voided": "撤销任职登记",
    "secretaries.transferred": "登记调任",
    "secretaries.phone_revealed": "查看完整手机号",
}
DETAILS = {
    "organization": "党组织", "post": "职务", "started_on": "任职日期", "ended_on": "免职日期", "gender": "性别",
    "born_on": "出生年月", "phone": "手机",
}  # fmt: skip


class SecretariesConfig(AppConfig):
    name = "apps.secretaries"
    verbose_name = "书记"

    def ready(self) -> None:
        """Offer the list to staff and the own card to secretaries; put the heads on the organization's page."""
        from apps.organizations.kit import open_work
        from apps.organizations.kit.parts import organization_parts
        from apps.secretaries.receivers import heads_of_organization, open_appointments

        navigation.register(
            navigation.NavItem(
                "书记",
                "secretaries:secretary_list",
                11,
                lambda actor: bool(actor.scope_paths()),
                "花名册",
            )
        )
        navigation.register(
            navigation.NavItem(
                "我的任职", "secretaries:own_card", 6, lambda actor: actor.secretary_id is not None, "本人"
            )
        )
        organization_parts.register("secretaries", heads_of_organization)
        open_work.register("secretaries", open_appointments)
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
