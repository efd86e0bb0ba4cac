from typing import TYPE_CHECKING

from django.apps import AppConfig

from apps.common.kit import navigation
from apps.documents.kit import readers

if TYPE_CHECKING:
    from apps.accounts.models import User


class RostersConfig(AppConfig):
    name = "apps.rosters"
    verbose_name = "花名册"

    def ready(self) -> None:
        """Offer the imports to department staff; a workbook is read by whoever uploaded it."""
        navigation.register(
            navigation.NavItem(
                "花名册导入",
                "rosters:import_list",
                12,
                lambda actor: bool(actor.department_paths()),
                "组织与书记",
            )
        )
        readers.register("rosters.workbook", may_read_workbook)


def may_read_workbook(user: "User", file: readers.ReadableFile) -> bool:
    """Tell whether the account uploaded the workbook."""
    return file.created_by_id == user.pk
