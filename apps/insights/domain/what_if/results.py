"""The answer to a what-if as plain data, for page and workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.insights.domain.what_if.standings import FieldMoves
from apps.insights.domain.what_if.trials import Difference


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewee by name. ``summary_id`` leads to the explanation of the score that holds."""

    key: int
    name: str
    organization: str
    summary_id: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who takes no part in a trial, and why."""

    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a trial says beside the scores that hold. ``people`` by reviewee."""

    differences: Sequence[Difference]
    fields: Sequence[FieldMoves]
    left_out: Sequence[LeftOut]
    people: Mapping[int, Person]

    @property
    def n_inside(self) -> int:
        """People who take part."""
        return sum(len(one.moves) for one in self.fields)

    @property
    def n_up(self) -> int:
        """People who move up within their field."""
        return sum(one.n_up for one in self.fields)

    @property
    def n_down(self) -> int:
        """People who move down within their field."""
        return sum(one.n_down for one in self.fields)

    @property
    def n_other_grade(self) -> int:
        """People whose proposed grade changes."""
        return sum(move.has_other_grade for one in self.fields for move in one.moves)

    @property
    def n_crossing(self) -> int:
        """People who gain or lose 好."""
        return sum(one.n_crossing for one in self.fields)
