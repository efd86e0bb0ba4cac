"""Random schemes of every kind with random ballots, small enough that thousands are tried: all from one number.

A case holds what the server computes from (``inputs``) and, apart from it, the same things as the files of a result package tell them.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.conversions import Band, ConversionPlan, ShareBand
from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    BlankRule,
    ComponentKind,
    Conversion,
    Denominator,
    EmptyGroupRule,
)
from apps.scoring.domain import package_parts
from apps.scoring.domain.inputs import (
    Adjustment,
    AdjustmentLine,
    Component,
    CountedForm,
    Imported,
    Inputs,
    Named,
    Person,
    Scheme,
)
from apps.scoring.domain.tally import Form, Pattern, Rules

GRADES = ("a", "b", "c", "d")
SESSION = 3
FIRST_PERSON, FIRST_GROUP = 100, 10
KINDS = (ItemKind.GRADE, ItemKind.GRADE, ItemKind.NUMBER, ItemKind.YES_NO, ItemKind.RANK)
CONVERSIONS = (Conversion.NONE, Conversion.NONE, Conversion.BANDS, Conversion.RANK, Conversion.BEST_RATIO)


@dataclass(frozen=True)
class Case:
    """One scheme with its ballots: (reviewee, group, form) -> answers of each mark, in the order of the form's items."""

    inputs: Inputs
    ballots: dict[tuple[int, int, int], list[tuple[str | None, ...]]]
    sizes: dict[int, int]
    n_returned: dict[int, int]

    def described(self):
        """scheme.json as a package has it."""
        inputs = self.inputs
        session = {
            "id": SESSION,
            "title": "测评",
            "is_opened": True,
            "papers": [form.key for form in inputs.scheme.forms],
            "subjects": [{"id": one.key + 1000, "reviewee": one.key} for one in inputs.people],
            "groups": [{"id": g.key + 1000, "voter_group": g.key} for g in inputs.scheme.groups],
            "form": None, "form_hash": "", "merkle_root": "", "marks_hash": "",
        }  # fmt: skip
        return package_parts.described_scheme(inputs.scheme) | {
            "reviewees": [{"id": one.key, "field": one.field} for one in inputs.people],
            "sessions": [session],
        }

    def marks(self):
        """The lines of marks.csv."""
        kinds = {(f.key, i.key): i.kind for f in self.inputs.scheme.forms for i in f.items}
        keys = {form.key: [item.key for item in form.items] for form in self.inputs.scheme.forms}
        for number, ((person, group, form), given) in enumerate(self.ballots.items()):
            for n, ballot in enumerate(given):
                place = (SESSION, person, group, f"{number}-{n}", form)
                marks = [(key, a) for key, a in zip(keys[form], ballot, strict=True) if a is not None]
                for key, answer in marks:
                    is_number = kinds[form, key] in {ItemKind.NUMBER, ItemKind.RANK}
                    yield (*place, key, *(("", answer) if is_number else (answer, "")))
                if not marks:
                    yield (*place, "", "", "")

    def ledger(self):
        """The lines of ledger.csv: invalid ballots came back on top of the valid ones."""
        for group, n in self.n_returned.items():
            yield SESSION, group, "", n, n, 0, 0, 0, n, self.sizes[group], n - self.sizes[group], 0, 0

    def brought_in(self):
        """The lines of components.csv as far as people entered them: (reviewee, component) -> (value, out of)."""
        return {key: (one.value, one.out_of) for key, one in self.inputs.imported.items()}


def random_case(seed, *, plain=False):
    """Return the case of a number. ``plain``: without conversions that look at others."""
    luck = random.Random(seed)
    forms = tuple(Form(n, f"表{n}", _template(luck)) for n in range(1, luck.choice((1, 1, 2)) + 1))
    groups = tuple(
        Named(FIRST_GROUP + n, f"类别{n}", Fraction(luck.randint(1, 6000), 100))
        for n in range(luck.randint(1, 3))
    )
    components = _components(luck, forms, plain=plain)
    lines = _lines(luck)
    scheme = Scheme(
        _rules(luck),
        forms,
        groups,
        components,
        decimals=luck.randint(0, 4),
        k_min=luck.randint(3, 5),
        adjustments=lines,
        bonus_limit=luck.choice((None, Fraction(luck.randint(1, 50), 10))),
        deduction_limit=luck.choice((None, Fraction(luck.randint(1, 50), 10))),
        clamps_total=luck.random() < 0.7,
    )
    fields = luck.choice((("rural",), ("rural", "urban")))
    people = [
        Person(FIRST_PERSON + n, f"甲{n}", luck.choice(fields), {form.key: () for form in forms})
        for n in range(luck.randint(1, 4))
    ]
    sizes = {group.key: luck.choice((0, 1, 2, 3, 4, 5, 6, 8, 9)) for group in groups}
    n_returned = {key: n + luck.choice((0, 0, 1, 2)) for key, n in sizes.items()}
    ballots = {
        (person.key, group.key, form.key): _ballots(luck, form, sizes[group.key], len(people))
        for person in people
        for group in groups
        for form in forms
    }
    imported = {
        (person.key, one.key): _figure(luck, one, len(people))
        for one in components
        if one.kind is ComponentKind.IMPORTED
        for person in people
        if luck.random() < 0.93
    }
    entries = {
        person.key: [
            Adjustment(luck.choice(lines).key, Fraction(luck.randint(1, 40), 10))
            for _ in range(luck.choice((0, 1, 3)))
        ]
        for person in people
        if lines
    }
    returned = {
        (form.key, person.key, group): n
        for form in forms
        for person in people
        for group, n in n_returned.items()
    }
    inputs = Inputs(scheme, people, counted(scheme, people, ballots), imported, returned, entries)
    return Case(inputs, ballots, sizes, n_returned)


def counted(scheme, people, ballots, *, luck=None):
    """Return the marks as the database counts them; ``luck`` shuffles them and splits equal ones."""
    marks = {}
    for form in scheme.forms:
        n_people = len(people) if form.has_ranks else 0
        own = [
            (key[0], key[1], Pattern(one, n_people)) for key, given in ballots.items() if key[2] == form.key for one in given
        ]  # fmt: skip
        if luck:
            luck.shuffle(own)
        patterns = list(dict.fromkeys(pattern for *_, pattern in own))
        places = {pattern: place for place, pattern in enumerate(patterns)}
        rows = [(person, group, places[pattern]) for person, group, pattern in own]
        numbers = [(*row, 1) for row in rows] if luck else [(*row, n) for row, n in Counter(rows).items()]
        marks[form.key] = CountedForm(patterns, numbers)
    return marks


def with_ballots(case, ballots):
    """Return the same inputs with other ballots."""
    scheme, people = case.inputs.scheme, case.inputs.people
    return replace(case.inputs, marks=counted(scheme, people, ballots))


def _template(luck):
    values = sorted((luck.randint(0, 10_000) for _ in GRADES), reverse=True)
    options = tuple(Option(key, key, Decimal(v) / 100) for key, v in zip(GRADES, values, strict=True))
    bands = (
        Option("high", "高", Decimal(0), Decimal(6), None),
        Option("low", "低", Decimal(0), None, Decimal(4)),
    )
    items = [_item(luck, f"i{n}") for n in range(luck.randint(1, 4))]
    scales = (Scale("grades", "等次", options), Scale("bands", "分段", bands))
    return PaperTemplate("测评表", (*items, Item("t", "意见", ItemKind.TEXT)), scales)


def _item(luck, key):
    kind = luck.choice(KINDS)
    low = luck.randint(0, 5)
    has_options = kind in {ItemKind.GRADE, ItemKind.YES_NO}
    return Item(
        key,
        key,
        kind,
        weight=Decimal(luck.choice((0, luck.randint(1, 4000), luck.randint(1, 4000)))) / 100,
        scale="grades" if has_options else luck.choice(("", "bands")) if kind is ItemKind.NUMBER else "",
        minimum=Decimal(low),
        maximum=Decimal(low + luck.randint(1, 30)),
        step=Decimal("0.5"),
    )


def _rules(luck):
    return Rules(
        blank_rule=luck.choice(list(BlankRule)),
        blank_value=Fraction(luck.randint(0, 100)),
        trim_each_side=luck.choice((0, 0, 1, 2)),
        trim_when_more_than=luck.randint(0, 6),
        empty_group_rule=luck.choice(list(EmptyGroupRule)),
        denominator=luck.choice(list(Denominator)),
    )


def _components(luck, forms, *, plain):
    found = [
        Component(
            20 + form.key, form.name, _weight(luck), ComponentKind.BALLOT, form.key, conversion=_conversion(luck, plain=plain)
        )
        for form in forms
    ]  # fmt: skip
    items = [(form, item) for form in forms for item in form.items if item.scale == "grades"]
    if items and luck.random() < 0.6:
        form, item = luck.choice(items)
        options = tuple(luck.sample(GRADES, luck.randint(1, 2)))
        conversion = _conversion(luck, plain=plain, overrides=luck.random() < 0.6)
        found.append(
            Component(
                40, "优秀率", _weight(luck), ComponentKind.SHARE, form.key, item.key, options, conversion
            )
        )
        if luck.random() < 0.2:
            found = found[-1:]
    for n in range(luck.choice((0, 1, 1, 2))):
        plan = _places(luck, Conversion.PLACE) if luck.random() < 0.2 else _conversion(luck, plain=plain)
        found.append(Component(30 + n, f"考核{n}", _weight(luck), ComponentKind.IMPORTED, conversion=plan))
    luck.shuffle(found)
    return tuple(found)


def _weight(luck):
    return Fraction(luck.randint(1, 6000), 100)


def _conversion(luck, *, plain, overrides=False):
    kind = luck.choice(CONVERSIONS[:3] if plain else CONVERSIONS)
    if kind is Conversion.BANDS:
        starts = sorted({luck.choice((0, 0, luck.randint(0, 90))), *luck.sample(range(100), 2)}, reverse=True)
        bands = tuple(Band(Fraction(start), Fraction(luck.randint(0, 100))) for start in starts)
        first = ShareBand(
            tuple(luck.sample(GRADES, 2)), Fraction(luck.choice((100, 60)), 3), Fraction(130, 2)
        )
        return ConversionPlan(kind, bands, (first,) if overrides else ())
    return _places(luck, kind) if kind is Conversion.RANK else ConversionPlan(kind)


def _places(luck, kind):
    step = Fraction(luck.randint(0, 60), luck.choice((1, 3)))
    return ConversionPlan(
        kind, first=Fraction(luck.randint(80, 160)), step=step, floor=Fraction(luck.randint(0, 60))
    )


def _lines(luck):
    return tuple(
        AdjustmentLine(50 + n, f"条目{n}", kind, luck.choice((None, Fraction(luck.randint(1, 60), 10))))
        for n, kind in enumerate(luck.choices(list(AdjustmentKind), k=luck.choice((0, 1, 3))))
    )


def _figure(luck, component, n_people):
    if component.conversion.kind is Conversion.PLACE:
        value = Decimal(luck.randint(1, n_people)) if luck.random() < 0.9 else Decimal("1.5")
        return Imported(value, Decimal(100), "文件")
    out_of = luck.choice((50, 100, 600))
    return Imported(Decimal(luck.randint(0, out_of * 10)) / 10, Decimal(out_of), "文件")


def _ballots(luck, form, n, n_people):
    blank = luck.choice((0.0, 0.05, 0.3))
    lean = luck.choice((None, None, 0.8))
    found = [
        tuple(_answer(luck, item, n_people, blank=blank, lean=lean) for item in form.items) for _ in range(n)
    ]
    return [tuple(None for _ in one) if luck.random() < 0.07 else one for one in found]


def _answer(luck, item, n_people, *, blank, lean):
    if luck.random() < blank:
        return None
    if item.kind is ItemKind.NUMBER:
        halves = luck.randint(2 * int(item.minimum), 2 * int(item.maximum))
        return f"{halves // 2}.5" if halves % 2 else str(halves // 2)
    if item.kind is ItemKind.RANK:
        return str(luck.randint(1, n_people))
    return GRADES[0] if lean and luck.random() < lean else luck.choice(GRADES)
