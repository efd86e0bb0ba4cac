from django.apps import AppConfig

from apps.audit.kit import labels
from apps.common.kit import navigation
from apps.documents.kit import readers
from apps.notifications.kit import todos

ACTIONS = {
    "assessments.scores_recorded": "录入考核得分",
    "assessments.evidence_attached": "更换考核得分的佐证材料",
    "assessments.import_checked": "预检考核得分表",
    "assessments.import_outdated": "预检结果已过时（考核得分表）",
    "assessments.import_confirmed": "导入考核得分",
    "assessments.import_discarded": "放弃考核得分导入",
    "assessments.adjustments_recorded": "录入加分扣分",
    "assessments.adjustment_withdrawn": "撤回加分扣分",
    "assessments.findings_recorded": "认定评定条件",
    "assessments.veto_recorded": "记录一票否决",
    "assessments.veto_withdrawn": "撤回一票否决",
}
DETAILS = {
    "scores": "得分", "caps_at": "最高等次", "reviewee": "述职对象", "reviewees": "述职对象", "condition": "否决情形",
    "findings": "认定", "line": "情形", "points": "分值", "n_rows": "行数", "n_new": "新增", "n_changed": "更改",
    "n_problems": "错误",
}  # fmt: skip


class AssessmentsConfig(AppConfig):
    name = "apps.assessments"
    verbose_name = "考核"

    def ready(self) -> None:
        """Offer the pages to department staff, the to-do of missing figures, and the rules of who may read files."""
        from apps.assessments.lists.todos import missing_todos
        from apps.assessments.policies import may_read_evidence, may_read_workbook
        from apps.assessments.services import EVIDENCE
        from apps.assessments.services.imports import FILE_KIND

        navigation.register(
            navigation.NavItem(
                "考核得分",
                "assessments:component_list",
                50,
                lambda user: bool(user.department_paths()),
                "得分与等次",
            )
        )
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
        todos.register(missing_todos)
        readers.register(EVIDENCE, may_read_evidence)
        readers.register(FILE_KIND, may_read_workbook)
