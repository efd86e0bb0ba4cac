from typing import TYPE_CHECKING

from django.apps import AppConfig

from apps.audit.kit import labels
from apps.common.kit import navigation
from apps.documents.kit import jobs, readers

if TYPE_CHECKING:
    from apps.accounts.models import User

ACTIONS = {
    "rosters.received": "收下花名册（后台预检）",
    "rosters.unreadable": "花名册不能读取",
    "rosters.checked": "预检花名册",
    "rosters.rechecked": "花名册有变化，重新预检",
    "rosters.refused": "退回花名册（有错误行）",
    "rosters.confirmed": "导入花名册",
    "rosters.discarded": "放弃花名册导入",
    "rosters.exported": "导出花名册（含手机号）",
}
DETAILS = {
    "file": "文件", "n_organizations": "党组织行数", "n_secretaries": "书记行数", "n_created": "新增", "n_updated": "更新",
    "n_unchanged": "不变", "n_gone": "工作簿里没有", "n_errors": "错误", "n_rows": "行数",
}  # fmt: skip


class RostersConfig(AppConfig):
    name = "apps.rosters"
    verbose_name = "花名册"

    def ready(self) -> None:
        """Offer the imports to department staff; a workbook or an export is read by whoever made it."""
        from apps.rosters import tasks

        navigation.register(
            navigation.NavItem(
                "花名册导入",
                "rosters:import_list",
                12,
                lambda actor: bool(actor.department_paths()),
                "花名册",
            )
        )
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
        readers.register("rosters.workbook", may_read_own)
        readers.register("rosters.export", may_read_own)
        jobs.register("rosters.check", tasks.check)
        jobs.register("rosters.confirm", tasks.confirm)
        jobs.register("rosters.export", tasks.export)


def may_read_own(user: "User", file: readers.ReadableFile) -> bool:
    """Tell whether the account uploaded the workbook or ordered the export."""
    return file.created_by_id == user.pk
