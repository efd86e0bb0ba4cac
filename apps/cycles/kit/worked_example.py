"""The worked example beside the scheme editor: the figures are made by the apps that make the real ones.

Computing and grading stand above cycles, so each hands in its own piece in ``AppConfig.ready``: the same pure functions as for a real
cycle, on a few made-up ballots. Without them there is no example, never another arithmetic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from apps.cycles.domain.plans import SchemePlan


@dataclass(frozen=True, slots=True)
class Sheet:
    """Made-up ballots, or figures brought in, as a table of text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a computation: what, with which formula and numbers, what comes out."""

    what: str
    formula: str
    result: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step from the marks to the grade."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes out for one made-up reviewee. Figures as published; ``None``: not to be computed.

    ``components``: scores by name. ``votes``: answers to the item that proposes grades, by place on its scale. ``grade`` and
    ``note`` are filled in by the grading.
    """

    key: int
    name: str
    total: Decimal | None
    rank: int | None
    ballot: Decimal | None = None
    components: Mapping[str, Decimal | None] = field(default_factory=dict)
    votes: tuple[int, ...] = ()
    grade: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """The whole example: what was marked, step by step for the first person, what comes out for everybody."""

    sheets: tuple[Sheet, ...]
    steps: tuple[Step, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def is_graded(self) -> bool:
        """Tell whether grades have been added."""
        return any(one.grade for one in self.outcomes)


Computing = Callable[[SchemePlan], WorkedExample]
Grading = Callable[[SchemePlan, WorkedExample], WorkedExample]
_computing: list[Computing] = []
_grading: list[Grading] = []


def register_computing(made: Computing) -> None:
    """Hand in what works out the figures."""
    _computing[:] = [made]


def register_grading(graded: Grading) -> None:
    """Hand in what adds the proposed grades."""
    _grading[:] = [graded]


def work_out(plan: SchemePlan) -> WorkedExample | None:
    """Return the example under a scheme that can be computed; ``None`` while nobody has handed in the computing."""
    if not _computing:
        return None
    worked = _computing[0](plan)
    return _grading[0](plan, worked) if _grading else worked
