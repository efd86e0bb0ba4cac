"""Hashes of what a run read, part by part, so that anybody can tell which part of the input another run had changed.

SHA-256 over canonical JSON; the marks of a form by the sum of their own hashes per reviewee and group, so that neither the order in
which they lie nor the portions in which they are read make a difference.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.conversions import describe_conversion
from apps.cycles.domain.papers.templates import describe_template
from apps.scoring.domain.figures import FormFigures
from apps.scoring.domain.inputs import Adjustment, Component, Imported, Inputs, Scheme
from apps.scoring.domain.numbers import exact_text
from apps.scoring.domain.tally import RULES_VERSION

SCHEME, PEOPLE, MARKS, IMPORTED, ADJUSTMENTS = "scheme", "people", "marks", "imported", "adjustments"


def hashed(content: object) -> str:
    """Return the SHA-256 of plain data in its one canonical spelling."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def whole_hash(hashes: Mapping[str, str]) -> str:
    """Return the hash of all parts together, the version of the rules included."""
    return hashed({"version": RULES_VERSION, **hashes})


@dataclass(slots=True)
class MarkHashes:
    """Gathers the marks of each form while they are read."""

    lines: dict[int, list[str]] = field(default_factory=dict)

    def add(self, reviewee: int, forms: Iterable[FormFigures]) -> None:
        """Take in what one reviewee got on all forms."""
        for one in forms:
            for figure in one.groups:
                if figure.tally.n_marks or figure.n_returned:
                    line = f"{reviewee}:{figure.group.key}:{figure.n_returned}:{figure.tally.fingerprint:x}"
                    self.lines.setdefault(one.form.key, []).append(line)

    def of(self, form: int) -> str:
        """Return the hash of one form's marks and of the ballots that came back for it."""
        return hashlib.sha256("\n".join(sorted(self.lines.get(form, ()))).encode()).hexdigest()


def input_hashes(inputs: Inputs, marks: MarkHashes) -> dict[str, str]:
    """Return the hash of each part of the input; marks form by form, under ``marks:<form>``."""
    found = {
        SCHEME: hashed(_scheme(inputs.scheme)),
        PEOPLE: hashed(
            sorted(
                [one.key, one.field, sorted([key, list(titles)] for key, titles in one.sessions.items())]
                for one in inputs.people
            )
        ),
        IMPORTED: imported_hash(inputs.imported),
        ADJUSTMENTS: adjustments_hash(inputs.adjustments),
    }
    return found | {f"{MARKS}:{form.key}": marks.of(form.key) for form in inputs.scheme.forms}


def imported_hash(imported: Mapping[tuple[int, int], Imported]) -> str:
    """Return the hash of the figures brought in; 45 and 45.00 are the same figure."""
    rows = ([*key, plain_decimal(one.value), plain_decimal(one.out_of)] for key, one in imported.items())
    return hashed(sorted(rows))


def adjustments_hash(adjustments: Mapping[int, Sequence[Adjustment]]) -> str:
    """Return the hash of the points entered, in whatever order."""
    rows = (
        [reviewee, one.line, exact_text(one.points)] for reviewee, own in adjustments.items() for one in own
    )
    return hashed(sorted(rows))


def _scheme(scheme: Scheme) -> dict[str, object]:
    rules = scheme.rules
    limits = [
        None if one is None else exact_text(one) for one in (scheme.bonus_limit, scheme.deduction_limit)
    ]
    return {
        "forms": [[one.key, describe_template(one.template)] for one in scheme.forms],
        "groups": [[one.key, exact_text(one.weight)] for one in scheme.groups],
        "components": [_component(one) for one in scheme.components],
        "adjustments": [
            [one.key, one.kind.value, None if one.limit is None else exact_text(one.limit)]
            for one in scheme.adjustments
        ],
        "limits": [*limits, scheme.clamps_total],
        "rules": [
            rules.blank_rule.value, exact_text(rules.blank_value), rules.trim_each_side, rules.trim_when_more_than,
            rules.empty_group_rule.value, rules.denominator.value, scheme.decimals, scheme.k_min,
        ],
    }  # fmt: skip


def _component(one: Component) -> list[object]:
    return [
        one.key,
        one.kind.value,
        one.form,
        one.item,
        list(one.options),
        describe_conversion(one.conversion),
        exact_text(one.weight),
    ]
