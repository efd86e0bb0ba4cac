"""What T11 attacks: random halls, what is published of them in every version, and what would be published if something were forgotten."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.conversions import Band, ConversionPlan, ShareBand
from apps.cycles.domain.papers.templates import Item, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import AdjustmentKind, ComponentKind, Conversion
from apps.scoring.domain.computation import compute
from apps.scoring.domain.inputs import (
    Adjustment,
    AdjustmentLine,
    Component,
    EarlierFigure,
    Imported,
    Inputs,
    Named,
    Person,
    Scheme,
)
from apps.scoring.domain.tally import Form, Rules
from tests.scoring.random_cases import counted

K_MIN = 5
SIZES = ((7, 3), (9, 4, 2), (6, 1), (8, 5, 3), (2, 2, 9), (4, 6, 6), (30, 4), (3, 40))
VALUES = ((95, 85, 75, 60), (100, 80, 60), (100, 50, 0))
FEW_OPTIONS = 3


@dataclass(frozen=True)
class Hall:
    """A scheme, its people, their ballots, and what was entered in each version."""

    scheme: Scheme
    people: tuple[Person, ...]
    ballots: dict
    versions: tuple

    def inputs(self, n, earlier):
        imported, entries = self.versions[n]
        marks = counted(self.scheme, self.people, self.ballots)
        return Inputs(self.scheme, self.people, marks, imported, {}, entries, earlier)

    def results(self, *, forgets=False):
        """What each version publishes; a version knows those before it, unless it ``forgets``."""
        found, earlier = [], {}
        for n in range(len(self.versions)):
            found.append(compute(self.inputs(n, {} if forgets else earlier)))
            earlier = {key: [*own] for key, own in earlier.items()}
            for one in found[-1].figures:
                if one.base is not None and not one.hides_score:
                    told = EarlierFigure(one.base, one.bonus.total - one.deduction.total)
                    earlier.setdefault(one.person.key, []).append(told)
        return found

    def secret(self):
        """How many of each mark there really are."""
        return Counter(
            (person, group, ballot) for (person, group, _), own in self.ballots.items() for ballot in own
        )


def random_hall(rng, **wanted):
    """A hall: some vote at the end of the scale, others spread. ``wanted`` fixes parts of the scheme."""
    values = wanted.get("values") or rng.choice(VALUES)
    options = tuple(Option(f"o{n}", f"{n}", Decimal(value)) for n, value in enumerate(values))
    n_items = rng.choice((1, 2)) if len(values) <= FEW_OPTIONS else 1
    items = tuple(
        Item(f"i{n}", f"{n}", weight=Decimal(rng.choice((1, 2, 3))), scale="s") for n in range(n_items)
    )
    form = Form(1, "测评表", PaperTemplate("测评表", items, (Scale("s", "等次", options),)))
    sizes = wanted.get("sizes") or rng.choice(SIZES)
    weights = wanted.get("weights") or [rng.choice((20, 30, 40, 60)) for _ in sizes]
    first = wanted.get("first_group", 10)
    groups = tuple(Named(first + n, f"{n}", Fraction(weight)) for n, weight in enumerate(weights))
    people = tuple(Person(n, f"甲{n}", "rural", {1: ()}) for n in range(1, wanted.get("n_people", 1) + 1))
    odds = rng.choice(((1, 1, 1, 1), (8, 1, 1, 1), (1, 0, 0, 0), (0, 0, 1, 9)))[: len(values)]
    odds = odds if any(odds) else (1,) * len(values)
    ballots = {
        (person.key, group.key, 1): [
            tuple(rng.choices([one.key for one in options], odds)[0] for _ in items) for _ in range(n)
        ]
        for person in people
        for group, n in zip(groups, sizes, strict=True)
    }
    components = wanted.get("components", random_components)(rng, options)
    scheme = Scheme(
        Rules(),
        (form,),
        groups,
        components,
        decimals=wanted.get("decimals", 2),
        k_min=K_MIN,
        adjustments=(AdjustmentLine(7, "表彰", AdjustmentKind.BONUS, Fraction(3)),),
    )
    versions = tuple(
        (
            {(one.key, 2): Imported(Decimal(rng.randint(800, 950)) / 10, Decimal(100), "") for one in people},
            {one.key: [Adjustment(7, Fraction(rng.randint(1, 20), 10))] for one in people},
        )
        for _ in range(wanted.get("n_versions") or rng.choice((1, 2, 3)))
    )
    return Hall(scheme, people, ballots, versions)


def random_components(rng, options):
    weight = Fraction(rng.choice((70, 50, 33)))
    kind = rng.choice((Conversion.NONE, Conversion.NONE, Conversion.BANDS))
    ballot = Component(
        1, "现场测评", weight, ComponentKind.BALLOT, 1, conversion=conversion(rng, kind, options)
    )
    imported = Component(2, "平时考核", Fraction(30), ComponentKind.IMPORTED)
    if rng.random() < 0.5:
        return ballot, imported
    kind = rng.choice((Conversion.NONE, Conversion.BANDS))
    share = Component(
        3, "优秀率", Fraction(20), ComponentKind.SHARE, 1, "i0", ("o0",), conversion(rng, kind, options, overrides=True)
    )  # fmt: skip
    return rng.choice(((ballot, imported, share), (imported, share)))


def conversion(rng, kind, options, *, overrides=False):
    if kind is not Conversion.BANDS:
        return ConversionPlan(kind)
    bands = tuple(
        Band(Fraction(start), Fraction(score)) for start, score in ((90, 100), (80, 95), (60, 85), (0, 80))
    )
    last = tuple(one.key for one in options[-2:])
    return ConversionPlan(
        kind, bands, (ShareBand(last, Fraction(100, 3), Fraction(65)),) if overrides else ()
    )


def field_components(kind):
    """A scheme in which everybody's score depends on everybody's ballots."""

    def components(rng, options):
        plan = ConversionPlan(kind, first=Fraction(100), step=Fraction(2))
        ballot = Component(1, "现场测评", Fraction(60), ComponentKind.BALLOT, 1, conversion=plan)
        return ballot, Component(2, "平时考核", Fraction(40), ComponentKind.IMPORTED)

    return components


def has_small_group(hall):
    return any(0 < len(own) < K_MIN for own in hall.ballots.values())


# -- what is told of the same people when something is forgotten


def hiding_small_groups_alone(hall):
    """Only the small groups' own figures are left out."""
    return [
        replace(result, figures=tuple(map(_small_ones_hidden, result.figures)), hidden_ranks=frozenset())
        for result in hall.results()
    ]


def _small_ones_hidden(one):
    forms = tuple(
        replace(
            form,
            groups=tuple(replace(g, is_suppressed=g.tally.n_scored < K_MIN) for g in form.groups),
            hides_score=False, hides_items=False, hides_shares=False,
        )
        for form in one.forms
    )  # fmt: skip
    parts = tuple(replace(part, hides_raw=False, hides_score=False) for part in one.components)
    return replace(one, forms=forms, components=parts, hides_score=False)


def forgetting_shares(hall):
    """What is hidden is decided as if the shares of options were not published."""
    parts = tuple(
        replace(part, kind=ComponentKind.BALLOT, conversion=ConversionPlan()) if part.kind is ComponentKind.SHARE else part
        for part in hall.scheme.components
    )  # fmt: skip
    decided = replace(hall, scheme=replace(hall.scheme, components=parts)).results()
    return [
        replace(result, figures=tuple(map(hidden_like, result.figures, other.figures)))
        for result, other in zip(hall.results(), decided, strict=True)
    ]


def hidden_like(one, other):
    """The figures of one world with that hidden which is hidden in another."""
    flags = ("hides_score", "hides_items", "hides_shares")
    forms = tuple(
        replace(
            form,
            groups=tuple(
                replace(g, is_suppressed=o.is_suppressed)
                for g, o in zip(form.groups, like.groups, strict=True)
            ),
            **{flag: getattr(like, flag) for flag in flags[:2]},
            hides_shares=like.hides_score,
        )
        for form, like in zip(one.forms, other.forms, strict=True)
    )
    hides = other.hides_score
    parts = tuple(
        replace(part, hides_raw=hides, hides_score=hides) if part.component.kind is not ComponentKind.IMPORTED else part
        for part in one.components
    )  # fmt: skip
    return replace(one, forms=forms, components=parts, hides_score=hides)
