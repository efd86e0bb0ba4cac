"""What stays hidden of a field's figures, so that nothing published gives a small group away.

``disclosure`` asks whether a group could have marked otherwise "with everything published the same". Here is what that everything is:
the form's score, options' shares, converted components, the figure before and after bonus and deduction, all of it in this run
and in the runs before it (a corrected import rounds the same hidden score another way); and, where a score is hidden or a
conversion looks at the whole field, other people's figures and ranks as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from operator import add

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import ComponentKind, Conversion
from apps.scoring.domain.alternatives import AskedShare, moves_of
from apps.scoring.domain.components import NEEDS_FIELD, convert_field
from apps.scoring.domain.disclosure import Cell, Suppression, Told, disclose, is_free, looks_same
from apps.scoring.domain.figures import ComponentFigure, Figures, FormFigures, GroupFigure, Raw
from apps.scoring.domain.form_figures import share_of_options
from apps.scoring.domain.inputs import Component, Inputs, Scheme
from apps.scoring.domain.totals import base_score, ranks, total_score

Words = tuple[Decimal | None, ...]


def disclosed(inputs: Inputs, members: Sequence[Figures]) -> tuple[list[Figures], bool]:
    """Return the figures of a field with a word on what stays hidden, and whether the ranks have to."""
    world = _Field(inputs, members)
    shown = [world.shown(one) for one in members]
    hidden = [(one, form) for one in shown for form in one.forms if form.hides_score]
    if not hidden or not any(one.hides_score for one in shown):
        return shown, False
    if all(world.is_free(one, form, with_ranks=True) for one, form in hidden):
        return shown, False
    if all(world.is_free(one, form, with_ranks=False) for one, form in hidden):
        return shown, True
    return [_all_hidden(one) for one in shown], True


def _all_hidden(one: Figures) -> Figures:
    """Return figures without any that looks at the field: they give a hidden score of somebody else away."""
    components = tuple(
        replace(part, hides_score=True) if part.component.conversion.kind in NEEDS_FIELD else part
        for part in one.components
    )
    return replace(one, components=components, hides_score=True)


def asked_shares(scheme: Scheme, one: FormFigures) -> tuple[AskedShare, ...]:
    """Return the options whose shares the scheme's components read from a form: (place of the item, options)."""
    places = {item.key: place for place, item in enumerate(one.form.items)}
    found: dict[AskedShare, None] = {}
    for component in _fed_by(scheme, one):
        for options in _options_of(component):
            if component.item in places:
                found[places[component.item], frozenset(options)] = None
    return tuple(found)


def _options_of(component: Component) -> Iterator[tuple[str, ...]]:
    if component.kind is ComponentKind.SHARE:
        yield component.options
    for override in component.conversion.overrides:
        yield override.options


def _fed_by(scheme: Scheme, one: FormFigures) -> list[Component]:
    return [
        part
        for part in scheme.components
        if part.kind is not ComponentKind.IMPORTED and part.form == one.form.key
    ]


class _Field:
    """All members of a field with their figures, and what changes for whom when one form's figures move."""

    def __init__(self, inputs: Inputs, members: Sequence[Figures]) -> None:
        self.inputs, self.scheme, self.members = inputs, inputs.scheme, members
        self.raws = [{one.person.key: part.raw for one, part in _column(members, n)} for n in self._numbers]

    @property
    def _numbers(self) -> range:
        return range(len(self.scheme.components))

    def shown(self, one: Figures) -> Figures:
        """Return one person's figures with what they may show on their own."""
        forms = tuple(self._shown_form(one, form) for form in one.forms)
        used = {part.form for part in self.scheme.components}
        hides = any(form.hides_score for form in forms if form.form.key in used)
        by_form = {form.form.key: form for form in forms}
        parts = tuple(_shown_part(part, by_form) for part in one.components)
        return replace(one, forms=forms, components=parts, hides_score=hides)

    def _shown_form(self, one: Figures, form: FormFigures) -> FormFigures:
        hidden = self._suppression(one, form)
        groups = tuple(
            replace(figure, is_suppressed=figure.group.key in hidden.groups) for figure in form.groups
        )
        return replace(
            form,
            groups=groups,
            hides_score=hidden.hides_score,
            hides_items=hidden.hides_items,
            hides_shares=hidden.hides_shares,
        )

    def _suppression(self, one: Figures, form: FormFigures) -> Suppression[int]:
        if form.is_waiting:  # half of the ballots, then all of them: the difference is the other half
            voted = frozenset(figure.group.key for figure in form.groups if figure.tally.n_marks)
            return Suppression(voted, hides_score=False, hides_items=True, hides_shares=True)
        asked = asked_shares(self.scheme, form)
        cells = self.cells(form, asked)
        published = Consequences(self, one, form, asked, others=self._others(one, form))
        return disclose(cells, published, k_min=self.scheme.k_min, has_shares=bool(asked))

    def _others(self, one: Figures, form: FormFigures) -> tuple[Figures, ...]:
        """Return whose figures move with this person's form: everybody's, where a conversion looks at the field."""
        looks = any(part.conversion.kind in NEEDS_FIELD for part in _fed_by(self.scheme, form))
        return tuple(other for other in self.members if other is not one) if looks else ()

    def is_free(self, one: Figures, form: FormFigures, *, with_ranks: bool) -> bool:
        """Tell whether the marks behind a hidden score could be others with everything else the same."""
        asked = asked_shares(self.scheme, form)
        plain = next(own for own in self.members if own.person.key == one.person.key)
        others = tuple(other for other in self.members if other is not plain)
        published = Consequences(self, plain, form, asked, others=others, with_ranks=with_ranks)
        return is_free(self.cells(form, asked), published, k_min=self.scheme.k_min)

    def cells(self, form: FormFigures, asked: Sequence[AskedShare]) -> dict[int, Cell]:
        """Return each group's ballots as ``disclosure`` sees them."""
        return {figure.group.key: self._cell(form, figure, asked) for figure in form.groups}

    def _cell(self, form: FormFigures, figure: GroupFigure, asked: Sequence[AskedShare]) -> Cell:
        found, rules = figure.tally, self.scheme.rules
        shares = [_item_share(form, figure, place) for place in range(len(form.form.items))]
        return Cell(
            min((n for n in (found.n_valid, found.n_scored) if n), default=0),
            lambda: moves_of(rules, form.form, figure, item_shares=shares, asked=asked),
        )


def _column(members: Sequence[Figures], n: int) -> Iterator[tuple[Figures, ComponentFigure]]:
    for one in members:
        yield one, one.components[n]


def _item_share(form: FormFigures, figure: GroupFigure, place: int) -> Fraction:
    """Return a group's part of an item's score."""
    total = sum((other.group.weight for other in form.groups if other.items[place][0]), Fraction(0))
    return figure.group.weight / total if total else Fraction(0)


def _shown_part(part: ComponentFigure, forms: Mapping[int, FormFigures]) -> ComponentFigure:
    form = forms.get(part.component.form or 0)
    if part.component.kind is ComponentKind.IMPORTED or form is None:
        return part
    hides_raw = form.hides_score or (part.component.kind is ComponentKind.SHARE and form.hides_shares)
    is_raw = part.component.conversion.kind is Conversion.NONE
    return replace(part, hides_raw=hides_raw, hides_score=form.hides_score or (hides_raw and is_raw))


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything published that depends on one form's figures for one person: ``disclosure.Published``."""

    field: _Field
    one: Figures
    form: FormFigures
    asked: Sequence[AskedShare]
    others: Sequence[Figures]
    with_ranks: bool = False

    def stays(self, score: Fraction, shares: tuple[Fraction, ...], told: Told) -> bool:
        """Tell whether everything looks the same when the form's score and the asked shares move."""
        own = self.form.score
        if told.score and own is not None and not looks_same(own, score, self.field.scheme.decimals):
            return False
        still = (Fraction(0),) * len(self.asked)
        return self.words(score, shares or still, told) == self.words(Fraction(0), still, told)

    def item_stays(self, place: int, move: Fraction) -> bool:
        """Tell whether an item's score looks the same when it moves."""
        value = self.form.item_scores[place]
        return value is None or looks_same(value, move, self.field.scheme.decimals)

    def words(self, score: Fraction, shares: tuple[Fraction, ...], told: Told) -> Words:
        """Return all that would be published if the form's score and the asked shares were so much higher."""
        parts = self._parts(score, shares)
        key = self.one.person.key
        found = [*self._shares(shares)] if told.shares else []
        if told.score:
            found += self._own(parts[key], score, told)
        for other in self.others:
            found += self._total_words(other, parts[other.person.key])
        if self.with_ranks:
            found += self._ranks(parts)
        return tuple(found)

    def _shares(self, shares: tuple[Fraction, ...]) -> Iterator[Decimal | None]:
        for (place, options), move in zip(self.asked, shares, strict=True):
            item = self.form.form.items[place].key
            value = share_of_options(self.field.scheme, self.form, item, options)
            yield None if value is None else self._rounded(value + move)

    def _own(self, parts: Sequence[ComponentFigure], score: Fraction, told: Told) -> list[Decimal | None]:
        ballot = ballot_figure(parts, self.one.forms, moved=(self.form.form.key, score))
        return [self._rounded(ballot), *self._total_words(self.one, parts, told)]

    def _total_words(
        self, one: Figures, parts: Sequence[ComponentFigure], told: Told | None = None
    ) -> list[Decimal | None]:
        """Return the components, the base and the total of one person, of this run and of the runs before."""
        told = told or Told()
        scores = [
            self._rounded(part.score)
            for part in parts
            if told.shares
            or part.component.kind is not ComponentKind.SHARE
            or part.component.conversion.kind is not Conversion.NONE
        ]
        base = base_score((part.component.weight, part.score) for part in parts)
        if base is None or one.base is None:
            return [*scores, None]
        earlier = self.field.inputs.earlier.get(one.person.key, ())
        points = [(base, one.bonus.total - one.deduction.total)]
        points += [(before.base + base - one.base, before.adjustment) for before in earlier]
        clamps = self.field.scheme.clamps_total
        totals = [total_score(figure, bonus=more, clamps=clamps) for figure, more in points]
        return [*scores, *(self._rounded(figure) for figure, _ in points), *map(self._rounded, totals)]

    def _ranks(self, parts: Mapping[int, Sequence[ComponentFigure]]) -> list[Decimal | None]:
        totals = {}
        for one in (self.one, *self.others):
            base = base_score((part.component.weight, part.score) for part in parts[one.person.key])
            more = one.bonus.total - one.deduction.total
            total = total_score(base, bonus=more, clamps=self.field.scheme.clamps_total)
            if total is None:
                return []
            totals[one.person.key] = round_half_up(total, self.field.scheme.decimals)
        return [Decimal(place) for _, place in sorted(ranks(totals).items())]

    def _parts(self, score: Fraction, shares: tuple[Fraction, ...]) -> dict[int, tuple[ComponentFigure, ...]]:
        """Return the components of all concerned, those that this form feeds converted anew from the moved figures."""
        concerned = {one.person.key: one for one in (self.one, *self.others)}
        found: dict[int, list[ComponentFigure]] = {key: [] for key in concerned}
        for n, component in enumerate(self.field.scheme.components):
            is_fed = component.kind is not ComponentKind.IMPORTED and component.form == self.form.form.key
            converted = self._converted(n, component, score, shares) if is_fed else {}
            for key, one in concerned.items():
                found[key].append(converted.get(key, one.components[n]))
        return {key: tuple(own) for key, own in found.items()}

    def _converted(
        self, n: int, component: Component, score: Fraction, shares: tuple[Fraction, ...]
    ) -> dict[int, ComponentFigure]:
        """Return a component's scores when this person's raw figure moves: everybody's if the conversion looks at the field."""
        raws, key = self.field.raws[n], self.one.person.key
        moved = {key: self._moved(component, raws[key], score, shares)}
        if component.conversion.kind in NEEDS_FIELD:
            moved = {**raws, **moved}
        return convert_field(component, moved, decimals=self.field.scheme.decimals)

    def _moved(self, component: Component, raw: Raw, score: Fraction, shares: tuple[Fraction, ...]) -> Raw:
        if raw.value is None:
            return raw
        places = {item.key: place for place, item in enumerate(self.form.form.items)}
        place = places.get(component.item, -1)
        moves = dict(zip(self.asked, shares, strict=True))
        by = [moves.get((place, frozenset(one)), Fraction(0)) for one in _options_of(component)]
        is_share = component.kind is ComponentKind.SHARE
        value = raw.value + (by[0] if is_share else score)
        overriding = map(add, raw.overriding, by[1:] if is_share else by)
        return replace(raw, value=value, overriding=tuple(overriding))

    def _rounded(self, value: Fraction | None) -> Decimal | None:
        return None if value is None else round_half_up(value, self.field.scheme.decimals)


def ballot_figure(
    parts: Sequence[ComponentFigure],
    forms: Sequence[FormFigures],
    moved: tuple[int, Fraction] = (0, Fraction(0)),
) -> Fraction | None:
    """Return what the ballots gave a person before any conversion: the weighted mean of the forms' scores.

    Weights are those of the ballot components, or of the share components where a scheme has no other; ``None`` if there is none of
    either, or a score is missing. ``moved``: a form whose score is thought to be so much higher.
    """
    scores = {one.form.key: one.score for one in forms}
    for kind in (ComponentKind.BALLOT, ComponentKind.SHARE):
        own = [part.component for part in parts if part.component.kind is kind]
        if own:
            figures = [(part.weight, scores.get(part.form or 0), part.form) for part in own]
            return base_score(
                (weight, None if score is None else score + (moved[1] if form == moved[0] else 0))
                for weight, score, form in figures
            )
    return None
