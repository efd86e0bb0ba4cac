"""The summary table as xlsx."""

from apps.common.domain.chinese_dates import chinese_date
from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes
from apps.grading.domain.letters import SummaryTable

COLUMNS = (
    SheetColumn("序号", 6),
    SheetColumn("党组织", 34),
    SheetColumn("姓名", 10),
    SheetColumn("领域", 8),
    SheetColumn("述职方式", 10),
    SheetColumn("测评得分", 10, "0.00"),
    SheetColumn("总分", 10, "0.00"),
    SheetColumn("领域内名次", 10),
    SheetColumn("建议等次", 10),
    SheetColumn("综合评价等次", 12),
    SheetColumn("备注", 40),
)


def summary_workbook(table: SummaryTable) -> bytes:
    """Return the workbook. Missing or hidden figures are empty cells, never 0."""
    state = f"签发日期：{chinese_date(table.signed_on)}" if table.signed_on else "等次尚未签发，供研究使用"
    rows = [
        (
            place,
            line.organization,
            line.name,
            line.field,
            line.mode,
            line.ballot_score,
            line.total,
            line.rank,
            line.proposed_grade,
            line.overall_grade,
            line.remark,
        )
        for place, line in enumerate(table.lines, start=1)
    ]
    notes = (f"组织单位：{table.host}　{state}　共 {len(rows)} 人",)
    return workbook_bytes(Table(table.title, COLUMNS, rows, notes=notes, sheet_name="结果汇总"))
