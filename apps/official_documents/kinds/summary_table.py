"""结果汇总表: everybody of a cycle, or of one field, by rank. Landscape, and as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from apps.common.domain.chinese_dates import chinese_date
from apps.common.kit.sheets import SheetColumn, Table
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Template
from apps.official_documents.domain.wording import NamedField
from apps.official_documents.kinds.demonstration import HOST, demonstration_lines
from apps.official_documents.kinds.reading import (
    PersonLine,
    cell,
    count_grades,
    grade_label,
    not_scored,
    person_lines,
    score_format,
    shown,
    signed_on,
)
from apps.official_documents.kit.kinds import DocumentKind
from apps.organizations.domain.fields import PRESET_FIELDS
from apps.organizations.models import field_named

HEAD = (
    "序号",
    "党组织",
    "姓名",
    "领域",
    "述职方式",
    "测评得分",
    "总分",
    "名次",
    "建议等次",
    "综合等次",
    "备注",
)
WIDTHS = (11, 42, 18, 12, 18, 18, 15, 12, 18, 18, 43)
ALIGN = "clcccrrcccl"
COLUMNS = (
    SheetColumn("序号", 6),
    SheetColumn("党组织", 30),
    SheetColumn("姓名", 10),
    SheetColumn("职务", 16),
    SheetColumn("领域", 8),
    SheetColumn("述职方式", 10),
    SheetColumn("测评得分", 10),
    SheetColumn("总分", 10),
    SheetColumn("领域内名次", 10),
    SheetColumn("领域人数", 10),
    SheetColumn("建议等次", 10),
    SheetColumn("综合评价等次", 12),
    SheetColumn("备注", 40),
)
SCORES = ("测评得分", "总分")
UNSIGNED = "等次尚未签发，供研究使用"
HIDDEN_NOTE = "“不显示”：有效票较少，为保护填票人，得分不列示；名次和等次按实际得分确定。"


@dataclass(frozen=True, slots=True)
class SummaryContent:
    """``field`` is the name of the one field, or empty for all. ``signed_on`` ``None``: still under deliberation."""

    host: str
    field: str
    lines: Sequence[PersonLine]
    signed_on: date | None


class SummaryTableKind(DocumentKind[SummaryContent]):
    """The whole cycle in one table."""

    key = "summary_table"
    label = "结果汇总表"
    scope = Scope.CYCLE
    formats = (Format.PDF, Format.XLSX)
    is_landscape = True
    has_working_copy = True
    order = 30
    fields: ClassVar = (NamedField("领域", "领域的名称；全部领域时为空", "农区"),)
    template = Template(title="{周期名称}结果汇总表", number="", has_seal=False)

    def why_not(self, cycle: ReviewCycle) -> str:
        return not_scored(cycle, self.label)

    def contents(self, subject: Subject) -> SummaryContent:
        cycle = ReviewCycle.objects.select_related("host").get(pk=subject.cycle_id)
        return SummaryContent(
            host=cycle.host.name,
            field=field_named(subject.field).label if subject.field else "",
            lines=tuple(person_lines(cycle, subject.field)),
            signed_on=signed_on(cycle),
        )

    def demonstration(self) -> SummaryContent:
        return SummaryContent(HOST, "", demonstration_lines(), date(2026, 12, 25))

    def values(self, content: SummaryContent) -> dict[str, str]:
        return {"领域": content.field}

    def compose(self, paper: Paper, content: SummaryContent, dress: Dress) -> None:  # noqa: ARG002 -- no wording of its own
        paper.paragraph(_note(content))
        rows = [_row(place, line) for place, line in enumerate(content.lines, start=1)]
        paper.table(HEAD, rows, WIDTHS, ALIGN)
        if any(line.is_hidden for line in content.lines):
            paper.paragraph(HIDDEN_NOTE)

    def tables(self, content: SummaryContent, dress: Dress) -> Sequence[Table]:
        rows = [_cells(place, line) for place, line in enumerate(content.lines, start=1)]
        notes = [_note(content).replace("　　", "　")]
        if any(line.is_hidden for line in content.lines):
            notes.append(HIDDEN_NOTE)
        whole = Table(dress.title, _columns(content), rows, notes=notes, sheet_name="结果汇总")
        return [whole, _counts(dress.title, content)]


class FieldSummaryKind(SummaryTableKind):
    """One field in one table."""

    key = "field_summary"
    label = "领域汇总表"
    scope = Scope.FIELD
    has_working_copy = False
    order = 31
    template = Template(title="{周期名称}{领域}领域结果汇总表", number="", has_seal=False)

    def demonstration(self) -> SummaryContent:
        return SummaryContent(HOST, PRESET_FIELDS["rural"], demonstration_lines("rural"), date(2026, 12, 25))


def _columns(content: SummaryContent) -> list[SheetColumn]:
    """Return the columns, scores with the decimals of the scheme."""
    as_published = score_format(content.lines)
    return [
        replace(column, number_format=as_published) if column.head in SCORES else column for column in COLUMNS
    ]


def _note(content: SummaryContent) -> str:
    state = f"签发日期：{chinese_date(content.signed_on)}" if content.signed_on else UNSIGNED
    return f"组织单位：{content.host}　　{state}　　共{len(content.lines)}人"


def _remark(line: PersonLine) -> str:
    return "；".join(part for part in (*line.flags, line.reason, line.reconsidered) if part)


def _row(place: int, line: PersonLine) -> list[object]:
    return [
        place,
        line.organization,
        line.name,
        line.field_label,
        line.mode,
        shown(line.ballot_score, is_hidden=line.is_hidden),
        shown(line.total, is_hidden=line.is_hidden),
        line.rank or "—",
        grade_label(line.proposed),
        line.grade_label,
        _remark(line),
    ]


def _cells(place: int, line: PersonLine) -> list[object]:
    return [
        place,
        line.organization,
        line.name,
        line.post,
        line.field_label,
        line.mode,
        cell(line.ballot_score, is_hidden=line.is_hidden),
        cell(line.total, is_hidden=line.is_hidden),
        line.rank,
        line.n_in_field or None,
        grade_label(line.proposed) if line.proposed else None,
        line.grade_label if line.grade else None,
        _remark(line),
    ]


def _counts(title: str, content: SummaryContent) -> Table:
    columns = [SheetColumn(head, 12) for head in ("领域", "人数", "好", "较好", "一般", "差", "未审定")]
    rows = [[one.label, one.n, *one.counts, one.n_open] for one in count_grades(content.lines)]
    return Table(f"{title}：等次分布", columns, rows, sheet_name="等次分布", landscape=False)
