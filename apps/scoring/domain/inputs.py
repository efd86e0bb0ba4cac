"""What a run reads, as plain data: the frozen scheme, the people, the counted marks, the imported figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.schemes import ComponentKind
from apps.scoring.domain.tally import Form, Pattern, Row, Rules


@dataclass(frozen=True, slots=True)
class Named:
    """A voter group or component of the scheme; ``weight`` in the scheme's own units."""

    key: int
    name: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Component(Named):
    """One part of the total. ``form``: the key of the form whose score it takes."""

    kind: ComponentKind
    form: int | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """The frozen scheme, as far as figures go."""

    rules: Rules
    forms: tuple[Form, ...]
    groups: tuple[Named, ...]
    components: tuple[Component, ...]
    decimals: int
    k_min: int


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
class CountedForm:
    """All marks of one form. ``rows``: (reviewee, voter group, place in patterns, how many)."""

    patterns: Sequence[Pattern] = ()
    rows: Iterable[Row] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a run reads. ``returned``: ballots that came back, by (form, reviewee, voter group), invalid ones included."""

    scheme: Scheme
    people: Sequence[Person]
    marks: Mapping[int, CountedForm]
    imported: Mapping[tuple[int, int], Imported]
    returned: Mapping[tuple[int, int, int], int] = field(default_factory=dict)
