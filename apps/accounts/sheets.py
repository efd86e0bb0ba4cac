"""The one list of one-time passwords: written once, into the answer, and nowhere else."""

from collections.abc import Sequence

from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes


def password_list(rows: Sequence[tuple[str, str, str, str]]) -> bytes:
    """Return the xlsx of (name, organization, user name, one-time password)."""
    return workbook_bytes(
        Table(
            title="书记账号与一次性密码",
            columns=[
                SheetColumn("姓名", 14),
                SheetColumn("党组织", 36),
                SheetColumn("用户名", 20),
                SheetColumn("一次性密码", 22),
            ],
            rows=rows,
            notes=["首次登录后须改密码。平台不保存一次性密码；遗失请重置。请妥善分发，分发后销毁本表。"],
            sheet_name="书记账号",
            landscape=False,
        )
    )
