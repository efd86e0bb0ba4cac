"""The whole computation of a cycle, from counted marks and imported figures to ranks. Pure: same input, same output."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import describe_template
from apps.cycles.domain.schemes import ComponentKind, EmptyGroupRule
from apps.scoring.domain.alternatives import moves_of
from apps.scoring.domain.ballot_scores import GroupPart, ballot_score, group_mean, item_scores
from apps.scoring.domain.disclosure import Cell, Published, disclose
from apps.scoring.domain.inputs import Component, Imported, Inputs, Named, Person, Scheme
from apps.scoring.domain.numbers import exact_text
from apps.scoring.domain.tally import (
    COUNTER_BITS,
    RULES_VERSION,
    Form,
    GroupTally,
    Layout,
    Pattern,
    Rules,
    TallyKey,
    tally,
)
from apps.scoring.domain.totals import ranks, share_of_full, total_score


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One voter group's figures for one reviewee on one form. ``share`` is its part of the ballot score (0-1)."""

    group: Named
    tally: GroupTally
    n_returned: int
    mean: Fraction | None
    share: Fraction
    is_suppressed: bool = False


@dataclass(frozen=True, slots=True)
class FormFigures:
    """One reviewee's figures on one form. ``score`` is ``None`` while an urn is closed or where it cannot be computed."""

    form: Form
    groups: tuple[GroupFigure, ...]
    score: Fraction | None
    item_scores: tuple[Fraction | None, ...]
    hides_score: bool = False
    hides_items: bool = False

    @property
    def n_valid(self) -> int:
        """Valid ballots of all groups together."""
        return sum(figure.tally.n_valid for figure in self.groups)


@dataclass(frozen=True, slots=True)
class ComponentFigure:
    """A component's score (0-100), ``None`` if missing, and where it comes from."""

    component: Component
    score: Fraction | None
    imported: Imported | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one reviewee. ``ballot``: the weighted mean of all components that come from ballots."""

    person: Person
    forms: tuple[FormFigures, ...]
    ballot: Fraction | None
    components: tuple[ComponentFigure, ...]
    total: Fraction | None
    hides_score: bool
    missing: tuple[str, ...]

    @property
    def n_valid(self) -> int:
        """Valid ballots of all groups together, on the form that got most."""
        return max((one.n_valid for one in self.forms), default=0)


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
    tallies = {
        form.key: tally(inputs.scheme.rules, form, counted.patterns, counted.rows)
        for form in inputs.scheme.forms
        if (counted := inputs.marks.get(form.key))
    }
    figures = tuple(_figures(inputs, person, tallies) for person in inputs.people)
    n_in_field: dict[str, int] = {}
    for person in inputs.people:
        n_in_field[person.field] = n_in_field.get(person.field, 0) + 1
    return Computation(figures, _ranks(figures, inputs.scheme.decimals), n_in_field, _hash(inputs, tallies))


Tallies = Mapping[int, Mapping[TallyKey, GroupTally]]


def _figures(inputs: Inputs, person: Person, tallies: Tallies) -> Figures:
    scheme = inputs.scheme
    forms = [
        _form_figures(inputs, person, form, tallies.get(form.key, {}))
        for form in scheme.forms
        if form.key in person.sessions
    ]
    components = tuple(_component(inputs, person, component, forms) for component in scheme.components)
    total = total_score((one.component.weight, one.score) for one in components)
    ballot = _ballot_part(components)
    shown = tuple(_disclosed(scheme, one, components, ballot, total) for one in forms)
    used = {component.form for component in scheme.components}
    return Figures(
        person=person,
        forms=shown,
        ballot=ballot,
        components=components,
        total=total,
        hides_score=any(one.hides_score for one in shown if one.form.key in used),
        missing=tuple(_missing(scheme, person, shown, components)),
    )


def _form_figures(
    inputs: Inputs, person: Person, form: Form, tallies: Mapping[TallyKey, GroupTally]
) -> FormFigures:
    scheme, rules = inputs.scheme, inputs.scheme.rules
    empty = GroupTally(Layout.of(form))
    found = [tallies.get((person.key, group.key), empty) for group in scheme.groups]
    means = [group_mean(rules, one) for one in found]
    parts = [GroupPart(group.weight, mean) for group, mean in zip(scheme.groups, means, strict=True)]
    ballot = ballot_score(rules, parts)
    groups = tuple(
        GroupFigure(
            group, one, inputs.returned.get((form.key, person.key, group.key), one.n_returned), mean, share
        )
        for group, one, mean, share in zip(scheme.groups, found, means, ballot.shares, strict=True)
    )
    weighed = [(group.weight, one) for group, one in zip(scheme.groups, found, strict=True)]
    score = None if person.sessions[form.key] else ballot.score
    return FormFigures(form, groups, score, tuple(item_scores(form, weighed)))


def _ballot_part(components: Sequence[ComponentFigure]) -> Fraction | None:
    """Return the mean of the components that come from ballots; ``None`` if there is none, or one is missing."""
    parts = [one for one in components if one.component.kind is ComponentKind.BALLOT]
    return total_score((one.component.weight, one.score) for one in parts) if parts else None


def _disclosed(
    scheme: Scheme,
    one: FormFigures,
    components: Sequence[ComponentFigure],
    ballot: Fraction | None,
    total: Fraction | None,
) -> FormFigures:
    """Return the figures with a word on what stays hidden."""
    published = Published(
        tuple(_following(one, components, ballot, total)), one.item_scores, decimals=scheme.decimals
    )
    cells = {figure.group.key: _cell(scheme.rules, one, figure) for figure in one.groups}
    hidden = disclose(cells, published, k_min=scheme.k_min)
    return replace(
        one,
        groups=tuple(
            replace(figure, is_suppressed=figure.group.key in hidden.groups) for figure in one.groups
        ),
        hides_score=hidden.hides_score,
        hides_items=hidden.hides_items,
    )


def _cell(rules: Rules, one: FormFigures, figure: GroupFigure) -> Cell:
    found = figure.tally
    return Cell(
        min((n for n in (found.n_valid, found.n_scored) if n), default=0),
        lambda: moves_of(rules, one.form, found, share=figure.share, item_shares=_item_shares(one, figure)),
    )


def _item_shares(one: FormFigures, figure: GroupFigure) -> list[Fraction]:
    """Return a group's part of each item's score."""
    shares = []
    for place in range(len(one.form.items)):
        total = sum(
            (other.group.weight for other in one.groups if other.tally.n_answered(place)), Fraction(0)
        )
        shares.append(figure.group.weight / total if total else Fraction(0))
    return shares


def _following(
    one: FormFigures, components: Sequence[ComponentFigure], ballot: Fraction | None, total: Fraction | None
) -> Iterable[tuple[Fraction, Fraction]]:
    """Yield the published figures that move with a form's score, and how far they move with it."""
    if one.score is not None:
        yield one.score, Fraction(1)
    for value, parts in (
        (ballot, [part for part in components if part.component.kind is ComponentKind.BALLOT]),
        (total, list(components)),
    ):
        weight = sum((part.component.weight for part in parts), Fraction(0))
        own = sum(
            (part.component.weight for part in parts if part.component.form == one.form.key), Fraction(0)
        )
        if value is not None and own:
            yield value, own / weight


def _component(
    inputs: Inputs, person: Person, component: Component, forms: Sequence[FormFigures]
) -> ComponentFigure:
    if component.kind is ComponentKind.BALLOT:
        score = next((one.score for one in forms if one.form.key == component.form), None)
        return ComponentFigure(component, score)
    imported = inputs.imported.get((person.key, component.key))
    if imported is None:
        return ComponentFigure(component, None)
    return ComponentFigure(component, share_of_full(imported.value, imported.out_of), imported)


def _missing(
    scheme: Scheme, person: Person, forms: Sequence[FormFigures], components: Sequence[ComponentFigure]
) -> Iterable[str]:
    several = (
        len({one.component.form for one in components if one.component.kind is ComponentKind.BALLOT}) > 1
    )
    for figure in components:
        if figure.score is not None:
            continue
        if figure.component.kind is ComponentKind.BALLOT:
            why = _why_no_ballot_score(scheme, person, figure.component, forms)
            yield f"“{figure.component.name}”{why}" if several else why
        else:
            yield f"缺少“{figure.component.name}”得分"


def _why_no_ballot_score(
    scheme: Scheme, person: Person, component: Component, forms: Sequence[FormFigures]
) -> str:
    one = next((one for one in forms if one.form.key == component.form), None)
    if one is None:
        return "没有列入任何测评场次"
    waiting = person.sessions[one.form.key]
    if waiting:
        return f"测评场次“{'”“'.join(waiting)}”尚未开箱"
    if not any(one.form.weights):
        return f"测评表“{one.form.name}”没有计分的项目"
    empty = [figure.group.name for figure in one.groups if figure.mean is None]
    if scheme.rules.empty_group_rule is EmptyGroupRule.BLOCK and len(empty) < len(one.groups):
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


def _hash(inputs: Inputs, tallies: Tallies) -> str:
    """Return a hash of everything that shapes the result, whatever order it came in."""
    scheme, rules = inputs.scheme, inputs.scheme.rules
    content = {
        "version": RULES_VERSION,
        "forms": [[one.key, describe_template(one.template)] for one in scheme.forms],
        "groups": [[one.key, exact_text(one.weight)] for one in scheme.groups],
        "components": [
            [one.key, one.kind.value, one.form, exact_text(one.weight)] for one in scheme.components
        ],
        "rules": [
            rules.blank_rule.value, exact_text(rules.blank_value), rules.trim_each_side, rules.trim_when_more_than,
            rules.empty_group_rule.value, rules.denominator.value, scheme.decimals, scheme.k_min,
        ],
        "people": sorted(
            [one.key, one.field, sorted([key, list(titles)] for key, titles in one.sessions.items())]
            for one in inputs.people
        ),
        "imported": sorted(
            [*key, str(one.value.normalize()), str(one.out_of.normalize())] for key, one in inputs.imported.items()
        ),
        "tallies": {str(key): _marks_hash(inputs.marks[key].patterns, found) for key, found in tallies.items()},
    }  # fmt: skip
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _marks_hash(patterns: Sequence[Pattern], tallies: Mapping[TallyKey, GroupTally]) -> str:
    """Return a hash of all valid marks and of how many came back, whatever order they were counted in."""
    texts = [
        f"{one.n_subjects}\x1f" + "\x1f".join(answer or "" for answer in one.answers) for one in patterns
    ]
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
