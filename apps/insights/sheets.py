"""The comparison as a workbook: one sheet per table, the same figures as on the page."""

from collections.abc import Iterable, Sequence
from typing import Any

from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes
from apps.insights.domain.tables import Line, Section


def comparison_workbook(title: str, sections: Sequence[Section], notes: Sequence[str]) -> bytes:
    """Return an xlsx with exactly what the page shows."""
    return workbook_bytes(*(_table(title, section, notes) for section in sections))


def _table(title: str, section: Section, notes: Sequence[str]) -> Table:
    heads = [SheetColumn(head.label, 14, head.number_format) for head in section.heads]
    return Table(
        title=f"{title}：{section.title}",
        columns=[SheetColumn(section.label_head, 26), *heads],
        rows=_rows(section.lines),
        notes=[*notes, section.note] if section.note else list(notes),
        sheet_name=section.title,
    )


def _rows(lines: Iterable[Line]) -> Iterable[list[Any]]:
    for line in lines:
        yield [line.label, *(cell.value for cell in line.cells)]
