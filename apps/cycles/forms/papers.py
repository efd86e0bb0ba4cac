"""Forms of one evaluation form: its head, an item, a scale, an option, a rule.

They are always bound, to what was typed or to what is stored, and give their part of the template even while something typed is
wrong: the preview shows what is right so far.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from apps.common.domain.formats import plain_decimal
from apps.common.forms import BaseForm, NumberText
from apps.cycles.domain.papers.sentences import ALL_ITEMS, PATTERNS, consequences_of
from apps.cycles.domain.papers.templates import (
    MAX_TEXT,
    CommentPolicy,
    Consequence,
    Item,
    ItemKind,
    Option,
    Orientation,
    RuleKind,
    Scale,
    ValidityRule,
)

HUNDRED = 100
MOST_POINTS = 10_000
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _number(label: str, *, most: int = MOST_POINTS, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        max_digits=7,
        decimal_places=2,
        widget=NumberText(attrs={"inputmode": "decimal"}),
        **options,
    )


def _count(label: str, *, least: int = 0, most: int = 10_000, **options: Any) -> forms.IntegerField:
    widget = NumberText(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most, widget=widget, **options
    )


def _words(label: str, most: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **options)


class PartForm(BaseForm):
    """A form that tells what is wrong in one sentence per field, naming where it stands."""

    def or_else(self, name: str, otherwise: Any) -> Any:
        """Return a clean value; ``otherwise`` if it is wrong or was left empty."""
        self.is_valid()
        value = self.cleaned_data.get(name)
        return otherwise if value is None or value == "" else value

    def problems(self, where: str) -> Iterator[str]:
        """Yield what has to be mended before saving."""
        for name, errors in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            yield f"{where}{f'“{label}”' if label else ''}：{errors[0]}"


class HeadForm(PartForm):
    """Everything of a form that is there once."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label="名称", max_length=60, help_text="只在后台用，区分几张测评表。")
    title = forms.CharField(
        label="标题", max_length=60, help_text="印在表头。", empty_value="", required=False
    )
    subtitle = _words("副标题", 80, help_text="如年度、单位；可不填。")
    footer = _words("落款", 120, help_text="印在表尾，如“本表无记名”。")
    orientation = forms.ChoiceField(
        label="版式",
        choices=Orientation.choices(),
        widget=forms.RadioSelect,
        help_text="手机上测评人可以自己切换。",
    )
    shows_example = forms.BooleanField(label="表头印出打“√”的示例", required=False)
    excludes_self = forms.BooleanField(
        label="不评自己：测评人可以说明其中一位是本人，不评这一位", required=False
    )
    notes = _words("填表说明", 1500, widget=forms.Textarea(attrs={"rows": 4}))
    must_read_seconds = _count(
        "说明至少阅读几秒", most=120, help_text="0为不限，最多120秒；时间到才能开始填。"
    )
    comments = forms.ChoiceField(label="意见栏", choices=CommentPolicy.choices(), widget=forms.RadioSelect)
    comment_max_chars = _count("意见最多字数", least=10, most=MAX_TEXT)

    def values(self) -> dict[str, Any]:
        """Return the template's own fields."""
        otherwise: dict[str, Any] = {
            "title": "", "subtitle": "", "footer": "", "notes": "", "must_read_seconds": 0,
            "shows_example": False, "excludes_self": False, "comment_max_chars": MAX_TEXT,
        }  # fmt: skip
        plain = {name: self.or_else(name, value) for name, value in otherwise.items()}
        return plain | {
            "orientation": Orientation(self.or_else("orientation", Orientation.PER_PERSON.value)),
            "comments": CommentPolicy(self.or_else("comments", CommentPolicy.NONE.value)),
        }


class ItemForm(PartForm):
    """One question."""

    text = _words("项目", 120)
    kind = forms.ChoiceField(label="怎样评", choices=ItemKind.choices())
    weight = _number("权重")
    section = _words("归入分组", 40, help_text="相邻、同名的项目归在一组。")
    hint = _words("提示", 200, help_text="印在项目下面的小字。")
    scale = forms.ChoiceField(label="等次表", required=False)
    minimum = _number("最低分")
    maximum = _number("最高分")
    step = _number("步长")
    max_chars = _count("最多字数", least=1, most=MAX_TEXT)
    is_required = forms.BooleanField(label="必填", required=False)
    is_overall = forms.BooleanField(label="这是总体评价", required=False)

    def __init__(self, *args: Any, key: str, scales: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"item-{key}", **kwargs)
        self.key = key
        self.fields["scale"] = forms.ChoiceField(
            label="等次表", required=False, choices=[("", "不用"), *scales]
        )

    @property
    def row_id(self) -> str:
        """What the page calls this row."""
        return f"item:{self.key}"

    @property
    def kind_label(self) -> str:
        """How the item is answered, in words."""
        return self.item().kind.label

    def clean(self) -> dict[str, Any]:
        """Refuse ranges the wrong way round; they would divide by nought."""
        data: dict[str, Any] = super().clean() or {}
        low, high, step = (data.get(name) for name in ("minimum", "maximum", "step"))
        if data.get("kind") == ItemKind.NUMBER.value:
            if high is not None and high <= (low or 0):
                self.add_error("maximum", "最高分应大于最低分。")
            if step is not None and step <= 0:
                self.add_error("step", "步长应大于0。")
        return data

    def item(self) -> Item:
        """Return the question as data."""
        low, high = self.or_else("minimum", Decimal(0)), self.or_else("maximum", Decimal(HUNDRED))
        return Item(
            key=self.key,
            text=self.or_else("text", ""),
            kind=ItemKind(self.or_else("kind", ItemKind.GRADE.value)),
            weight=self.or_else("weight", Decimal(0)),
            section=self.or_else("section", ""),
            hint=self.or_else("hint", ""),
            scale=self.or_else("scale", ""),
            is_required=self.or_else("is_required", otherwise=False),
            is_overall=self.or_else("is_overall", otherwise=False),
            minimum=low,
            maximum=high if high > low else low + 1,
            step=self.or_else("step", Decimal(1)),
            max_chars=self.or_else("max_chars", MAX_TEXT),
        )


class ScaleForm(PartForm):
    """A scale's name; its options are forms of their own."""

    label = _words("名称", 60, help_text="只在后台用。")

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"scale-{key}", **kwargs)
        self.key = key

    def scale(self, options: Iterable[Option]) -> Scale:
        """Return the scale as data. One without a name is named after its options."""
        steps = tuple(options)
        return Scale(self.key, self.or_else("label", "") or "、".join(one.label for one in steps)[:60], steps)


class OptionForm(PartForm):
    """One step of a scale."""

    label = forms.CharField(label="等次", max_length=20)
    value = forms.DecimalField(
        label="分值",
        min_value=0,
        max_value=HUNDRED,
        max_digits=5,
        decimal_places=2,
        widget=NumberText(attrs={"inputmode": "decimal"}),
    )
    low = _number("从")
    high = _number("到")

    def __init__(self, *args: Any, scale: str, key: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"option-{scale}-{key}", **kwargs)
        self.key = key

    def clean(self) -> dict[str, Any]:
        """Refuse half a band and a band the wrong way round."""
        data: dict[str, Any] = super().clean() or {}
        low, high = data.get("low"), data.get("high")
        if "low" in data and "high" in data and (low is None) != (high is None):
            self.add_error("high", "分数段要填两头，或者都不填。")
        elif low is not None and high is not None and low > high:
            self.add_error("high", "分数段的“到”应不小于“从”。")
        return data

    def option(self) -> Option:
        """Return the option as data."""
        low, high = self.or_else("low", None), self.or_else("high", None)
        return Option(self.key, self.or_else("label", ""), self.or_else("value", Decimal(0)), low, high)


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """What rules may speak about: pairs of key and label."""

    items: list[tuple[str, str]]
    options: list[tuple[str, str]]


class RuleForm(PartForm):
    """One validity rule: the boxes of its sentence."""

    kind = forms.ChoiceField(choices=RuleKind.choices(), widget=forms.HiddenInput)
    consequence = forms.ChoiceField(label="不符时怎样")

    def __init__(self, *args: Any, key: str, kind: RuleKind, choices: RuleChoices, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"rule-{key}", **kwargs)
        self.key, self.rule_kind = key, kind
        offered = [(one.value, one.label) for one in consequences_of(kind)]
        self.fields["consequence"] = forms.ChoiceField(label="不符时怎样", choices=offered)
        for name in PLACEHOLDER.findall(PATTERNS[kind]):
            if name != "consequence":
                self.fields[name] = _rule_field(name, kind, choices)

    def segments(self) -> list[str | BoundField]:
        """Return the rule's sentence as words and boxes in turn; a box needs no quotation marks."""
        parts = PLACEHOLDER.split(PATTERNS[self.rule_kind])
        shown = [
            self[part] if n % 2 else part.removeprefix("”").removesuffix("“") for n, part in enumerate(parts)
        ]
        return [part for part in shown if part != ""]

    def rule(self) -> ValidityRule:
        """Return the rule as data; what was left open is left out."""
        consequence = self.or_else("consequence", consequences_of(self.rule_kind)[0].value)
        params = {
            name: _plain(value)
            for name in self.fields
            if name not in {"kind", "consequence"} and (value := self.or_else(name, None)) not in (None, [])
        }
        return ValidityRule(self.rule_kind, Consequence(consequence), params)


COUNTS: Mapping[str, str] = {"n": "人数", "min_n": "最少人数", "max_n": "最多人数"}
SHARES: Mapping[str, str] = {"min_share": "最小比例（%）", "max_share": "最大比例（%）"}
BOUNDS: Mapping[str, str] = {"at_least": "最低几分", "at_most": "最高几分"}
ONE_ITEM: Mapping[str, str] = {"item": "项目", "overall": "总体评价"}
ONE_OPTION: Mapping[str, str] = {"option": "等次", "not_better_than": "最高等次"}
OPTIONS: Mapping[str, str] = {"answers": "哪些等次（打分的项不勾）", "best": "哪些等次", "worst": "哪些等次"}
ANY_OPTION = "只看哪些等次（都不勾为任何等次）"


def _rule_field(name: str, kind: RuleKind, choices: RuleChoices) -> forms.Field:
    if name in COUNTS:
        return _count(COUNTS[name])
    if name in SHARES:
        return _number(SHARES[name], most=HUNDRED)
    if name in BOUNDS:
        return _number(BOUNDS[name])
    if name in ONE_ITEM:
        return forms.ChoiceField(
            label=ONE_ITEM[name], required=False, choices=[("", "请选择"), *choices.items]
        )
    if name in ONE_OPTION:
        return forms.ChoiceField(
            label=ONE_OPTION[name], required=False, choices=[("", "请选择"), *choices.options]
        )
    pairs = choices.options if name in OPTIONS else choices.items
    return forms.MultipleChoiceField(
        label=_many_label(name, kind), required=False, choices=pairs, widget=forms.CheckboxSelectMultiple
    )


def _many_label(name: str, kind: RuleKind) -> str:
    if name not in OPTIONS:
        return f"哪些项目（都不勾为{ALL_ITEMS.get(kind, '其他各项')}）"
    return ANY_OPTION if kind is RuleKind.ALL_EQUAL else OPTIONS[name]


def _plain(value: Any) -> Any:
    return plain_decimal(value) if isinstance(value, Decimal) else value
