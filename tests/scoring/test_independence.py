"""T17: two programs that share no code agree to the last digit, over schemes of every kind. And they do share no code."""

import ast
import hashlib
import random
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cycles.domain.papers.templates import (
    Item,
    ItemKind,
    Option,
    PaperTemplate,
    Scale,
    describe_template,
)
from apps.cycles.domain.schemes import BlankRule, ComponentKind, EmptyGroupRule
from apps.scoring.domain import packages, sealed_verification, verification
from apps.scoring.domain.computation import compute
from apps.scoring.domain.inputs import Component, CountedForm, Imported, Inputs, Named, Person, Scheme
from apps.scoring.domain.tally import Form, Pattern, Rules
from apps.scoring.selectors import packages as package_selectors

GRADES = ("a", "b", "c", "d")
SESSION = 3
FIRST_PERSON = 100


@st.composite
def templates(draw):
    values = sorted(draw(st.lists(st.integers(0, 10_000), min_size=4, max_size=4)), reverse=True)
    options = tuple(Option(key, key, Decimal(v) / 100) for key, v in zip(GRADES, values, strict=True))
    bands = (
        Option("high", "高", Decimal(0), Decimal(6), None),
        Option("low", "低", Decimal(0), None, Decimal(4)),
    )
    scales = (Scale("grades", "等次", options), Scale("bands", "分段", bands))
    items = [draw(items_of(f"i{n}")) for n in range(draw(st.integers(1, 4)))]
    return PaperTemplate("测评表", (*items, Item("t", "意见", ItemKind.TEXT)), scales)


@st.composite
def items_of(draw, key):
    kind = draw(st.sampled_from([ItemKind.GRADE, ItemKind.NUMBER, ItemKind.YES_NO, ItemKind.RANK]))
    low = draw(st.integers(0, 5))
    scale = "grades" if kind in {ItemKind.GRADE, ItemKind.YES_NO} else ""
    return Item(
        key,
        key,
        kind,
        weight=draw(st.integers(0, 4000).map(lambda n: Decimal(n) / 100)),
        scale=draw(st.sampled_from(["", "bands"])) if kind is ItemKind.NUMBER else scale,
        minimum=Decimal(low),
        maximum=Decimal(low + draw(st.integers(1, 30))),
        step=Decimal("0.5"),
    )


def random_answer(luck, item, n_people):
    if luck.random() < 0.15:
        return None
    if item.kind is ItemKind.NUMBER:
        halves = luck.randint(2 * int(item.minimum), 2 * int(item.maximum))
        return f"{halves // 2}.5" if halves % 2 else str(halves // 2)
    if item.kind is ItemKind.RANK:
        return str(luck.randint(1, n_people))
    return luck.choice(GRADES)


@st.composite
def rules(draw):
    return Rules(
        blank_rule=draw(st.sampled_from(list(BlankRule))),
        blank_value=draw(st.integers(0, 100).map(Fraction)),
        trim_each_side=draw(st.integers(0, 2)),
        trim_when_more_than=draw(st.integers(0, 6)),
        empty_group_rule=draw(st.sampled_from(list(EmptyGroupRule))),
    )


@st.composite
def cycles(draw):
    """Return inputs and the marks they were counted from: (reviewee, group, form) -> ballots."""
    forms = tuple(Form(n, f"表{n}", draw(templates())) for n in range(1, draw(st.integers(1, 2)) + 1))
    weights = st.integers(1, 6000).map(lambda n: Fraction(n, 100))
    groups = tuple(Named(10 + n, f"类别{n}", draw(weights)) for n in range(draw(st.integers(1, 3))))
    parts = [
        Component(20 + form.key, form.name, draw(weights), ComponentKind.BALLOT, form.key) for form in forms
    ]
    if draw(st.booleans()):
        parts.append(Component(30, "平时考核", draw(weights), ComponentKind.IMPORTED))
    scheme = Scheme(
        draw(rules()),
        forms,
        groups,
        tuple(parts),
        decimals=draw(st.integers(0, 4)),
        k_min=draw(st.integers(3, 5)),
    )
    luck = random.Random(draw(st.integers(0, 10**9)))
    people = [
        Person(FIRST_PERSON + n, f"甲{n}", luck.choice(["rural", "urban"]), {form.key: () for form in forms})
        for n in range(draw(st.integers(1, 4)))
    ]
    sizes = {group.key: draw(st.integers(0, 9)) for group in groups}
    ballots = {
        (person.key, group.key, form.key): [
            tuple(random_answer(luck, item, len(people)) for item in form.items)
            for _ in range(sizes[group.key])
        ]
        for person in people
        for group in groups
        for form in forms
    }
    imported = {
        (person.key, 30): Imported(Decimal(luck.randint(0, 45)), Decimal(50), "文件")
        for person in people
        if len(parts) > len(forms) and luck.random() < 0.9
    }
    return inputs_of(scheme, people, ballots, imported), ballots


def inputs_of(scheme, people, ballots, imported):
    marks = {}
    for form in scheme.forms:
        n_people = len(people) if form.has_ranks else 0
        own = [(key, ballot) for key, given_ in ballots.items() if key[2] == form.key for ballot in given_]
        patterns = sorted({Pattern(ballot, n_people) for _, ballot in own}, key=str)
        rows = [(key[0], key[1], patterns.index(Pattern(ballot, n_people)), 1) for key, ballot in own]
        marks[form.key] = CountedForm(patterns, rows)
    return Inputs(scheme, people, marks, imported)


def package_of(inputs, ballots):
    """Write the package from the plain ballots; only the results are the server's."""
    result = compute(inputs)
    decimals = inputs.scheme.decimals
    rows, lines = [], []
    for number, ((person, group, form_key), given_) in enumerate(ballots.items()):
        form = next(one for one in inputs.scheme.forms if one.key == form_key)
        for n, ballot in enumerate(given_):
            marks = {i.key: a for i, a in zip(form.items, ballot, strict=True) if a is not None}
            place = (SESSION, person, group, f"{number}-{n}", form_key)
            rows += [(*place, key, answer, "") for key, answer in marks.items()] or [(*place, "", "", "")]
            lines.append(
                f"[{person + 1000},{group + 1000},{form_key},{packages.canonical_bytes(marks).decode()}]"
            )
    sizes = {group.key: len(ballots[inputs.people[0].key, group.key, 1]) for group in inputs.scheme.groups}
    trackers = [f"T{n}" for n in range(sum(sizes.values()))]
    scheme = described(inputs, marks_hash=hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest())
    scheme["sessions"][0]["merkle_root"] = verification.tree_root(trackers)
    parts = {
        "scheme.json": packages.json_bytes(scheme),
        "reviewees.csv": packages.csv_bytes(
            packages.REVIEWEES_HEAD, [(p.key, p.name, "", "", p.field) for p in inputs.people]
        ),
        "marks.csv": packages.csv_bytes(packages.MARKS_HEAD, rows),
        "components.csv": packages.csv_bytes(
            packages.COMPONENTS_HEAD, package_selectors._components(result, decimals)
        ),
        "results.csv": packages.csv_bytes(
            packages.RESULTS_HEAD, package_selectors._results(result, decimals)
        ),
        "ledger.csv": packages.csv_bytes(
            packages.LEDGER_HEAD, [(SESSION, g, "", n, n, 0, 0, 0, n, n, 0, 0, 0) for g, n in sizes.items()]
        ),
        "trackers.csv": packages.csv_bytes(packages.TRACKERS_HEAD, [(SESSION, one) for one in trackers]),
    }
    session = scheme["sessions"][0]
    manifest = {name: session[name] for name in ("form_hash", "merkle_root", "marks_hash")}
    papers = [
        {"id": one["id"], "sha256": packages.digest(packages.canonical_bytes(one["definition"]))}
        for one in scheme["papers"]
    ]
    manifest |= {"format": packages.RESULTS, "session": {"id": SESSION}, "papers": papers}
    return packages.package_bytes(manifest, parts)


def described(inputs, *, marks_hash):
    scheme, rules_ = inputs.scheme, inputs.scheme.rules
    return {
        "papers": [
            {"id": f.key, "key": str(f.key), "name": f.name, "definition": describe_template(f.template)}
            for f in scheme.forms
        ],
        "groups": [{"id": g.key, "name": g.name, "weight": str(g.weight)} for g in scheme.groups],
        "components": [
            {"id": c.key, "name": c.name, "kind": c.kind.value, "weight": str(c.weight), "paper": c.form}
            for c in scheme.components
        ],
        "rules": {
            "blank_rule": rules_.blank_rule.value,
            "blank_value": str(rules_.blank_value),
            "trim_each_side": rules_.trim_each_side,
            "trim_when_more_than": rules_.trim_when_more_than,
            "empty_group_rule": rules_.empty_group_rule.value,
            "decimals": scheme.decimals,
            "k_min": scheme.k_min,
        },
        "reviewees": [{"id": one.key, "field": one.field} for one in inputs.people],
        "sessions": [
            {
                "id": SESSION,
                "title": "测评",
                "is_opened": True,
                "papers": [form.key for form in scheme.forms],
                "subjects": [{"id": one.key + 1000, "reviewee": one.key} for one in inputs.people],
                "groups": [{"id": g.key + 1000, "voter_group": g.key} for g in scheme.groups],
                "form": None,
                "form_hash": "",
                "merkle_root": "",
                "marks_hash": marks_hash,
            }
        ],
    }


@settings(max_examples=120, deadline=None)
@given(cycles())
def test_independent_verifier_agrees_with_the_server_over_schemes_of_every_kind(case):
    inputs, ballots = case

    assert verification.verify(package_of(inputs, ballots)) == []


def test_verifier_bites_when_the_server_rounds_otherwise(monkeypatch):
    items = (Item("i", "i", weight=Decimal(1), scale="g"),)
    options = tuple(Option(key, key, Decimal(v)) for key, v in zip(GRADES, (95, 85, 75, 60), strict=True))
    form = Form(1, "表", PaperTemplate("表", items, (Scale("g", "g", options),)))
    scheme = Scheme(
        Rules(),
        (form,),
        (Named(10, "A", Fraction(1)),),
        (Component(20, "测评", Fraction(1), ComponentKind.BALLOT, 1),),
        decimals=2,
        k_min=3,
    )
    ballots = {(100, 10, 1): [("a",), ("a",), ("b",), ("a",), ("a",), ("b",)]}
    inputs = inputs_of(scheme, [Person(100, "甲", "rural", {1: ()})], ballots, {})
    monkeypatch.setattr(package_selectors, "round_half_up", lambda value, places: Decimal("91.66"))

    found = verification.verify(package_of(inputs, ballots))

    assert "甲：总分应为 275/3（91.67），包里是 275/3（91.66）。" in found


@pytest.mark.parametrize(
    ("module", "others"),
    [
        (verification, set()),
        (sealed_verification, {"nacl", "Crypto", "apps.scoring.domain.verification"}),
    ],
)
def test_verifier_imports_nothing_of_the_house(module, others):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}

    assert {name if name.startswith("apps.") else name.split(".")[0] for name in foreign} == others
