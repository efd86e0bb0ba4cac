"""The whole computation of a cycle, from counted marks and imported figures to ranks. Pure: same input, same output."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from apps.assessments.domain.adjustments import Counted, counted_adjustments
from apps.common.domain.formats import round_half_up
from apps.cycles.domain.schemes import AdjustmentKind
from apps.scoring.domain.closeness import bands_of
from apps.scoring.domain.components import convert_field, raw_figure
from apps.scoring.domain.figures import (
    Band,
    ComponentFigure,
    Computation,
    Figures,
    FormFigures,
    GroupFigure,
    Raw,
)
from apps.scoring.domain.fingerprints import MarkHashes, input_hashes, whole_hash
from apps.scoring.domain.form_figures import figures_on_form
from apps.scoring.domain.inputs import Batch, CountedForm, Inputs, Person, Scheme
from apps.scoring.domain.pauses import no_collection
from apps.scoring.domain.readings import MarkReader
from apps.scoring.domain.secrecy import ballot_figure, disclosed
from apps.scoring.domain.tally import (
    Form,
    GroupTally,
    Pattern,
    TallyKey,
    sorted_into_piles,
    tally_piles,
)
from apps.scoring.domain.totals import base_score, ranks, total_score

Tallies = Mapping[int, Mapping[TallyKey, GroupTally]]
Progress = Callable[[str], None]  # is called with the name of each step that begins
TALLY, SCORES, SECRECY = "tally", "scores", "secrecy"  # the steps

__all__ = ["Computation", "Figures", "FormFigures", "GroupFigure", "compute", "compute_with"]


def in_silence(step: str) -> None:
    """Tell nobody."""


@no_collection()
def compute(inputs: Inputs, progress: Progress = in_silence) -> Computation:
    """Compute all figures of a cycle. Marks are read batch by batch, each has all marks of the reviewees in it."""
    progress(TALLY)
    hashes = MarkHashes()
    on_forms = _read_marks(inputs, hashes)
    progress(SCORES)
    fields = [_field_figures(inputs, members, on_forms) for members in _fields(inputs.people).values()]
    progress(SECRECY)
    shown = [disclosed(inputs, members) for members in fields]
    found = {one.person.key: one for members, _ in shown for one in members}
    rank: dict[int, int] = {}
    bands: dict[int, Band] = {}
    hidden = set()
    for members, hides_ranks in shown:
        own = _ranks(members, inputs.scheme.decimals)
        rank |= own
        if hides_ranks:
            hidden.add(members[0].person.field)
        else:
            bands |= bands_of(inputs.scheme, members, own)
    parts = input_hashes(inputs, hashes)
    return Computation(
        figures=tuple(found[person.key] for person in inputs.people),
        rank=rank,
        n_in_field={name: len(members) for name, members in _fields(inputs.people).items()},
        input_hash=whole_hash(parts),
        hashes=parts,
        bands=bands,
        hidden_ranks=frozenset(hidden),
    )


def compute_with(inputs: Inputs, scheme: Scheme) -> Computation:
    """Compute the same marks and figures by another scheme; nothing is stored, nobody is shown anything more.

    The other scheme may weigh, convert and round as it likes and give options other values. Its forms have to be those of the
    marks (same keys, same items, items in any order); a component that the inputs have no figures for is missing. Figures of earlier
    runs are reckoned with as before.

    :raises ValueError: a form has other items than the marks answer.
    """
    batches = [inputs.marks] if isinstance(inputs.marks, Mapping) else inputs.marks
    old = {form.key: form for form in inputs.scheme.forms}
    pairs = {form.key: (old[form.key], form) for form in scheme.forms if form.key in old}
    marks = _Reordered(batches, pairs)
    return compute(replace(inputs, scheme=scheme, marks=marks))


class _Reordered:
    """The same marks, their answers in the order of another version of the form."""

    def __init__(self, batches: Iterable[Batch], pairs: Mapping[int, tuple[Form, Form]]) -> None:
        self.batches = batches
        self.orders = {key: _new_order(*pair) for key, pair in pairs.items()}

    def __iter__(self) -> Iterator[Batch]:
        growing: dict[int, _Growing] = {}
        for batch in self.batches:
            yield {
                key: replace(counted, patterns=self._reordered(key, counted, growing))
                for key, counted in batch.items()
                if key in self.orders
            }

    def _reordered(self, form: int, counted: CountedForm, growing: dict[int, "_Growing"]) -> list[Pattern]:
        """Return the patterns in the new order: the same list as before, grown, if that is what they are themselves."""
        own = growing.get(form)
        if own is None or own.patterns is not counted.patterns:
            own = growing[form] = _Growing(counted.patterns)
        order = self.orders[form]
        for answers, n_subjects in own.patterns[len(own.reordered) :]:
            own.reordered.append(Pattern(tuple(answers[n] for n in order), n_subjects))
        return own.reordered


@dataclass(frozen=True, slots=True)
class _Growing:
    """Patterns as they come, and those of them that were put in order."""

    patterns: Sequence[Pattern]
    reordered: list[Pattern] = field(default_factory=list)


def _new_order(old: Form, new: Form) -> list[int]:
    places = {item.key: place for place, item in enumerate(old.items)}
    if places.keys() != {item.key for item in new.items}:
        raise ValueError("the form has other items than the marks answer")
    return [places[item.key] for item in new.items]


def _fields(people: Sequence[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in people:
        found.setdefault(person.field, []).append(person)
    return found


def _read_marks(inputs: Inputs, hashes: MarkHashes) -> dict[int, tuple[FormFigures, ...]]:
    """Return everybody's figures on all forms; single marks are kept only where a small group may have to be hidden."""
    batches = [inputs.marks] if isinstance(inputs.marks, Mapping) else inputs.marks
    by_key = {person.key: person for person in inputs.people}
    readers = {form.key: MarkReader(inputs.scheme.rules, form) for form in inputs.scheme.forms}
    found: dict[int, tuple[FormFigures, ...]] = {}
    for batch in batches:
        tallies = {key: _tally(reader, batch.get(key)) for key, reader in readers.items()}
        seen = {reviewee: None for own in tallies.values() for reviewee, _ in own}
        for key in seen:
            if key in by_key:
                found[key] = _forms_of(inputs, by_key[key], tallies, hashes)
    for person in inputs.people:
        if person.key not in found:
            found[person.key] = _forms_of(inputs, person, {}, hashes)
    return found


def _tally(reader: MarkReader, counted: CountedForm | None) -> dict[TallyKey, GroupTally]:
    if counted is None:
        return {}
    piles = sorted_into_piles(counted.rows) if counted.piles is None else counted.piles
    return tally_piles(reader, counted.patterns, piles)


def _forms_of(
    inputs: Inputs, person: Person, tallies: Tallies, hashes: MarkHashes
) -> tuple[FormFigures, ...]:
    forms = tuple(
        figures_on_form(inputs, person, form, tallies.get(form.key, {}))
        for form in inputs.scheme.forms
        if form.key in person.sessions
    )
    hashes.add(person.key, forms)
    return tuple(_lighter(one, inputs.scheme.k_min) for one in forms)


def _lighter(one: FormFigures, k_min: int) -> FormFigures:
    """Return the figures without single marks if every group is large enough to be shown."""
    numbers = [n for figure in one.groups for n in (figure.tally.n_valid, figure.tally.n_scored) if n]
    if any(n < k_min for n in numbers):
        return one
    groups = tuple(replace(figure, tally=figure.tally.without_marks()) for figure in one.groups)
    return replace(one, groups=groups)


def _field_figures(
    inputs: Inputs, members: Sequence[Person], on_forms: Mapping[int, tuple[FormFigures, ...]]
) -> list[Figures]:
    """Return the figures of everybody in a field, before anything is hidden."""
    columns = []
    for component in inputs.scheme.components:
        raws: dict[int, Raw] = {
            one.key: raw_figure(inputs, one, component, on_forms[one.key]) for one in members
        }
        columns.append(convert_field(component, raws, decimals=inputs.scheme.decimals))
    return [
        _figures(inputs, one, on_forms[one.key], tuple(column[one.key] for column in columns))
        for one in members
    ]


def _figures(
    inputs: Inputs, person: Person, forms: tuple[FormFigures, ...], parts: tuple[ComponentFigure, ...]
) -> Figures:
    scheme = inputs.scheme
    base = base_score((one.component.weight, one.score) for one in parts)
    bonus = _counted(inputs, person, AdjustmentKind.BONUS, scheme.bonus_limit)
    deduction = _counted(inputs, person, AdjustmentKind.DEDUCTION, scheme.deduction_limit)
    total = total_score(base, bonus=bonus.total, deduction=deduction.total, clamps=scheme.clamps_total)
    return Figures(
        person=person,
        forms=forms,
        ballot=ballot_figure(parts, forms),
        components=parts,
        base=base,
        bonus=bonus,
        deduction=deduction,
        total=total,
        hides_score=False,
        missing=tuple(dict.fromkeys(one.reason for one in parts if one.score is None)),
    )


def _counted(inputs: Inputs, person: Person, kind: AdjustmentKind, limit: Fraction | None) -> Counted[int]:
    limits = {line.key: line.limit for line in inputs.scheme.adjustments if line.kind is kind}
    entries = inputs.adjustments.get(person.key, ())
    own = [(one.line, one.points) for one in entries if one.line in limits]
    return counted_adjustments(own, line_limits=limits, overall_limit=limit)


def _ranks(members: Sequence[Figures], decimals: int) -> dict[int, int]:
    """Return the ranks of a field by published totals; nobody has one until everybody has a total."""
    totals = {one.person.key: one.total for one in members if one.total is not None}
    if len(totals) < len(members):
        return {}
    return ranks({key: round_half_up(total, decimals) for key, total in totals.items()})
