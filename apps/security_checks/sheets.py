"""The self-check as a workbook: the list of evidence an assessor asks for."""

from collections.abc import Sequence

from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes
from apps.security_checks.selectors import Line

COLUMNS = (
    SheetColumn("序号", 6),
    SheetColumn("方面", 16),
    SheetColumn("要求", 32),
    SheetColumn("条款（GB/T 22239）", 14),
    SheetColumn("结论", 10),
    SheetColumn("证据", 60),
    SheetColumn("整改", 44),
)


def self_check_workbook(lines: Sequence[Line], notes: Sequence[str]) -> bytes:
    """Return the xlsx."""
    rows = [
        [
            number,
            line.requirement.group.label,
            line.requirement.title,
            line.requirement.clause,
            line.finding.state.label,
            line.finding.evidence,
            line.finding.remedy,
        ]
        for number, line in enumerate(lines, start=1)
    ]
    return workbook_bytes(Table("等级保护自查表", COLUMNS, rows, notes, sheet_name="自查"))
