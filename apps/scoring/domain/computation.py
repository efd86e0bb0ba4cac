"""The whole computation of a cycle, from counted marks and imported figures to ranks. Pure: same input, same output."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import ComponentKind, EmptyGroupRule
from apps.scoring.domain.disclosure import suppress
from apps.scoring.domain.numbers import exact_text
from apps.scoring.domain.tally import (
    COUNTER_BITS,
    RULES_VERSION,
    GroupPart,
    GroupTally,
    Pattern,
    Rules,
    TallyKey,
    ballot_score,
    group_mean,
    item_scores,
    tally,
)
from apps.scoring.domain.totals import ranks, share_of_full, total_score


@dataclass(frozen=True, slots=True)
class Named:
    """An item, voter group or component of the scheme; ``weight`` in the scheme's own units."""

    key: int
    name: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Component(Named):
    """One part of the total."""

    kind: ComponentKind


@dataclass(frozen=True, slots=True)
class Scheme:
    """The frozen scheme, as far as figures go."""

    rules: Rules
    items: tuple[Named, ...]
    groups: tuple[Named, ...]
    components: tuple[Component, ...]
    decimals: int
    k_min: int

    @property
    def uses_ballots(self) -> bool:
        """Tell whether the total has a ballot in it at all."""
        return any(component.kind is ComponentKind.BALLOT for component in self.components)


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewee. ``waits_for`` names sessions whose urn is still closed; ``is_on_a_form``: was put to the vote."""

    key: int
    name: str
    field: str
    is_on_a_form: bool = True
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A figure brought in: ``value`` of ``out_of``."""

    value: Decimal
    out_of: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a run reads. ``rows``: (reviewee, voter group, place in patterns, how many).

    ``returned``: ballots that came back, by (reviewee, voter group), invalid ones included.
    """

    scheme: Scheme
    people: Sequence[Person]
    patterns: Sequence[Pattern]
    rows: Iterable[tuple[int, int, int, int]]
    imported: Mapping[tuple[int, int], Imported]
    returned: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One voter group's figures for one reviewee. ``share`` is its part of the ballot score (0-1)."""

    group: Named
    tally: GroupTally
    n_returned: int
    mean: Fraction | None
    share: Fraction
    is_suppressed: bool


@dataclass(frozen=True, slots=True)
class ComponentFigure:
    """A component's score (0-100), ``None`` if missing, and where it comes from."""

    component: Component
    score: Fraction | None
    imported: Imported | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one reviewee."""

    person: Person
    groups: tuple[GroupFigure, ...]
    ballot: Fraction | None
    item_scores: tuple[Fraction | None, ...]
    components: tuple[ComponentFigure, ...]
    total: Fraction | None
    hides_score: bool
    missing: tuple[str, ...]

    @property
    def n_valid(self) -> int:
        """Valid ballots of all groups together."""
        return sum(figure.tally.n_valid for figure in self.groups)


@dataclass(frozen=True, slots=True)
class Computation:
    """The outcome of a run. ``rank`` knows only people of fields in which everybody has a total."""

    figures: tuple[Figures, ...]
    rank: Mapping[int, int]
    n_in_field: Mapping[str, int]
    input_hash: str

    @property
    def missing(self) -> list[dict[str, int | str]]:
        """What is missing, in words, one entry per reviewee and reason."""
        return [
            {"reviewee_id": one.person.key, "text": f"{one.person.name}：{reason}"}
            for one in self.figures
            for reason in one.missing
        ]


def compute(inputs: Inputs) -> Computation:
    """Compute all figures of a cycle."""
    tallies = tally(inputs.scheme.rules, inputs.patterns, inputs.rows) if inputs.scheme.uses_ballots else {}
    figures = tuple(_figures(inputs, person, tallies) for person in inputs.people)
    n_in_field: dict[str, int] = {}
    for person in inputs.people:
        n_in_field[person.field] = n_in_field.get(person.field, 0) + 1
    return Computation(figures, _ranks(figures, inputs.scheme.decimals), n_in_field, _hash(inputs, tallies))


def _figures(inputs: Inputs, person: Person, tallies: Mapping[TallyKey, GroupTally]) -> Figures:
    scheme, rules = inputs.scheme, inputs.scheme.rules
    found = [tallies.get((person.key, group.key), GroupTally(len(scheme.items))) for group in scheme.groups]
    means = [group_mean(rules, one) for one in found]
    parts = [GroupPart(group.weight, mean) for group, mean in zip(scheme.groups, means, strict=True)]
    ballot = ballot_score(rules, parts)
    score = None if person.waits_for else ballot.score
    hidden = suppress(
        {group.key: one.n_valid for group, one in zip(scheme.groups, found, strict=True)}, k_min=scheme.k_min
    )
    groups = tuple(
        GroupFigure(
            group,
            one,
            inputs.returned.get((person.key, group.key), one.n_returned),
            mean,
            share,
            group.key in hidden.groups,
        )
        for group, one, mean, share in zip(scheme.groups, found, means, ballot.shares, strict=True)
    )
    components = tuple(_component(inputs, person, component, score) for component in scheme.components)
    weighed = [(group.weight, one) for group, one in zip(scheme.groups, found, strict=True)]
    return Figures(
        person=person,
        groups=groups,
        ballot=score,
        item_scores=tuple(item_scores(rules, weighed)),
        components=components,
        total=total_score((one.component.weight, one.score) for one in components),
        hides_score=hidden.hides_score,
        missing=tuple(_missing(scheme, person, groups, components)),
    )


def _component(
    inputs: Inputs, person: Person, component: Component, ballot: Fraction | None
) -> ComponentFigure:
    if component.kind is ComponentKind.BALLOT:
        return ComponentFigure(component, ballot)
    imported = inputs.imported.get((person.key, component.key))
    if imported is None:
        return ComponentFigure(component, None)
    return ComponentFigure(component, share_of_full(imported.value, imported.out_of), imported)


def _missing(
    scheme: Scheme, person: Person, groups: Sequence[GroupFigure], components: Sequence[ComponentFigure]
) -> Iterable[str]:
    for figure in components:
        if figure.score is not None:
            continue
        if figure.component.kind is ComponentKind.BALLOT:
            yield _why_no_ballot_score(scheme, person, groups)
        else:
            yield f"缺少“{figure.component.name}”得分"


def _why_no_ballot_score(scheme: Scheme, person: Person, groups: Sequence[GroupFigure]) -> str:
    if not person.is_on_a_form:
        return "没有列入任何测评场次"
    if person.waits_for:
        return f"测评场次“{'”“'.join(person.waits_for)}”尚未开箱"
    empty = [figure.group.name for figure in groups if figure.mean is None]
    if scheme.rules.empty_group_rule is EmptyGroupRule.BLOCK and len(empty) < len(groups):
        return f"“{'”“'.join(empty)}”没有有效票，方案规定此时须由人决定"
    return "没有有效票"


def _ranks(figures: Sequence[Figures], decimals: int) -> dict[int, int]:
    by_field: dict[str, list[Figures]] = {}
    for one in figures:
        by_field.setdefault(one.person.field, []).append(one)
    found: dict[int, int] = {}
    for members in by_field.values():
        totals = {one.person.key: one.total for one in members if one.total is not None}
        if len(totals) == len(members):
            found |= ranks({key: round_half_up(total, decimals) for key, total in totals.items()})
    return found


def _hash(inputs: Inputs, tallies: Mapping[TallyKey, GroupTally]) -> str:
    """Return a hash of everything that shapes the result, whatever order it came in."""
    rules = inputs.scheme.rules
    content = {
        "version": RULES_VERSION,
        "items": [[one.key, exact_text(one.weight)] for one in inputs.scheme.items],
        "groups": [[one.key, exact_text(one.weight)] for one in inputs.scheme.groups],
        "components": [
            [one.key, one.kind.value, exact_text(one.weight)] for one in inputs.scheme.components
        ],
        "points": {grade.value: exact_text(rules.points[grade]) for grade in Grade if grade in rules.points},
        "rules": [
            rules.blank_rule.value, exact_text(rules.blank_value), rules.trim_each_side, rules.trim_when_more_than,
            rules.empty_group_rule.value, rules.denominator.value, inputs.scheme.decimals, inputs.scheme.k_min,
        ],
        "people": sorted([one.key, one.field, list(one.waits_for)] for one in inputs.people),
        "imported": sorted(
            [*key, str(one.value.normalize()), str(one.out_of.normalize())] for key, one in inputs.imported.items()
        ),
        "tallies": _marks_hash(inputs.patterns, tallies),
    }  # fmt: skip
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _marks_hash(patterns: Sequence[Pattern], tallies: Mapping[TallyKey, GroupTally]) -> str:
    """Return a hash of all valid marks and of how many came back, whatever order they were counted in."""
    texts = [",".join(answer.value if answer else "" for answer in pattern) for pattern in patterns]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = [0] * len(texts)
    for place, index in enumerate(order):
        rank[index] = place
    digest = hashlib.sha256("\n".join(texts[index] for index in order).encode())
    for key in sorted(tallies):
        one = tallies[key]
        cells = sorted(rank[place] << COUNTER_BITS | n for place, n in one.cells)
        digest.update(repr((key, one.n_returned, cells)).encode())
    return digest.hexdigest()
