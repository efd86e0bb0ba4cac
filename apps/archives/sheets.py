"""The lists of a cycle as workbooks, and its log as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence

from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes
from apps.scoring.domain.packages import safe_text

Rows = Iterable[Sequence[object]]
WIDE = {
    "问题": 40,
    "整改措施": 40,
    "点评内容": 60,
    "审核意见": 40,
    "内容": 40,
    "事由": 40,
    "依据": 30,
    "党组织": 26,
}
REVIEWEES = ("序号", "姓名", "党组织", "职务", "领域", "述职方式")
ROUNDS = ("党组织", "姓名", "轮次", "提交时间", "结论", "审核时间", "审核意见")
COMMENTARIES = ("会议", "党组织", "姓名", "点评领导", "点评内容")
FIGURES = ("党组织", "姓名", "构成", "得分", "满分", "依据")
POINTS = ("党组织", "姓名", "类别", "情形", "分值", "事由", "发生日期", "撤回时间")
CAPS = ("党组织", "姓名", "情形", "结论", "依据", "撤回时间")
ITEMS = (
    "编号",
    "党组织",
    "来源",
    "问题",
    "整改措施",
    "责任领导",
    "责任人",
    "时限",
    "延期至",
    "状态",
    "进度（%）",
    "销号时间",
    "验收意见",
)
PROGRESS = ("事项编号", "时间", "类别", "内容", "进度（%）", "时限")
LOG = (
    "序号",
    "时间",
    "账号",
    "事项",
    "事项代码",
    "对象类型",
    "对象编号",
    "对象",
    "内容",
    "前一条散列",
    "本条散列",
)


def sheet(title: str, head: Sequence[str], rows: Rows, *, name: str) -> Table:
    """Return one worksheet with columns of fitting width."""
    return Table(title, [SheetColumn(one, WIDE.get(one, 14)) for one in head], rows, sheet_name=name)


def workbook(*tables: Table) -> bytes:
    """Return a workbook."""
    return workbook_bytes(*tables)


def csv_file(head: Sequence[str], rows: Rows) -> bytes:
    """Return a CSV that spreadsheets open; nothing in it is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe_text(one) if isinstance(one, str) else one for one in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
