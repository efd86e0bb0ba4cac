"""What a run reads, as plain data: the frozen scheme, the people, the counted marks, the imported figures, the points."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.conversions import PLAIN, ConversionPlan
from apps.cycles.domain.schemes import AdjustmentKind, ComponentKind
from apps.scoring.domain.tally import Form, Pattern, Piles, Row, Rules


@dataclass(frozen=True, slots=True)
class Named:
    """A voter group or component of the scheme; ``weight`` in the scheme's own units."""

    key: int
    name: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Component(Named):
    """One part of the total.

    ``form``: the key of the form whose score, or whose ``item``'s share of ``options``, it takes. ``conversion`` makes its score of
    that raw figure.
    """

    kind: ComponentKind
    form: int | None = None
    item: str = ""
    options: tuple[str, ...] = ()
    conversion: ConversionPlan = PLAIN


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """A line of the lists of bonuses and deductions. ``limit``: the most points one reviewee gets from it."""

    key: int
    name: str
    kind: AdjustmentKind
    limit: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """The frozen scheme, as far as figures go. Limits are points; ``clamps_total`` keeps the total inside 0-100."""

    rules: Rules
    forms: tuple[Form, ...]
    groups: tuple[Named, ...]
    components: tuple[Component, ...]
    decimals: int
    k_min: int
    adjustments: tuple[AdjustmentLine, ...] = ()
    bonus_limit: Fraction | None = None
    deduction_limit: Fraction | None = None
    clamps_total: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewee. ``sessions``: per form he or she was put to the vote on, the sessions whose urn is still closed."""

    key: int
    name: str
    field: str
    sessions: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Imported:
    """A figure brought in: ``value`` of ``out_of``."""

    value: Decimal
    out_of: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points entered for one occurrence of a line of the scheme; always positive."""

    line: int
    points: Fraction


@dataclass(frozen=True, slots=True)
class EarlierFigure:
    """What an earlier run published of a person: the figure before bonus and deduction, and what these came to."""

    base: Fraction
    adjustment: Fraction


@dataclass(frozen=True, slots=True)
class CountedForm:
    """Marks of one form: ``rows`` as (reviewee, voter group, place in patterns, how many), or sorted already as ``piles``.

    ``patterns`` may be one list that grows from batch to batch; then what was read of it before is not read again.
    """

    patterns: Sequence[Pattern] = ()
    rows: Iterable[Row] = ()
    piles: Piles | None = None


Batch = Mapping[int, CountedForm]  # by form; has all marks of the reviewees in it


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a run reads.

    ``marks``: all at once, or in batches that can be read again and again. ``returned``: ballots that came back, by (form, reviewee,
    voter group), invalid ones included. ``earlier``: what runs before this one published, which ``secrecy`` has to reckon with.
    """

    scheme: Scheme
    people: Sequence[Person]
    marks: Batch | Iterable[Batch]
    imported: Mapping[tuple[int, int], Imported]
    returned: Mapping[tuple[int, int, int], int] = field(default_factory=dict)
    adjustments: Mapping[int, Sequence[Adjustment]] = field(default_factory=dict)
    earlier: Mapping[int, Sequence[EarlierFigure]] = field(default_factory=dict)
