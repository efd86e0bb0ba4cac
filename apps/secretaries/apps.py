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
    "secretaries.phones_exported": "导出完整手机号",
    "secretaries.photo_set": "上传照片",
    "secretaries.photo_removed": "删除照片",
    "secretaries.election_recorded": "登记换届",
    "secretaries.election_corrected": "更正换届记录",
    "secretaries.election_shifted": "延期或提前换届",
    "secretaries.election_voided": "撤销换届登记",
    "secretaries.term_set": "设置届期",
}
DETAILS = {
    "organization": "党组织", "post": "职务", "started_on": "任职日期", "ended_on": "免职日期",
    "end_reason": "免职原因", "end_note": "免职说明", "gender": "性别", "born_on": "出生年月", "phone": "手机", "from": "原职务",
    "to": "新职务", "on": "日期", "note": "说明", "reason": "原因", "n": "人数", "ids": "人员编号",
    "digest": "照片摘要", "held_on": "换届日期", "term_years": "届期（年）", "due_on": "应换届日期", "shift_reason": "提前或延期原因",
    "shift_document": "批复文号",
}  # fmt: skip


class SecretariesConfig(AppConfig):
    name = "apps.secretaries"
    verbose_name = "书记"

    def ready(self) -> None:
        """Offer the list to staff and the own card to secretaries; put the heads on the organization's page."""
        from apps.organizations.kit import open_work
        from apps.organizations.kit.parts import organization_parts
        from apps.secretaries.receivers import (
            elections_of_organization,
            heads_of_organization,
            open_appointments,
        )

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
                "书记空缺",
                "secretaries:vacancy_list",
                12,
                lambda actor: bool(actor.scope_paths()),
                "花名册",
            )
        )
        navigation.register(
            navigation.NavItem(
                "换届", "secretaries:election_list", 12, lambda actor: bool(actor.scope_paths()), "花名册"
            )
        )
        navigation.register(
            navigation.NavItem(
                "我的任职", "secretaries:own_card", 6, lambda actor: actor.secretary_id is not None, "本人"
            )
        )
        organization_parts.register("secretaries", heads_of_organization)
        open_work.register("secretaries", open_appointments)
        organization_parts.register("secretaries.elections", elections_of_organization)
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
