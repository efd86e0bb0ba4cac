"""研究审定表: one field before the committee: proposals, quota, ties, vetoes, decisions with reasons, and who was present."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from apps.assessments.models import Veto
from apps.common.domain.chinese_dates import chinese_date
from apps.common.kit.sheets import SheetColumn, Table
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.grading.models import Deliberation
from apps.grading.selectors.quotas import quotas_of
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Template
from apps.official_documents.domain.wording import NamedField
from apps.official_documents.kinds.demonstration import HOST, demonstration_lines
from apps.official_documents.kinds.reading import (
    PersonLine,
    cell,
    grade_label,
    person_lines,
    score_format,
    shown,
)
from apps.official_documents.kit.kinds import DocumentKind
from apps.organizations.domain.fields import PRESET_FIELDS
from apps.organizations.models import field_named

HEAD = ("名次", "党组织", "姓名", "测评得分", "总分", "建议等次", "审定等次", "提示", "调整理由")
WIDTHS = (12, 46, 18, 18, 16, 18, 18, 37, 42)
ALIGN = "clcrrccll"


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """The use of 好 in the field, in people."""

    n_members: int
    n_allowed: int
    n_good: int
    n_undecided: int


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One field. ``vetoes`` pairs a name with what happened; ``ties`` names those who share a rank."""

    host: str
    field: str
    lines: Sequence[PersonLine]
    quota: QuotaUse
    ties: Sequence[str]
    vetoes: Sequence[tuple[str, str]]
    held_on: date | None
    members_present: str
    is_signed: bool


class DeliberationSheetKind(DocumentKind[SheetContent]):
    """One sheet for each field, for the committee's meeting and, once signed, for the file."""

    key = "deliberation_sheet"
    label = "研究审定表"
    scope = Scope.FIELD
    formats = (Format.PDF, Format.XLSX)
    is_landscape = True
    order = 40
    fields: ClassVar = (NamedField("领域", "领域的名称", "农区"),)
    template = Template(
        title="{周期名称}{领域}领域等次研究审定表",
        number="",
        signer="",
        has_seal=False,
        signature_lines=("主持人", "组织部门负责人", "记录人"),
    )

    def why_not(self, cycle: ReviewCycle) -> str:
        begun = Deliberation.objects.filter(cycle=cycle).exists()
        return "" if begun else f"“{cycle}”还没有开始研究审定，不能出具{self.label}。请先完成计分。"

    def contents(self, subject: Subject) -> SheetContent:
        deliberation = Deliberation.objects.select_related("cycle__host", "cycle__scheme").get(
            cycle_id=subject.cycle_id
        )
        lines = tuple(person_lines(deliberation.cycle, subject.field))
        return SheetContent(
            host=deliberation.cycle.host.name,
            field=field_named(subject.field).label,
            lines=lines,
            quota=_quota(deliberation, subject.field),
            ties=ties_of(lines),
            vetoes=_vetoes(subject),
            held_on=deliberation.held_on,
            members_present=deliberation.members_present,
            is_signed=deliberation.signed_off_at is not None,
        )

    def demonstration(self) -> SheetContent:
        lines = demonstration_lines("rural")
        return SheetContent(
            host=HOST,
            field=PRESET_FIELDS["rural"],
            lines=lines,
            quota=QuotaUse(len(lines), 1, 1, 0),
            ties=ties_of(lines),
            vetoes=(("赵志强", "发生越级上访且处置不力，最高只能评为“较好”"),),
            held_on=date(2026, 12, 25),
            members_present="主持：李卫东；出席：王海燕、张立新、高云鹏",
            is_signed=True,
        )

    def values(self, content: SheetContent) -> dict[str, str]:
        return {"领域": content.field}

    def compose(self, paper: Paper, content: SheetContent, dress: Dress) -> None:  # noqa: ARG002 -- no wording of its own
        paper.paragraph(_meeting(content))
        paper.paragraph(_use(content.quota))
        paper.table(HEAD, [_row(line) for line in content.lines], WIDTHS, ALIGN)
        for words in _remarks(content):
            paper.paragraph(words)

    def tables(self, content: SheetContent, dress: Dress) -> Sequence[Table]:
        rows = [_cells(line) for line in content.lines]
        notes = [_meeting(content), _use(content.quota), *_remarks(content)]
        return [
            Table(dress.title, _columns(content), rows, notes=notes, sheet_name=f"{content.field}研究审定")
        ]


def _quota(deliberation: Deliberation, field: str) -> QuotaUse:
    one = next(quota for quota in quotas_of(deliberation) if quota.field.value == field)
    return QuotaUse(one.n_members, one.n_allowed, one.n_good, one.n_undecided)


def _vetoes(subject: Subject) -> tuple[tuple[str, str], ...]:
    standing = Veto.objects.filter(
        reviewee__cycle_id=subject.cycle_id, reviewee__field=subject.field, withdrawn_at__isnull=True
    )
    rows = standing.select_related("reviewee").order_by("reviewee__order_no", "pk")
    return tuple(
        (one.reviewee.name, f"{one.reason}，最高只能评为“{one.get_caps_at_display()}”") for one in rows
    )


def ties_of(lines: Sequence[PersonLine]) -> tuple[str, ...]:
    """Return one sentence for each shared rank."""
    by_rank: dict[int, list[str]] = {}
    for line in lines:
        if line.rank is not None:
            by_rank.setdefault(line.rank, []).append(line.name)
    return tuple(
        f"{'、'.join(names)}并列第{rank}名" for rank, names in sorted(by_rank.items()) if len(names) > 1
    )


def _meeting(content: SheetContent) -> str:
    if content.held_on is None:
        return f"组织单位：{content.host}　　研究审定尚未召开"
    state = "" if content.is_signed else "（尚未签发）"
    return f"组织单位：{content.host}　　会议日期：{chinese_date(content.held_on)}{state}"


def _use(quota: QuotaUse) -> str:
    left = f"，尚有{quota.n_undecided}人未审定" if quota.n_undecided else ""
    return f"本领域{quota.n_members}人，“好”等次名额{quota.n_allowed}人，已评{quota.n_good}人{left}。"


def _remarks(content: SheetContent) -> list[str]:
    """Return what stands under the table: members, ties, vetoes."""
    found = []
    if content.members_present.strip():
        found.append(f"出席人员：{'　'.join(content.members_present.split())}")
    if content.ties:
        found.append(f"同分情况：{'；'.join(content.ties)}。")
    found += [f"{line.name}{line.reconsidered}。" for line in content.lines if line.reconsidered]
    found += [f"一票否决：{name}，{words}。" for name, words in content.vetoes]
    return found


def _row(line: PersonLine) -> list[object]:
    return [
        line.rank or "—",
        line.organization,
        line.name,
        shown(line.ballot_score, is_hidden=line.is_hidden),
        shown(line.total, is_hidden=line.is_hidden),
        grade_label(line.proposed),
        line.grade_label,
        "；".join(line.flags),
        line.reason,
    ]


def _columns(content: SheetContent) -> list[SheetColumn]:
    widths = (8, 30, 10, 10, 10, 10, 10, 30, 40)
    columns = [SheetColumn(head, width) for head, width in zip(HEAD, widths, strict=True)]
    as_published = score_format(content.lines)
    return [
        replace(one, number_format=as_published) if one.head in {"测评得分", "总分"} else one
        for one in columns
    ]


def _cells(line: PersonLine) -> list[object]:
    return [
        line.rank,
        line.organization,
        line.name,
        cell(line.ballot_score, is_hidden=line.is_hidden),
        cell(line.total, is_hidden=line.is_hidden),
        grade_label(line.proposed) if line.proposed else None,
        line.grade_label if line.grade else None,
        "；".join(line.flags),
        line.reason,
    ]
