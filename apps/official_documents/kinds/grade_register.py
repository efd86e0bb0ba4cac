"""等次登记表: who was given which overall grade, for the personnel files (干部人事档案). Grades only, no scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from apps.common.domain.chinese_dates import chinese_date
from apps.common.domain.formats import MISSING
from apps.common.kit.sheets import SheetColumn, Table
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import AppraisalGrade
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Template
from apps.official_documents.domain.wording import NamedField
from apps.official_documents.kinds.demonstration import HOST, demonstration_lines
from apps.official_documents.kinds.reading import (
    PersonLine,
    count_grades,
    not_signed_off,
    person_lines,
    signed_on,
)
from apps.official_documents.kit.kinds import DocumentKind
from apps.organizations.domain.fields import PRESET_FIELDS
from apps.organizations.models import field_named

HEAD = ("序号", "姓名", "党组织", "职务", "领域", "综合评价等次", "年度考核最高可评")
WIDTHS = (11, 20, 46, 26, 13, 20, 20)
ALIGN = "ccllccc"


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One person. ``best_appraisal``: the best annual appraisal the scheme links to the grade; a dash without a link."""

    name: str
    organization: str
    post: str
    field: str
    grade: str
    best_appraisal: str


@dataclass(frozen=True, slots=True)
class RegisterContent:
    """``field`` is the name of the one field, or empty for all. ``totals`` says how many have which grade."""

    year: int
    host: str
    field: str
    lines: Sequence[RegisterLine]
    totals: str
    signed_on: date


class GradeRegisterKind(DocumentKind[RegisterContent]):
    """Everybody of the cycle."""

    key = "grade_register"
    label = "等次登记表"
    scope = Scope.CYCLE
    formats = (Format.PDF, Format.XLSX)
    order = 60
    fields: ClassVar = (NamedField("领域", "领域的名称；全部领域时为空", "农区"),)
    template = Template(
        title="{年}年度述职评议考核等次登记表", number="", signature_lines=("填表人", "审核人")
    )

    def why_not(self, cycle: ReviewCycle) -> str:
        return not_signed_off(cycle, self.label)

    def contents(self, subject: Subject) -> RegisterContent:
        cycle = ReviewCycle.objects.select_related("host", "scheme").get(pk=subject.cycle_id)
        lines = person_lines(cycle, subject.field)
        day = signed_on(cycle)
        if day is None:
            raise LookupError("the grades are not signed off")
        links = {one.grade: one.best_appraisal for one in cycle.scheme.links.all()}
        return RegisterContent(
            year=cycle.year,
            host=cycle.host.name,
            field=field_named(subject.field).label if subject.field else "",
            lines=tuple(_line(one, links.get(one.grade, "")) for one in lines),
            totals=_totals(lines),
            signed_on=day,
        )

    def demonstration(self) -> RegisterContent:
        return _demonstration("")

    def values(self, content: RegisterContent) -> dict[str, str]:
        return {"领域": content.field}

    def compose(self, paper: Paper, content: RegisterContent, dress: Dress) -> None:  # noqa: ARG002 -- no wording of its own
        paper.paragraph(_opening(content))
        rows = [_row(place, line) for place, line in enumerate(content.lines, start=1)]
        paper.table(HEAD, rows, WIDTHS, ALIGN)
        paper.paragraph(_signed(content))

    def tables(self, content: RegisterContent, dress: Dress) -> Sequence[Table]:
        widths = (6, 12, 32, 18, 8, 14, 30)
        columns = [SheetColumn(head, width) for head, width in zip(HEAD, widths, strict=True)]
        rows = [_row(place, line) for place, line in enumerate(content.lines, start=1)]
        notes = [_opening(content), _signed(content)]
        return [Table(dress.title, columns, rows, notes=notes, sheet_name="等次登记", landscape=False)]


class FieldRegisterKind(GradeRegisterKind):
    """Everybody of one field."""

    key = "field_register"
    label = "领域等次登记表"
    scope = Scope.FIELD
    order = 61
    template = Template(
        title="{年}年度{领域}领域述职评议考核等次登记表", number="", signature_lines=("填表人", "审核人")
    )

    def demonstration(self) -> RegisterContent:
        return _demonstration("rural")


def _demonstration(field: str) -> RegisterContent:
    lines = demonstration_lines(field)
    return RegisterContent(
        year=2026,
        host=HOST,
        field=PRESET_FIELDS[field] if field else "",
        lines=tuple(
            _line(one, (AppraisalGrade.EXCELLENT if one.grade == "good" else AppraisalGrade.COMPETENT).value)
            for one in lines
        ),
        totals=_totals(lines),
        signed_on=date(2026, 12, 25),
    )


def _line(one: PersonLine, best_appraisal: str) -> RegisterLine:
    best = AppraisalGrade(best_appraisal).label if best_appraisal else MISSING
    return RegisterLine(one.name, one.organization, one.post, one.field_label, one.grade_label, best)


def _totals(lines: Sequence[PersonLine]) -> str:
    whole = count_grades(lines)[-1]
    parts = [f"{grade.label}{n}人" for grade, n in zip(Grade, whole.counts, strict=True)]
    return f"共{whole.n}人，其中{'、'.join(parts)}"


def _opening(content: RegisterContent) -> str:
    where = f"{content.field}领域" if content.field else ""
    return f"{content.year}年度述职评议考核{where}{content.totals}。"


def _signed(content: RegisterContent) -> str:
    return f"以上等次由{content.host}于{chinese_date(content.signed_on)}签发。"


def _row(place: int, line: RegisterLine) -> list[object]:
    return [place, line.name, line.organization, line.post, line.field, line.grade, line.best_appraisal]
