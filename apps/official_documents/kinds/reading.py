"""What several kinds read: the lines of a cycle's reviewees, with only those figures that may be shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from apps.common.domain.formats import MISSING
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle, Reviewee
from apps.grading.domain.proposal import Flag
from apps.grading.models import Deliberation, GradeDecision
from apps.grading.selectors import with_effective_grade
from apps.organizations.models import field_named
from apps.organizations.selectors.fields import field_places
from apps.scoring.models import ScoreRun, ScoreSummary
from apps.scoring.selectors import current_run

HIDDEN = "不显示"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One reviewee with result. Scores are published ones, ``None`` if missing or (``is_hidden``) not to be shown.

    ``proposed`` and ``grade`` are ``""`` until there is one; ``reason`` says why the committee's ``decided`` grade departs from the
    proposal. ``grade`` is the one that counts: after a reconsideration its outcome.
    """

    order_no: int
    name: str
    organization: str
    post: str
    field: str
    mode: str
    ballot_score: Decimal | None = None
    total: Decimal | None = None
    is_hidden: bool = False
    rank: int | None = None
    n_in_field: int = 0
    proposed: str = ""
    grade: str = ""
    decided: str = ""
    reason: str = ""
    flags: tuple[str, ...] = ()

    @property
    def field_label(self) -> str:
        return field_named(self.field).label

    @property
    def grade_label(self) -> str:
        """The decided grade in words, a dash before."""
        return grade_label(self.grade)

    @property
    def is_departure(self) -> bool:
        """Tell whether the committee decided otherwise than proposed."""
        return bool(self.decided) and self.decided != self.proposed

    @property
    def reconsidered(self) -> str:
        """What a reconsideration changed, in words; empty without a change."""
        if self.grade == self.decided:
            return ""
        return f"复核后由“{grade_label(self.decided)}”改为“{self.grade_label}”"


def grade_label(value: str) -> str:
    """Return the Chinese name of a grade; a dash for none."""
    return Grade(value).label if value else MISSING


def shown(value: Decimal | None, *, is_hidden: bool) -> str:
    """Return a score as text: hidden ones say so, missing ones are a dash."""
    if is_hidden:
        return HIDDEN
    return MISSING if value is None else f"{value}"


def cell(value: Decimal | None, *, is_hidden: bool) -> Decimal | str | None:
    """Return a score for a worksheet: a number, the word for hidden, or an empty cell for missing."""
    return HIDDEN if is_hidden else value


def run_of(cycle: ReviewCycle) -> ScoreRun | None:
    """Return the run the grades rest on; before the deliberation the current one."""
    deliberation = Deliberation.objects.filter(cycle=cycle).select_related("run").first()
    return deliberation.run if deliberation else current_run(cycle)


def person_lines(cycle: ReviewCycle, field: str = "") -> list[PersonLine]:
    """Return the reviewees (of one field) by field and rank. Five queries."""
    run = run_of(cycle)
    rows = cycle.reviewees.filter(field=field) if field else cycle.reviewees.all()
    summaries: Mapping[int, ScoreSummary] = {}
    if run is not None:
        summaries = {one.reviewee_id: one for one in run.summaries.select_related("run")}
    found = with_effective_grade(GradeDecision.objects.filter(reviewee__cycle=cycle))
    decisions = {one.reviewee_id: one for one in found}
    lines = [_line(one, summaries.get(one.pk), decisions.get(one.pk)) for one in rows]
    places = field_places(line.field for line in lines)
    return sorted(lines, key=lambda line: (places[line.field], *_place(line)))


def person_line(summary: ScoreSummary) -> PersonLine:
    """Return the line of one reviewee. Expects run and reviewee to be loaded with the summary."""
    reviewee = summary.reviewee
    decision = GradeDecision.objects.filter(reviewee=reviewee).first()
    return _line(reviewee, summary, decision)


def _place(line: PersonLine) -> tuple[bool, int, int]:
    return line.rank is None, line.rank or 0, line.order_no


def _line(one: Reviewee, summary: ScoreSummary | None, decision: GradeDecision | None) -> PersonLine:
    return PersonLine(
        order_no=one.order_no,
        name=one.name,
        organization=one.organization_name,
        post=one.post,
        field=one.field,
        mode=one.get_mode_display(),
        ballot_score=summary.shown_ballot_score if summary else None,
        total=summary.shown_total if summary else None,
        is_hidden=summary.hides_score if summary else False,
        rank=summary.rank_in_field if summary else None,
        n_in_field=summary.n_in_field if summary else 0,
        proposed=decision.proposed_grade if decision else "",
        grade=decision.effective_grade if decision else "",
        decided=decision.overall_grade if decision else "",
        reason=decision.departure_reason if decision else "",
        flags=tuple(Flag(value).label for value in decision.flags) if decision else (),
    )


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many of a field (or of all, ``label`` 合计) have each grade; ``counts`` from the best grade to the lowest."""

    label: str
    n: int
    counts: tuple[int, ...]

    @property
    def n_open(self) -> int:
        """People without a decided grade."""
        return self.n - sum(self.counts)


def count_grades(lines: Sequence[PersonLine]) -> list[FieldCount]:
    """Return the grades of each field that occurs, in the order of fields, then of all."""
    fields = dict.fromkeys(line.field for line in lines)
    found = [_count(field_named(field).label, [x for x in lines if x.field == field]) for field in fields]
    return [*found, _count("合计", lines)]


def _count(label: str, lines: Iterable[PersonLine]) -> FieldCount:
    grades = [line.grade for line in lines]
    return FieldCount(label, len(grades), tuple(grades.count(grade.value) for grade in Grade))


def not_signed_off(cycle: ReviewCycle, label: str) -> str:
    """Return why a document about decided grades cannot be made yet; ``""`` if it can."""
    signed = Deliberation.objects.filter(cycle=cycle, signed_off_at__isnull=False).exists()
    return "" if signed else f"“{cycle}”的等次还没有签发，不能出具{label}。请先完成研究审定和签发。"


def not_scored(cycle: ReviewCycle, label: str) -> str:
    """Return why a document about scores cannot be made yet; ``""`` if it can."""
    return "" if run_of(cycle) else f"“{cycle}”还没有计分，不能出具{label}。请先开箱并计分。"


def score_format(lines: Sequence[PersonLine]) -> str:
    """Return the number format of a worksheet's scores, with the decimals of the published ones."""
    one = next((line.total for line in lines if line.total is not None), None)
    decimals = 2 if one is None else max(-int(one.as_tuple().exponent), 0)
    return f"0.{'0' * decimals}" if decimals else "0"


def signed_on(cycle: ReviewCycle) -> date | None:
    """Return the day the grades were signed off."""
    at = Deliberation.objects.filter(cycle=cycle).values_list("signed_off_at", flat=True).first()
    return timezone.localtime(at).date() if at else None
