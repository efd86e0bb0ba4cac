"""Where people stand with and without the trial: rank, proposed grade, who moves and who crosses the line of the quota.

Both are worked out among the people who take part, so that a place is compared with a place among the same people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.grading.domain.proposal import Candidate, Flag, GradingRules, propose_grades
from apps.insights.domain.what_if.outcomes import Known, Outcome
from apps.insights.domain.what_if.trials import Grading
from apps.scoring.domain.totals import ranks


@dataclass(frozen=True, slots=True)
class Standing:
    """Total, rank within the field and proposed grade. ``rank`` and ``grade`` ``None``: none can be given."""

    total: Decimal | None
    rank: int | None
    grade: Grade | None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One reviewee as things are (``before``) and under the trial (``now``)."""

    key: int
    before: Standing
    now: Standing

    @property
    def change(self) -> Decimal | None:
        """Points gained (positive) or lost; ``None`` without both totals."""
        if self.before.total is None or self.now.total is None:
            return None
        return self.now.total - self.before.total

    @property
    def n_up(self) -> int:
        """Places gained (positive) or lost."""
        return 0 if self.before.rank is None or self.now.rank is None else self.before.rank - self.now.rank

    @property
    def has_other_grade(self) -> bool:
        """Tell whether the proposed grade changes."""
        return self.before.grade is not self.now.grade

    @property
    def crosses(self) -> str:
        """``"in"``: gets 好 only under the trial; ``"out"``: loses it; empty: neither."""
        was, is_now = self.before.grade is Grade.GOOD, self.now.grade is Grade.GOOD
        return "" if was == is_now else "in" if is_now else "out"


@dataclass(frozen=True, slots=True)
class FieldMoves:
    """One field: who takes part by rank under the trial, who is left out, how many places of 好 there are."""

    field: str
    moves: tuple[Move, ...]
    n_left_out: int
    n_good_before: int
    n_good_now: int

    @property
    def n_up(self) -> int:
        """People who move up."""
        return sum(one.n_up > 0 for one in self.moves)

    @property
    def n_down(self) -> int:
        """People who move down."""
        return sum(one.n_up < 0 for one in self.moves)

    @property
    def n_crossing(self) -> int:
        """People who gain or lose 好."""
        return sum(bool(one.crosses) for one in self.moves)


def moves_by_field(
    known: Sequence[Known],
    found: Mapping[int, Outcome],
    candidates: Mapping[int, Candidate],
    *,
    real: Grading,
    trial: Grading,
) -> list[FieldMoves]:
    """Return the comparison field by field, in the order in which fields first occur.

    ``candidates`` carry what limits a grade whatever the scheme (vetoes, conditions, votes); totals and ballot scores come from the two
    sides.
    """
    by_field: dict[str, list[Known]] = {}
    for one in known:
        by_field.setdefault(one.field, []).append(one)
    return [
        _field_moves(field, members, found, candidates, real=real, trial=trial)
        for field, members in by_field.items()
    ]


def _field_moves(
    field: str,
    members: Sequence[Known],
    found: Mapping[int, Outcome],
    candidates: Mapping[int, Candidate],
    *,
    real: Grading,
    trial: Grading,
) -> FieldMoves:
    inside = [one for one in members if not found[one.key].left_out]
    before = _standings({one.key: (one.total, one.ballot) for one in inside}, candidates, field, real)
    now = _standings(
        {one.key: (found[one.key].total, found[one.key].ballot) for one in inside}, candidates, field, trial
    )
    moves = [Move(one.key, before[one.key], now[one.key]) for one in inside]
    return FieldMoves(
        field=field,
        moves=tuple(sorted(moves, key=lambda move: (move.now.rank or 0, move.before.rank or 0))),
        n_left_out=len(members) - len(inside),
        n_good_before=sum(move.before.grade is Grade.GOOD for move in moves),
        n_good_now=sum(move.now.grade is Grade.GOOD for move in moves),
    )


def _standings(
    figures: Mapping[int, tuple[Decimal | None, Decimal | None]],
    candidates: Mapping[int, Candidate],
    field: str,
    grading: Grading,
) -> dict[int, Standing]:
    totals = {key: total for key, (total, _) in figures.items() if total is not None}
    places = ranks(totals)
    people = [
        replace(candidates.get(key, Candidate(key, None)), total=total, ballot=ballot, close_to=frozenset())
        for key, (total, ballot) in figures.items()
    ]
    proposed = propose_grades(people, rules_of(grading, field)) if people else {}
    return {
        key: Standing(total, places.get(key), proposed[key].grade, proposed[key].flags)
        for key, (total, _) in figures.items()
    }


def rules_of(grading: Grading, field: str) -> GradingRules:
    """Return the rules for one field as grading reads them."""
    named = tuple(grade for grade in BEST_FIRST if grade in grading.thresholds) or BEST_FIRST
    return GradingRules(
        method=grading.method,
        thresholds=grading.thresholds,
        until=grading.until,
        grades=named,
        quota=grading.quota_of(field),
        tie_rule=grading.tie_rule,
    )
