"""T17: two programs that share no code agree to the last digit, over schemes of every kind. And they do share no code."""

import ast
import csv
import hashlib
import io
import json
import sys
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from apps.cycles.domain.papers.templates import Item, Option, PaperTemplate, Scale
from apps.cycles.domain.schemes import ComponentKind
from apps.scoring.domain import package_parts, packages, sealed_verification, verification
from apps.scoring.domain.computation import compute
from apps.scoring.domain.inputs import Component, Inputs, Named, Person, Scheme
from apps.scoring.domain.tally import Form, Rules
from tests.scoring.random_cases import GRADES, SESSION, Case, counted, random_case

N_SCHEMES = 150


def package_of(case):
    """Write the package from the plain ballots; only the figures are the server's."""
    result, inputs = compute(case.inputs), case.inputs
    telling = package_parts.Telling(result, inputs.scheme)
    marks = list(case.marks())
    trackers = [f"T{n}" for n in range(sum(case.n_returned.values()))]
    scheme = case.described()
    [session] = scheme["sessions"]
    session["marks_hash"] = marks_hash(marks)
    session["merkle_root"] = verification.tree_root(trackers)
    people = [(p.key, p.name, "", "", p.field) for p in inputs.people]
    parts = {
        "scheme.json": packages.json_bytes(scheme),
        "reviewees.csv": packages.csv_bytes(packages.REVIEWEES_HEAD, people),
        "marks.csv": packages.csv_bytes(packages.MARKS_HEAD, marks),
        "components.csv": packages.csv_bytes(packages.COMPONENTS_HEAD, telling.components()),
        "adjustments.csv": packages.csv_bytes(
            packages.ADJUSTMENTS_HEAD, package_parts.adjustment_lines(inputs)
        ),
        "results.csv": packages.csv_bytes(packages.RESULTS_HEAD, telling.results()),
        "ledger.csv": packages.csv_bytes(packages.LEDGER_HEAD, case.ledger()),
        "trackers.csv": packages.csv_bytes(packages.TRACKERS_HEAD, [(SESSION, one) for one in trackers]),
    }
    manifest = {name: session[name] for name in ("form_hash", "merkle_root", "marks_hash")}
    papers = [
        {"id": one["id"], "sha256": packages.digest(packages.canonical_bytes(one["definition"]))}
        for one in scheme["papers"]
    ]
    manifest |= {"format": packages.RESULTS, "session": {"id": SESSION}, "papers": papers}
    return packages.package_bytes(manifest, parts)


def marks_hash(lines):
    answers = {}
    for _, person, group, mark, paper, item, option, value in lines:
        own = answers.setdefault((person, group, paper, mark), {})
        if item:
            own[item] = option or value
    texts = [
        f"[{person + 1000},{group + 1000},{paper},{packages.canonical_bytes(own).decode()}]"
        for (person, group, paper, _), own in answers.items()
    ]
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()


@pytest.mark.parametrize("start", range(0, N_SCHEMES, 50))
def test_independent_verifier_agrees_with_the_server_over_schemes_of_every_kind(start):
    wrong = {
        seed: found
        for seed in range(start, start + 50)
        if (found := verification.verify(package_of(random_case(seed))))
    }

    assert wrong == {}


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
    people, ballots = [Person(100, "甲", "rural", {1: ()})], {(100, 10, 1): [(key,) for key in "aabaab"]}
    case = Case(Inputs(scheme, people, counted(scheme, people, ballots), {}), ballots, {10: 6}, {10: 6})
    monkeypatch.setattr(package_parts, "round_half_up", lambda value, places: Decimal("91.66"))

    found = verification.verify(package_of(case))

    assert "甲：总分应为 275/3（91.67），包里是 275/3（91.66）。" in found


def test_verifier_finds_any_figure_that_was_changed():
    """Every figure of results.csv and components.csv, one after the other, made a little larger."""
    case = next(one for n in range(1000) if is_rich(one := random_case(n)))
    parts = unpacked(package_of(case))
    manifest = json.loads(parts.pop("manifest.json"))
    unnoticed = []
    for name in ("results.csv", "components.csv"):
        rows = list(csv.reader(io.StringIO(parts[name].decode("utf-8-sig"), newline="")))
        for n, row in enumerate(rows[1:], start=1):
            for column, head in enumerate(rows[0]):
                if is_figure(head, row, column):
                    changed = [
                        *rows[:n],
                        [*row[:column], more(row[column]), *row[column + 1 :]],
                        *rows[n + 1 :],
                    ]
                    content = {**parts, name: packages.csv_bytes(changed[0], changed[1:])}
                    if not verification.verify(packages.package_bytes(manifest, content)):
                        unnoticed.append((name, head, row))

    assert unnoticed == []


def is_rich(case):
    scheme = case.inputs.scheme
    kinds = {one.kind for one in scheme.components}
    return (
        kinds == set(ComponentKind)
        and len(scheme.adjustments) > 1
        and len(case.inputs.people) > 2
        and sum(case.sizes.values()) > 8
        and all(one.total is not None for one in compute(case.inputs).figures)
    )


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def is_figure(head, row, column):
    """Names, words and flags are no figures; what people entered is checked by what follows from it."""
    if head in {
        "name",
        "source",
        "explanation",
        "reviewee",
        "figure",
        "item",
        "option",
        "paper",
        "group",
        "component",
    }:
        return False
    return bool(row[column]) and not row[5].startswith("hid")


def more(text):
    """The same figure, a little larger."""
    if "/" in text:
        return f"{text}1"
    return f"{text}9" if text.replace(".", "").replace("-", "").isdigit() else f"{text} 7"


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
