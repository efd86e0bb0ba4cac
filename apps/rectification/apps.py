from django.apps import AppConfig

from apps.accounts.domain.roles import SCOPED_ROLES, Role
from apps.audit.kit import labels
from apps.common.kit import navigation
from apps.documents.kit import readers
from apps.notifications.kit import todos

LABELS = {
    "rectification.items_created": "生成整改事项",
    "rectification.planned": "制定整改措施",
    "rectification.progress_reported": "填报整改进展",
    "rectification.close_out_applied": "申请销号",
    "rectification.closed_out": "验收销号",
    "rectification.sent_back": "验收退回",
    "rectification.deadline_extended": "整改延期",
}


class RectificationConfig(AppConfig):
    name = "apps.rectification"
    verbose_name = "整改"

    def ready(self) -> None:
        """Listen, and offer pages, to-dos and the rule of who may read evidence."""
        from apps.rectification import receivers  # noqa: F401 -- connects the receivers
        from apps.rectification.lists import item_todos
        from apps.rectification.policies import may_read_evidence
        from apps.rectification.services import EVIDENCE

        navigation.register(
            navigation.NavItem(
                "整改", "rectification:item_list", 70, lambda actor: actor.holds(*SCOPED_ROLES), "整改与总览"
            )
        )
        navigation.register(
            navigation.NavItem(
                "我的整改",
                "rectification:own_item_list",
                4,
                lambda actor: actor.holds(Role.SECRETARY.value),
                "本人",
            )
        )
        todos.register(item_todos)
        readers.register(EVIDENCE, may_read_evidence)
        labels.register(LABELS)
