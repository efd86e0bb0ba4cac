"""The comparison and the what-if as workbooks: one sheet per table, the same figures as on the page."""

from collections.abc import Iterable, Sequence
from typing import Any

from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes
from apps.cycles.domain.grades import Grade
from apps.insights.domain.tables import Line, Section
from apps.insights.domain.what_if.results import TrialResult
from apps.insights.domain.what_if.standings import FieldMoves
from apps.organizations.models import field_named


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


TRIAL_MARK = "【试算】不是正式得分，不作为评定依据"


def trial_workbook(title: str, result: TrialResult, notes: Sequence[str]) -> bytes:
    """Return a what-if as an xlsx that says on every sheet that it is one."""
    marked = [TRIAL_MARK, *notes]
    return workbook_bytes(
        Table(
            title=f"【试算】{title}",
            columns=TRIAL_COLUMNS,
            rows=[row for field in result.fields for row in _trial_rows(field, result)],
            notes=[*marked, _left_out_note(result)],
            sheet_name="试算结果",
        ),
        Table(
            title=f"【试算】{title}：与现行方案的不同",
            columns=[SheetColumn("事项", 30), SheetColumn("现行方案", 34), SheetColumn("试算", 34)],
            rows=[(one.what, one.before, one.now) for one in result.differences],
            notes=marked,
            sheet_name="方案的不同",
        ),
        Table(
            title=f"【试算】{title}：不参加试算的人员",
            columns=[SheetColumn("姓名"), SheetColumn("党组织", 30), SheetColumn("原因", 60)],
            rows=[(one.person.name, one.person.organization, one.reason) for one in result.left_out],
            notes=marked,
            sheet_name="不参加试算",
        ),
    )


TRIAL_COLUMNS = [
    SheetColumn("领域", 10),
    SheetColumn("姓名"),
    SheetColumn("党组织", 30),
    SheetColumn("现总分（分）", 12, "0.00"),
    SheetColumn("试算总分（分）", 13, "0.00"),
    SheetColumn("变化（分）", 11, "+0.00;-0.00;0.00"),
    SheetColumn("现名次", 9),
    SheetColumn("试算名次", 9),
    SheetColumn("升降", 12),
    SheetColumn("现建议等次", 11),
    SheetColumn("试算建议等次", 12),
]


def _trial_rows(field: FieldMoves, result: TrialResult) -> Iterable[list[Any]]:
    for move in field.moves:
        who, before, now = result.people[move.key], move.before, move.now
        yield [
            field_named(field.field).label, who.name, who.organization, before.total, now.total, move.change,
            before.rank, now.rank, _steps(move.n_up), _label(before.grade), _label(now.grade),
        ]  # fmt: skip


def _steps(n_up: int) -> str:
    return "不变" if not n_up else f"{'升' if n_up > 0 else '降'} {abs(n_up)} 名"


def _label(grade: Grade | None) -> str:
    return grade.label if grade else "未提出"


def _left_out_note(result: TrialResult) -> str:
    return f"不参加试算 {len(result.left_out)} 人；名次和建议等次都只在参加试算的人中比较。"
