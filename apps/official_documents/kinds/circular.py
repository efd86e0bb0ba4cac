"""通报: numbers by field, praise by name, and criticism if the host wants it told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from apps.common.domain.chinese_dates import chinese_date
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Passage, Switch, Template
from apps.official_documents.domain.wording import NamedField
from apps.official_documents.kinds.demonstration import demonstration_lines
from apps.official_documents.kinds.feedback_letter import appointment
from apps.official_documents.kinds.reading import (
    FieldCount,
    PersonLine,
    count_grades,
    not_signed_off,
    person_lines,
)
from apps.official_documents.kit.kinds import DocumentKind

PRAISED = (Grade.GOOD.value,)
CRITICIZED = (Grade.AVERAGE.value, Grade.POOR.value)
OPENING = "{周期名称}已经完成。现将有关情况通报如下。"
PRAISE = "以下同志履行抓基层党建工作责任有力、成效明显，综合评价等次为“好”，予以通报表扬："
CRITICISM = "以下同志抓基层党建工作存在明显差距，综合评价等次为“一般”或“差”，予以通报批评，限期整改："
REQUIREMENTS = (
    "各级党组织书记要认真对照点评指出的问题，举一反三，逐条制定整改措施，{整改期限}完成整改。受到表扬的同志要戒骄戒躁、再接再厉；"
    "受到批评的同志要深刻检查、迅速整改。整改情况将作为下一年度述职评议考核的重要内容。"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is named: post in full, name, field."""

    appointment: str
    name: str
    field: str


@dataclass(frozen=True, slots=True)
class CircularContent:
    """Numbers by field, the last line being all; nobody's score."""

    counts: Sequence[FieldCount]
    n_oral: int
    n_written: int
    praised: Sequence[Named]
    criticized: Sequence[Named]
    rectification_due_on: date | None


class CircularKind(DocumentKind[CircularContent]):
    """One circular of the cycle."""

    key = "circular"
    label = "通报"
    scope = Scope.CYCLE
    formats = (Format.PDF, Format.DOCX)
    order = 50
    passages: ClassVar = (
        Passage("opening", "开头", OPENING),
        Passage("praise", "通报表扬", PRAISE),
        Passage("criticism", "通报批评", CRITICISM),
        Passage("requirements", "工作要求", REQUIREMENTS, is_optional=True),
    )
    switches: ClassVar = (
        Switch("numbers", "写明各领域等次人数"),
        Switch("praise", "点名表扬等次为“好”的同志"),
        Switch("criticism", "点名批评等次为“一般”“差”的同志", is_on=False),
    )
    fields: ClassVar = (
        NamedField("整改期限", "“于某年某月某日前”，没有设定时为“及时”", "于2027年1月15日前"),
    )
    template = Template(title="关于{周期名称}情况的通报", printer="{组织单位}")

    def why_not(self, cycle: ReviewCycle) -> str:
        return not_signed_off(cycle, self.label)

    def contents(self, subject: Subject) -> CircularContent:
        cycle = ReviewCycle.objects.get(pk=subject.cycle_id)
        n_oral = cycle.reviewees.filter(mode="oral").count()
        return _content(person_lines(cycle), n_oral, cycle.rectification_due_on)

    def demonstration(self) -> CircularContent:
        return _content(demonstration_lines(), 6, date(2027, 1, 15))

    def values(self, content: CircularContent) -> dict[str, str]:
        due = content.rectification_due_on
        return {"整改期限": f"于{chinese_date(due)}前" if due else "及时"}

    def recipient(self, content: CircularContent) -> str:  # noqa: ARG002 -- the same for all
        return "各党（工）委、党组"

    def compose(self, paper: Paper, content: CircularContent, dress: Dress) -> None:
        paper.paragraph(dress.words["opening"])
        number = iter("一二三四")
        paper.heading(f"{next(number)}、总体情况")
        paper.paragraph(_overall(content))
        if dress.switches["numbers"]:
            _numbers(paper, content)
        if dress.switches["praise"] and content.praised:
            paper.heading(f"{next(number)}、通报表扬")
            paper.paragraph(dress.words["praise"])
            _names(paper, content.praised)
        if dress.switches["criticism"] and content.criticized:
            paper.heading(f"{next(number)}、通报批评")
            paper.paragraph(dress.words["criticism"])
            _names(paper, content.criticized)
        if dress.words["requirements"]:
            paper.heading(f"{next(number)}、工作要求")
            paper.paragraph(dress.words["requirements"])


def _content(lines: Sequence[PersonLine], n_oral: int, due_on: date | None) -> CircularContent:
    return CircularContent(
        counts=tuple(count_grades(lines)),
        n_oral=n_oral,
        n_written=len(lines) - n_oral,
        praised=_named(lines, PRAISED),
        criticized=_named(lines, CRITICIZED),
        rectification_due_on=due_on,
    )


def _named(lines: Sequence[PersonLine], grades: Sequence[str]) -> tuple[Named, ...]:
    """Return those with one of the grades, by field and roster: not by rank, which the circular does not tell."""
    chosen = sorted((line for line in lines if line.grade in grades), key=lambda line: line.order_no)
    by_field = [count.label for count in count_grades(lines)]
    chosen.sort(key=lambda line: by_field.index(line.field_label))
    return tuple(Named(appointment(x.organization, x.post), x.name, x.field_label) for x in chosen)


def _overall(content: CircularContent) -> str:
    whole = content.counts[-1]
    grades = "、".join(f"“{grade.label}”{n}人" for grade, n in zip(Grade, whole.counts, strict=True) if n)
    return (
        f"参加述职评议考核的党组织书记共{whole.n}人，其中现场述职{content.n_oral}人、书面述职{content.n_written}人。"
        f"综合评价等次为{grades}。"
    )


def _numbers(paper: Paper, content: CircularContent) -> None:
    rows = [[one.label, one.n, *one.counts] for one in content.counts]
    head = ("领域", "人数", *(grade.label for grade in Grade))
    paper.table(head, rows, (36, 24, 24, 24, 24, 24), "cccccc", caption="各领域综合评价等次人数（单位：人）")


def _names(paper: Paper, people: Sequence[Named]) -> None:
    """Name people by field, a paragraph each."""
    for field in dict.fromkeys(one.field for one in people):
        names = "、".join(f"{one.appointment}{one.name}" for one in people if one.field == field)
        paper.paragraph(f"{field}领域：{names}。")
