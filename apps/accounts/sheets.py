"""The one list of one-time passwords: written once, into the answer, and nowhere else."""

from collections.abc import Sequence

from apps.accounts.services import NewAccount
from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes


def password_list(accounts: Sequence[NewAccount], organizations: dict[int, str]) -> bytes:
    """Return the xlsx; ``organizations`` is the name by secretary id."""
    return workbook_bytes(
        Table(
            title="书记账号与一次性密码",
            columns=[
                SheetColumn("姓名", 14),
                SheetColumn("党组织", 36),
                SheetColumn("用户名", 20),
                SheetColumn("一次性密码", 22),
            ],
            rows=[
                (
                    account.user.display_name,
                    organizations.get(account.user.secretary_id or 0, ""),
                    account.user.username,
                    account.password,
                )
                for account in accounts
            ],
            notes=["首次登录后须改密码。平台不保存一次性密码；遗失请重置。请妥善分发，分发后销毁本表。"],
            sheet_name="书记账号",
            landscape=False,
        )
    )
