"""The deliberation sheet: one section per field, with the use of the quota."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.cycles.domain.grades import Grade
from apps.grading.domain.proposal import Flag, n_good_allowed
from apps.grading.models import Deliberation, GradeDecision
from apps.organizations.domain.kinds import Field
from apps.scoring.models import ScoreSummary


@dataclass(frozen=True, slots=True)
class Quota:
    """The use of 好 in one field. ``n_good`` counts decided grades."""

    field: Field
    n_members: int
    n_good: int
    n_allowed: int
    n_undecided: int

    @property
    def is_exceeded(self) -> bool:
        """Tell whether more have been decided 好 than may be."""
        return self.n_good > self.n_allowed


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One reviewee on the sheet."""

    decision: GradeDecision
    summary: ScoreSummary | None
    flags: tuple[Flag, ...]

    @property
    def is_departure(self) -> bool:
        """Tell whether the decision differs from the proposal."""
        decision = self.decision
        return bool(decision.overall_grade) and decision.overall_grade != decision.proposed_grade


@dataclass(frozen=True, slots=True)
class SheetSection:
    """One field."""

    quota: Quota
    lines: tuple[SheetLine, ...]


def sheet_of(deliberation: Deliberation) -> list[SheetSection]:
    """Return the sections in the order of fields, each by rank."""
    summaries = {one.reviewee_id: one for one in deliberation.run.summaries.all()}
    decisions = deliberation.decisions.select_related("reviewee", "decided_by")
    lines = [line_of(decision, summaries.get(decision.reviewee_id)) for decision in decisions]
    share = deliberation.cycle.scheme.good_quota
    sections = []
    for field in Field:
        members = sorted(
            (line for line in lines if line.decision.reviewee.field == field.value), key=_by_rank
        )
        if members:
            quota = quota_of(
                field,
                [line.decision.overall_grade for line in members],
                n_allowed=n_good_allowed(share, len(members)),
            )
            sections.append(SheetSection(quota, tuple(members)))
    return sections


def line_of(decision: GradeDecision, summary: ScoreSummary | None) -> SheetLine:
    """Return one line of the sheet."""
    return SheetLine(decision, summary, tuple(Flag(value) for value in decision.flags))


def quota_of(field: Field, grades: Iterable[str], *, n_allowed: int) -> Quota:
    """Return the use of 好 among the decided grades of one field; an empty text is undecided."""
    given = list(grades)
    return Quota(
        field=field,
        n_members=len(given),
        n_good=given.count(Grade.GOOD.value),
        n_allowed=n_allowed,
        n_undecided=given.count(""),
    )


def quotas_of(deliberation: Deliberation) -> list[Quota]:
    """Return the use of 好 per field in one query."""
    by_field: dict[str, list[str]] = {}
    for field, grade in deliberation.decisions.order_by().values_list("reviewee__field", "overall_grade"):
        by_field.setdefault(field, []).append(grade)
    share = deliberation.cycle.scheme.good_quota
    return [
        quota_of(field, by_field[field.value], n_allowed=n_good_allowed(share, len(by_field[field.value])))
        for field in Field
        if field.value in by_field
    ]


def _by_rank(line: SheetLine) -> tuple[bool, int, int]:
    rank = line.summary.rank_in_field if line.summary else None
    return rank is None, rank or 0, line.decision.reviewee.order_no
