"""The worked examples, unfolded: one set for Python and for the browser."""

import json
from pathlib import Path
from types import SimpleNamespace

from apps.cycles.domain.papers.templates import (
    Item,
    ItemKind,
    PaperTemplate,
    ValidityRule,
    describe_template,
    template_from,
)

FILE = Path(__file__).with_name("validity_examples.json")
NAMES = "甲乙丙丁戊己庚辛壬癸"


def _option(key, label, value, low=None, high=None):
    return {"key": key, "label": label, "value": str(value), "low": low, "high": high}


def _scales(scales):
    return [
        {"key": key, "label": key, "options": [_option(*option) for option in options]}
        for key, options in scales.items()
    ]


def _items(items):
    (default,) = describe_template(PaperTemplate("", (Item("", "", ItemKind.GRADE),)))["items"]
    return [default | one for one in items]


def _answers(case):
    """Return answers by person; runs lay one answer after the other down the list of persons."""
    answers = dict(case.get("answers", {}))
    for item, runs in case.get("runs", {}).items():
        column = [answer for answer, n in runs for _ in range(n)]
        for no, answer in enumerate(column, start=1):
            if answer:
                answers.setdefault(str(no), {})[item] = answer
    return answers


def _case(case, forms, scales):
    rules = [
        {"kind": kind, "consequence": consequence, "params": params}
        for kind, consequence, params in case["rules"]
    ]
    empty = describe_template(PaperTemplate(case["form"], ()))
    form = forms[case["form"]]
    described = empty | form | {"items": _items(form["items"]), "scales": _scales(scales), "rules": rules}
    subjects = [str(no) for no in range(1, case["people"] + 1)]
    return SimpleNamespace(
        name=case["name"],
        template=template_from(described),
        described=described,
        answers=_answers(case),
        subjects=subjects,
        names={subject: NAMES[int(subject) % 10 - 1] for subject in subjects},
        breaches=[tuple(one) for one in case["breaches"]],
        is_void=case.get("void", False),
        void_subjects=case.get("void_people", []),
        void_items=case.get("void_marks", []),
        words=case.get("words"),
    )


def load_examples():
    """Return every case with its whole form, its answers and what is expected."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return [_case(case, data["forms"], data["scales"]) for case in data["cases"]]


def as_json(judgement):
    """Return a judgement in the shape of the browser's, sets in sorted order."""
    return {
        "violations": [
            {
                "rule_no": one.rule_no,
                "kind": one.kind.value,
                "consequence": one.consequence.value,
                "subject": one.subject,
                "item": one.item,
                "found": one.found,
                "wanted": one.wanted,
            }
            for one in judgement.violations
        ],
        "is_void": judgement.is_void,
        "void_subjects": sorted(judgement.void_subjects),
        "void_items": sorted(map(list, judgement.void_items)),
    }


def rule(kind, consequence, **params):
    """Return one rule."""
    return ValidityRule(kind, consequence, params)
