"""Roster workbooks for tests, and an import made from one."""

from datetime import UTC, datetime
from io import BytesIO

from openpyxl import Workbook

from apps.rosters.services import check_workbook

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
ORGANIZATION_HEADS = ["编码*", "名称*", "上级编码", "类型*", "领域*", "成立日期", "撤销日期", "备注"]
SECRETARY_HEADS = ["姓名*", "性别", "出生年月", "手机", "党组织编码*", "职务*", "任职日期*", "免职日期"]
ROOT = ["R", "中共示范区委员会", None, "党委", "机关", None, None, None]
TOWN = ["T1", "柳湾镇党委", "R", "党委", "农区", "1998-07-01", None, None]
BRANCH = ["B1", "东湾村党支部", "T1", "党支部", "农区", None, None, "备注"]
HEAD = ["张三", "男", "1980-05", "13800001234", "T1", "党委书记", "2021-03-01", None]


def workbook(organizations=(), secretaries=(), *, heads=None, edit=None):
    """Return an xlsx. ``heads`` replaces the heads of a sheet; ``edit(book)`` may change anything before it is saved."""
    heads = heads or {}
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, default, rows in (
        ("党组织", ORGANIZATION_HEADS, organizations),
        ("书记", SECRETARY_HEADS, secretaries),
    ):
        page = book.create_sheet(name)
        page.append(heads.get(name, default))
        for row in rows:
            page.append(row)
    if edit:
        edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def make_import(*, actor, organizations=(ROOT, TOWN, BRANCH), secretaries=(HEAD,), name="花名册.xlsx", at=AT):
    """Check a workbook as ``actor`` (``None``: the command on the server)."""
    return check_workbook(name, workbook(organizations, secretaries), actor=actor, at=at)
