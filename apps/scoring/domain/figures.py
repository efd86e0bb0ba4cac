"""What a run comes to, as plain data: every figure of every reviewee, exact. ``None`` = could not be computed, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from apps.assessments.domain.adjustments import Counted
from apps.scoring.domain.inputs import Component, Imported, Named, Person
from apps.scoring.domain.key_sets import KeySet
from apps.scoring.domain.tally import Form, GroupTally


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One voter group's figures for one reviewee on one form.

    ``n_divided_by``: the ballots the mean is divided by, 0 without a mean. ``share`` is the group's part of the ballot score (0-1).
    ``items``: per counted item the denominator (0: nobody answered) and the mean points.
    """

    group: Named
    tally: GroupTally
    n_returned: int
    n_divided_by: int
    mean: Fraction | None
    share: Fraction
    items: tuple[tuple[int, Fraction | None], ...]
    is_suppressed: bool = False


@dataclass(frozen=True, slots=True)
class FormFigures:
    """One reviewee's figures on one form. ``score`` is ``None`` while an urn is closed or where it cannot be computed."""

    form: Form
    groups: tuple[GroupFigure, ...]
    score: Fraction | None
    item_scores: tuple[Fraction | None, ...]
    is_waiting: bool = False
    hides_score: bool = False
    hides_items: bool = False
    hides_shares: bool = False

    @property
    def n_valid(self) -> int:
        """Valid ballots of all groups together."""
        return sum(figure.tally.n_valid for figure in self.groups)


@dataclass(frozen=True, slots=True)
class Raw:
    """A component's figure before conversion, or the reason why there is none.

    ``value``: score or share 0-100, or a place as it was brought in. ``overriding``: the shares (per cent) that the overrides of the band table
    ask for, in their order.
    """

    value: Fraction | None
    reason: str = ""
    overriding: tuple[Fraction, ...] = ()
    imported: Imported | None = None


@dataclass(frozen=True, slots=True)
class ComponentFigure:
    """A component's raw figure and the score it was converted to (0-100); ``reason`` in words where that is missing.

    ``place`` and ``best``: what the conversion looked at in the field. ``hides_raw``: the raw figure may not be shown;
    ``hides_score``: nor the score.
    """

    component: Component
    raw: Raw
    score: Fraction | None
    reason: str = ""
    place: int | None = None
    best: Fraction | None = None
    hides_raw: bool = False
    hides_score: bool = False

    @property
    def imported(self) -> Imported | None:
        """The figure brought in, ``None`` for a figure from ballots."""
        return self.raw.imported


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one reviewee.

    ``ballot``: the weighted mean of what the ballots gave, before any conversion. ``base``: Σ w·c / Σ w; ``total``: with ``bonus`` and
    ``deduction``. ``hides_score``: neither these nor ``ballot`` may be shown.
    """

    person: Person
    forms: tuple[FormFigures, ...]
    ballot: Fraction | None
    components: tuple[ComponentFigure, ...]
    base: Fraction | None
    bonus: Counted[int]
    deduction: Counted[int]
    total: Fraction | None
    hides_score: bool
    missing: tuple[str, ...]

    @property
    def n_valid(self) -> int:
        """Valid ballots of all groups together, on the form that got most."""
        return max((one.n_valid for one in self.forms), default=0)


@dataclass(frozen=True, slots=True)
class Band:
    """Whom the figures do not tell apart from a reviewee, and the ranks between which all of them lie."""

    neighbors: KeySet
    from_rank: int
    to_rank: int


@dataclass(frozen=True, slots=True)
class Computation:
    """The outcome of a run.

    ``rank`` knows only people of fields in which everybody has a total; ``hidden_ranks``: fields whose ranks would give away a hidden
    score. ``hashes``: of each part of the input; ``input_hash``: of all together.
    """

    figures: tuple[Figures, ...]
    rank: Mapping[int, int]
    n_in_field: Mapping[str, int]
    input_hash: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    bands: Mapping[int, Band] = field(default_factory=dict)
    hidden_ranks: frozenset[str] = frozenset()

    @property
    def missing(self) -> list[dict[str, int | str]]:
        """What is missing, in words, one entry per reviewee and reason."""
        return [
            {"reviewee_id": one.person.key, "text": f"{one.person.name}：{reason}"}
            for one in self.figures
            for reason in one.missing
        ]

    def shown_rank(self, one: Figures) -> int | None:
        """Return a person's rank unless the ranks of the field are kept back."""
        return None if one.person.field in self.hidden_ranks else self.rank.get(one.person.key)
