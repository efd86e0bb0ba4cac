"""The template of an evaluation form: items, scales, notes, rules. Plain data that survives JSON unchanged.

Source: reference practice, twenty-four real forms; one model covers them all. Values and weights are ``Decimal``; in JSON they
are text, so that no float ever touches a score.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from apps.common.domain.labels import LabelledEnum

MAX_TEXT = 300  # characters of one free text or comment
MAX_ALL_TEXTS = 2000  # characters of all texts of one ballot together, so that all ballots keep one length
FORMAT = 2


class ItemKind(LabelledEnum):
    """How an item is answered."""

    GRADE = "grade", "选等次"
    NUMBER = "number", "打分"
    YES_NO = "yes_no", "是或否"
    RANK = "rank", "排名次"
    TEXT = "text", "写文字"


class Orientation(LabelledEnum):
    """How the form is laid out at first; the evaluator may switch on a screen."""

    PER_PERSON = "per_person", "一人一页"
    MATRIX = "matrix", "人×项整表"


class CommentPolicy(LabelledEnum):
    """Whether words may be added to the marks."""

    NONE = "none", "不收意见"
    PER_PERSON = "per_person", "对每个人"
    WHOLE = "whole", "对全场一条"


class RuleKind(LabelledEnum):
    """What a validity rule looks at. ``validity`` documents the parameters."""

    MULTI_MARK = "multi_mark", "一项选了两个以上"
    BLANK = "blank", "有必填项没有填"
    COUNT_LIMIT = "count_limit", "某种评价的人数限额"
    ALL_EQUAL = "all_equal", "所有人完全相同"
    OVERALL_AGREES = "overall_agrees", "总体评价与分项的多数一致"
    OVERALL_FLOOR = "overall_floor", "分项有差评则总体不能评高"
    BAND_AGREES = "band_agrees", "等次与得分段一致"
    RANK_COMPLETE = "rank_complete", "名次不重复、不跳号"
    MIN_ANSWERED = "min_answered", "至少评价多少人"


class Consequence(LabelledEnum):
    """What a broken rule makes void. Source: design.md section 4, "Validity"."""

    ITEM = "item", "该项无效"
    REVIEWEE = "reviewee", "对该人的评价无效"
    BALLOT = "ballot", "整张票无效"


@dataclass(frozen=True, slots=True)
class Option:
    """One step of a scale. ``value`` is its points, 0–100; ``low``–``high`` is the printed band of numbers it stands for."""

    key: str
    label: str
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Ordered options, the best first."""

    key: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One question, asked about every reviewee.

    ``weight`` is relative, 0 = shown and validated but not scored. ``scale`` names the scale of a grade or yes–no item, or the
    printed bands of a number item. ``minimum``–``maximum`` and ``step`` are for numbers; a number counts as
    (answer − minimum) / (maximum − minimum) × 100 points, a rank as (n − rank) / (n − 1) × 100 among n reviewees.
    """

    key: str
    text: str
    kind: ItemKind = ItemKind.GRADE
    weight: Decimal = Decimal(1)
    section: str = ""
    hint: str = ""
    scale: str = ""
    is_required: bool = False
    is_overall: bool = False
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(100)
    step: Decimal = Decimal(1)
    max_chars: int = MAX_TEXT

    @property
    def is_scored(self) -> bool:
        """Tell whether the item enters the score."""
        return self.kind is not ItemKind.TEXT and self.weight > 0


@dataclass(frozen=True, slots=True)
class ValidityRule:
    """One rule as data: what it looks at, its parameters (plain JSON), what a breach makes void."""

    kind: RuleKind
    consequence: Consequence
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaperTemplate:
    """A whole evaluation form without its reviewees.

    ``must_read_seconds`` 0–120: how long the notes stay before filling may begin. ``excludes_self``: the evaluator may say
    "this is me" of one reviewee, who then counts as left blank.
    """

    title: str
    items: tuple[Item, ...]
    scales: tuple[Scale, ...] = ()
    rules: tuple[ValidityRule, ...] = ()
    subtitle: str = ""
    footer: str = "本表无记名"
    notes: str = ""
    orientation: Orientation = Orientation.PER_PERSON
    shows_example: bool = True
    must_read_seconds: int = 0
    comments: CommentPolicy = CommentPolicy.NONE
    comment_max_chars: int = MAX_TEXT
    excludes_self: bool = False

    def scale_of(self, item: Item) -> Scale | None:
        """Return the scale an item names, ``None`` if it has none."""
        return next((scale for scale in self.scales if scale.key == item.scale), None)

    def item(self, key: str) -> Item | None:
        """Return the item of this key."""
        return next((item for item in self.items if item.key == key), None)

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """Return what may be chosen for a grade or yes–no item; empty for the other kinds."""
        scale = self.scale_of(item) if item.kind in {ItemKind.GRADE, ItemKind.YES_NO} else None
        return scale.options if scale else ()

    @property
    def has_texts(self) -> bool:
        """Tell whether a ballot of this form can carry words."""
        return self.comments is not CommentPolicy.NONE or any(i.kind is ItemKind.TEXT for i in self.items)


def _plain(value: Any) -> Any:
    """Return JSON for one value of a template."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def describe_template(template: PaperTemplate) -> dict[str, Any]:
    """Return plain JSON; ``template_from`` reads it back."""
    described: dict[str, Any] = _plain(asdict(template))
    return described | {"format": FORMAT}


def template_from(described: Mapping[str, Any]) -> PaperTemplate:
    """Return the template that ``describe_template`` described.

    :raises KeyError, ValueError, TypeError, ArithmeticError: it is no such description.
    """
    plain = {name: described[name] for name in _PLAIN_FIELDS}
    return PaperTemplate(
        **plain,
        items=tuple(_item(one) for one in described["items"]),
        scales=tuple(_scale(one) for one in described["scales"]),
        rules=tuple(_rule(one) for one in described["rules"]),
        orientation=Orientation(described["orientation"]),
        comments=CommentPolicy(described["comments"]),
    )


_PLAIN_FIELDS = (
    "title",
    "subtitle",
    "footer",
    "notes",
    "shows_example",
    "must_read_seconds",
    "comment_max_chars",
    "excludes_self",
)
_ITEM_NUMBERS = ("weight", "minimum", "maximum", "step")


def _item(described: Mapping[str, Any]) -> Item:
    numbers = {name: Decimal(described[name]) for name in _ITEM_NUMBERS}
    return Item(**{**described, **numbers, "kind": ItemKind(described["kind"])})


def _scale(described: Mapping[str, Any]) -> Scale:
    return Scale(described["key"], described["label"], tuple(_option(one) for one in described["options"]))


def _option(described: Mapping[str, Any]) -> Option:
    low, high = described["low"], described["high"]
    return Option(
        key=described["key"],
        label=described["label"],
        value=Decimal(described["value"]),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
    )


def _rule(described: Mapping[str, Any]) -> ValidityRule:
    return ValidityRule(
        RuleKind(described["kind"]), Consequence(described["consequence"]), described["params"]
    )
