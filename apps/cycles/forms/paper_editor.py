"""The designer's whole form: one head and rows of items, scales, options and rules.

Rows are named by their keys. A hidden ``item`` (``scale``, ``option-<scale>``, ``rule``) per row tells which rows there are and in
which order, so that adding, moving and removing a row is a change of plain data that works with and without JavaScript.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.papers.sentences import band_words
from apps.cycles.domain.papers.templates import (
    Item,
    ItemKind,
    Option,
    PaperTemplate,
    RuleKind,
    Scale,
    ValidityRule,
)
from apps.cycles.forms.papers import (
    HeadForm,
    ItemForm,
    OptionForm,
    PartForm,
    RuleChoices,
    RuleForm,
    ScaleForm,
)

MAX_ITEMS, MAX_SCALES, MAX_OPTIONS, MAX_RULES = 40, 8, 10, 12
KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,19}", re.ASCII)
HEAD_TEXTS = ("title", "subtitle", "footer", "notes")


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """A scale with its options."""

    form: ScaleForm
    options: list[OptionForm]

    @property
    def row_id(self) -> str:
        """What the page calls this row."""
        return f"scale:{self.form.key}"

    @property
    def note(self) -> str:
        """What tells scales of the same options apart: their bands, else how many options there are."""
        bands = [words for option in self.scale().options if (words := band_words(option))]
        return "、".join(bands) or f"{len(self.options)} 等"

    @property
    def name(self) -> str:
        """What an item's drop-down calls the scale."""
        label = self.scale().label or "（未命名）"
        return f"{label}（{self.note}）" if "–" in self.note else label

    @property
    def has_errors(self) -> bool:
        """Tell whether something here must be mended."""
        return bool(self.form.errors) or any(form.errors for form in self.options)

    def scale(self) -> Scale:
        """Return the scale as data."""
        return self.form.scale(form.option() for form in self.options)


class PaperEditor:
    """All forms of the page, bound to one set of data."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data
        self.open_rows = set(data.getlist("open"))
        self.head = HeadForm(data, prefix="head")
        self.scales = [self._scale_row(key) for key in rows_of(data, "scale", MAX_SCALES)]
        pairs = [(row.form.key, row.name) for row in self.scales]
        self.items = [ItemForm(data, key=key, scales=pairs) for key in rows_of(data, "item", MAX_ITEMS)]
        choices = self._choices()
        self.rules = [
            RuleForm(data, key=key, kind=kind, choices=choices)
            for key in rows_of(data, "rule", MAX_RULES)
            if (kind := _rule_kind(data.get(f"rule-{key}-kind", "")))
        ]

    def _scale_row(self, key: str) -> ScaleRow:
        keys = rows_of(self.data, f"option-{key}", MAX_OPTIONS)
        return ScaleRow(
            ScaleForm(self.data, key=key), [OptionForm(self.data, scale=key, key=one) for one in keys]
        )

    def _choices(self) -> RuleChoices:
        """Options of one key in several scales are one choice under all their labels."""
        labels: dict[str, list[str]] = {}
        for option in (option for row in self.scales for option in row.scale().options):
            known = labels.setdefault(option.key, [])
            if option.label not in known:
                known.append(option.label)
        items = [(form.key, f"{n} {form.item().text[:16]}") for n, form in enumerate(self.items, start=1)]
        return RuleChoices(items, [(key, "/".join(names)) for key, names in labels.items()])

    def forms(self) -> Iterator[tuple[str, PartForm]]:
        """Yield every form with the words that say where it stands."""
        yield "", self.head
        for n, form in enumerate(self.items, start=1):
            yield f"第{n}项", form
        for row in self.scales:
            where = f"等次表“{row.scale().label}”"
            yield where, row.form
            yield from ((where, form) for form in row.options)
        for n, rule in enumerate(self.rules, start=1):
            yield f"第{n}条规则", rule

    def is_valid(self) -> bool:
        """Tell whether everything typed can be saved."""
        return all(form.is_valid() for _, form in self.forms())

    def problems(self) -> list[str]:
        """Return what must be mended before saving, a sentence each."""
        return [problem for where, form in self.forms() for problem in form.problems(where)]

    def name(self) -> str:
        """Return the name for the office."""
        return str(self.head.or_else("name", "测评表"))

    def version(self) -> int:
        """Return the version the page was opened with; 0 fits none."""
        return int(self.head.or_else("version", 0))

    def template(self) -> PaperTemplate:
        """Return the form as far as it is right."""
        return PaperTemplate(
            items=tuple(form.item() for form in self.items),
            scales=tuple(row.scale() for row in self.scales),
            rules=tuple(form.rule() for form in self.rules),
            **self.head.values(),
        )


def rows_of(data: QueryDict, name: str, most: int) -> list[str]:
    """Return the keys of one sort of rows in order, each once; what is no key is left out."""
    keys = dict.fromkeys(key for key in data.getlist(name) if KEY.fullmatch(key))
    return list(keys)[:most]


def _rule_kind(value: str) -> RuleKind | None:
    return next((kind for kind in RuleKind if kind.value == value), None)


def data_of(template: PaperTemplate, *, name: str, version: int) -> QueryDict:
    """Return what the page would send for a stored form."""
    data = QueryDict(mutable=True)
    _put(data, "head", _head_values(template) | {"name": name, "version": version})
    for item in template.items:
        put_item(data, item)
    for scale in template.scales:
        put_scale(data, scale)
    for rule in template.rules:
        put_rule(data, rule)
    return data


def _head_values(template: PaperTemplate) -> dict[str, Any]:
    texts = {name: getattr(template, name) for name in HEAD_TEXTS}
    return texts | {
        "orientation": template.orientation.value,
        "shows_example": template.shows_example,
        "excludes_self": template.excludes_self,
        "must_read_seconds": template.must_read_seconds,
        "comments": template.comments.value,
        "comment_max_chars": template.comment_max_chars,
    }


def put_item(data: QueryDict, item: Item) -> None:
    """Append a row for an item."""
    data.appendlist("item", item.key)
    is_number = item.kind is ItemKind.NUMBER
    numbers = {
        name: plain_decimal(getattr(item, name)) for name in ("minimum", "maximum", "step") if is_number
    }
    values = {
        "text": item.text,
        "kind": item.kind.value,
        "weight": plain_decimal(item.weight),
        "section": item.section,
        "hint": item.hint,
        "scale": item.scale,
        "max_chars": item.max_chars,
        "is_required": item.is_required,
        "is_overall": item.is_overall,
    }
    _put(data, f"item-{item.key}", values | numbers)


def put_scale(data: QueryDict, scale: Scale) -> None:
    """Append a row for a scale and its options."""
    data.appendlist("scale", scale.key)
    _put(data, f"scale-{scale.key}", {"label": scale.label})
    for option in scale.options:
        put_option(data, scale.key, option)


def put_option(data: QueryDict, scale: str, option: Option) -> None:
    """Append a row for an option."""
    data.appendlist(f"option-{scale}", option.key)
    bands = {"low": option.low, "high": option.high}
    written = {name: plain_decimal(number) for name, number in bands.items() if number is not None}
    values = {"label": option.label, "value": plain_decimal(option.value), **written}
    _put(data, f"option-{scale}-{option.key}", values)


def put_rule(data: QueryDict, rule: ValidityRule) -> None:
    """Append a row for a rule."""
    key = new_key("r", data.getlist("rule"))
    data.appendlist("rule", key)
    values = {"kind": rule.kind.value, "consequence": rule.consequence.value, **rule.params}
    _put(data, f"rule-{key}", values)


def new_key(letter: str, taken: Iterable[str]) -> str:
    """Return the first numbered key that is free."""
    used = set(taken)
    n = 1
    while f"{letter}{n}" in used:
        n += 1
    return f"{letter}{n}"


def _put(data: QueryDict, prefix: str, values: Mapping[str, Any]) -> None:
    """Write values as a browser would: a ticked box is "on", one not ticked is not sent."""
    for name, value in values.items():
        if isinstance(value, list | tuple):
            data.setlist(f"{prefix}-{name}", [str(one) for one in value])
        elif value is True:
            data[f"{prefix}-{name}"] = "on"
        elif value is not False and value is not None:
            data[f"{prefix}-{name}"] = str(value)
