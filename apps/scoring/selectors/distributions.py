"""How a voter group's answers to the items of a form are spread, as the explanation shows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate
from apps.scoring.domain.disclosure import at_least_percent
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.domain.slots import bands_of
from apps.scoring.models import GroupScore


@dataclass(frozen=True, slots=True)
class AnswerBar:
    """How often an option or band was chosen for an item; ``percent`` of the answers given, rounded to one place.

    ``start`` is where its part of a stacked bar begins, in the same unit; ``step`` its place on the scale, the best is 1.
    """

    label: str
    step: int
    n: int
    percent: Decimal
    start: Decimal


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item's answers within a group. ``n_blank``: valid ballots that left it blank.

    Where all answered alike no bar tells it: ``agreement`` says in words that at least so many did.
    """

    name: str
    bars: tuple[AnswerBar, ...]
    n_blank: int
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """Items with the same options, one column each."""

    headings: tuple[str, ...]
    rows: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class MeanLine:
    """An item without columns: a number or a rank, told by its mean."""

    name: str
    text: str
    n_blank: int


def tables_of(one: GroupScore, template: PaperTemplate) -> tuple[AnswerTable, ...]:
    """Return the items with options or printed bands, neighbours of the same scale in one table."""
    counts = {counted["item"]: counted for counted in one.counts}
    items = [item for item in template.items if item.key in counts and _labels(template, item)]
    return tuple(
        AnswerTable(
            tuple(_labels(template, group[0]).values()),
            tuple(_line(item, _labels(template, item), counts[item.key], one.n_valid) for item in group),
        )
        for _, group in ((key, list(items)) for key, items in groupby(items, lambda item: item.scale))
    )


def _labels(template: PaperTemplate, item: Item) -> dict[str, str]:
    options = bands_of(template, item) if item.kind is ItemKind.NUMBER else template.options_of(item)
    return {option.key: option.label for option in options}


def _line(item: Item, labels: Mapping[str, str], counted: Mapping[str, Any], n_valid: int) -> ItemLine:
    n_all = counted["n"]
    counts = {key: counted["answers"].get(key, 0) for key in labels}
    alike = next((key for key, n in counts.items() if n and n == n_all), None)
    if alike is not None:
        words = f"至少 {at_least_percent(n_all)}% 为“{labels[alike]}”" if n_all > 1 else "只有一张票填了本项"
        return ItemLine(item.text, (), n_valid - n_all, words)
    return ItemLine(item.text, tuple(_bars(counts, labels, n_all)), n_valid - n_all)


def _bars(counts: Mapping[str, int], labels: Mapping[str, str], n_all: int) -> Iterator[AnswerBar]:
    n_before = 0
    for step, (key, n) in enumerate(counts.items(), start=1):
        yield AnswerBar(labels[key], step, n, _percent(n, n_all), _percent(n_before, n_all))
        n_before += n


def _percent(n: int, n_all: int) -> Decimal:
    return round_half_up(Fraction(100 * n, n_all or 1), 1)


def means_of(one: GroupScore, template: PaperTemplate, *, decimals: int) -> tuple[MeanLine, ...]:
    """Return the items told by their mean: numbers in their own unit, ranks as places."""
    counts = {counted["item"]: counted for counted in one.counts}
    return tuple(
        MeanLine(item.text, text, one.n_valid - counted["n"])
        for item in template.items
        if (counted := counts.get(item.key)) and (text := _mean_text(item, counted, decimals=decimals))
    )


def _mean_text(item: Item, counted: Mapping[str, Any], *, decimals: int) -> str:
    points = from_exact_text(counted["points"])
    if points is None or item.kind not in {ItemKind.NUMBER, ItemKind.RANK}:
        return ""
    if item.kind is ItemKind.NUMBER:
        number = Fraction(item.minimum) + points * Fraction(item.maximum - item.minimum) / 100
        return f"平均 {round_half_up(number, decimals)} 分（{item.minimum:f}—{item.maximum:f} 分）"
    n_subjects = len(counted["answers"])
    return f"平均名次 {round_half_up(n_subjects - points * (n_subjects - 1) / 100, 1)}（共 {n_subjects} 人）"
