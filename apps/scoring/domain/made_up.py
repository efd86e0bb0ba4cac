"""A small made-up cycle under any scheme: four people of one field, a handful of ballots from each voter group.

The marks follow a fixed pattern, so the same scheme always shows the same example: the first person is the best, single evaluators
are stricter or kinder, one leaves an item blank.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate, RuleKind
from apps.cycles.domain.plans import AdjustmentPlan, ComponentPlan, SchemePlan
from apps.cycles.domain.schemes import AdjustmentKind, ComponentKind, Conversion
from apps.scoring.domain.inputs import Adjustment, CountedForm, Imported, Inputs, Person
from apps.scoring.domain.plans import planned_scheme
from apps.scoring.domain.tally import Form, Pattern, Row

NAMES = ("甲", "乙", "丙", "丁")
FIELD = "rural"  # all are of one field
N_BALLOTS = 6  # of each voter group for each person
MOOD = (0, 0, 1, 0, 2, 0)  # how much stricter than the kindest each evaluator is
SOURCE = "算例"
Marks = dict[tuple[int, int, int], list[Pattern]]  # form, person, voter group


def made_up_marks(plan: SchemePlan) -> Marks:
    """Return the ballots, by form, person and voter group, in the order they are shown."""
    return {
        (n, person, group): [
            Pattern(
                tuple(_answers(Form(n, paper.name, paper.template), person, group, ballot)),
                _n_ranked(paper.template),
            )
            for ballot in range(N_BALLOTS)
        ]
        for n, paper in enumerate(plan.papers, start=1)
        for person in range(1, len(NAMES) + 1)
        for group in range(1, len(plan.groups) + 1)
    }


def _n_ranked(template: PaperTemplate) -> int:
    return len(NAMES) if any(item.kind is ItemKind.RANK for item in template.items) else 0


def _answers(form: Form, person: int, group: int, ballot: int) -> Iterable[str | None]:
    """Yield the answers of one ballot; the fifth evaluator of the first group leaves the first person's last item blank."""
    may_blank = len(form.items) > 1 and all(rule.kind is not RuleKind.BLANK for rule in form.template.rules)
    for place, item in enumerate(form.items):
        is_last = place == len(form.items) - 1
        if may_blank and is_last and (person, group, ballot) == (1, 1, 4) and not item.is_required:
            yield None
        else:
            strictness = MOOD[(ballot + group + place) % len(MOOD)] + (person - 1)
            yield _answer(form.template, item, person, strictness)


def _answer(template: PaperTemplate, item: Item, person: int, strictness: int) -> str:
    if item.kind is ItemKind.NUMBER:
        return _number(item, strictness)
    if item.kind is ItemKind.RANK:
        return str(person)
    options = template.options_of(item)
    return options[min((strictness + 1) // 2, len(options) - 1)].key


def _number(item: Item, strictness: int) -> str:
    """Return a number a little below the maximum, on a step."""
    n_steps = int((item.maximum - item.minimum) / item.step)
    taken = min(n_steps, n_steps * (strictness + 1) * 3 // 100)
    number = item.minimum + item.step * (n_steps - taken)
    return f"{number.normalize():f}"


def made_up_inputs(plan: SchemePlan, marks: Marks) -> Inputs:
    """Return everything a run reads."""
    scheme = planned_scheme(plan)
    people = [
        Person(key, name, FIELD, {form.key: () for form in scheme.forms})
        for key, name in enumerate(NAMES, start=1)
    ]
    return Inputs(
        scheme=scheme,
        people=people,
        marks={form.key: _counted(form.key, marks) for form in scheme.forms},
        imported={
            (person.key, n): _imported(one, person.key, n)
            for n, one in enumerate(plan.components, start=1)
            if one.kind is ComponentKind.IMPORTED
            for person in people
        },
        adjustments={1: _adjustments(plan.adjustments)},
    )


def _counted(form: int, marks: Marks) -> CountedForm:
    patterns: list[Pattern] = []
    rows: list[Row] = []
    for (own_form, person, group), ballots in marks.items():
        if own_form == form:
            for pattern in ballots:
                rows.append((person, group, len(patterns), 1))
                patterns.append(pattern)
    return CountedForm(patterns, rows)


def _imported(one: ComponentPlan, person: int, n: int) -> Imported:
    """Return a figure brought in: the place itself, or a good share of the full marks."""
    if one.conversion.kind is Conversion.PLACE:
        return Imported(Decimal(person), Decimal(100), SOURCE)
    full = one.full_marks or Decimal(100)
    share = Decimal(96 - 5 * (person - 1) - n % 3) / 100
    return Imported((full * share).quantize(Decimal("0.01")), full, SOURCE)


def _adjustments(lines: Sequence[AdjustmentPlan]) -> list[Adjustment]:
    """Give the first person the first bonus at its most, and the first deduction at its least."""
    found = []
    for kind, points in ((AdjustmentKind.BONUS, "most"), (AdjustmentKind.DEDUCTION, "least")):
        own = [(n, line) for n, line in enumerate(lines, start=1) if line.kind is kind]
        found += [Adjustment(n, Fraction(getattr(line, points))) for n, line in own[:1]]
    return found
