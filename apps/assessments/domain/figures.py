"""One figure of an imported component: how it is read, and what it must not be.

A figure is ``value`` of ``out_of``. For a component by place the value *is* the place: a whole number from 1 to the number of
those who were ranked. Source: scheme of the cycle, "components"; design.md section 4.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from apps.common.domain.formats import plain_decimal
from apps.common.domain.text import normalized

LARGEST = Decimal("999999.99")
LONGEST_SOURCE = 200
DECIMALS = 2


class FigureProblem(ValueError):  # noqa: N818 -- a reason, not a crash
    """Why something typed is no figure, in words."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One reviewee's figure: ``value`` of ``out_of``. ``version`` of the stored one it replaces, ``None``: not checked."""

    reviewee_id: int
    value: Decimal
    out_of: Decimal
    source: str
    version: int | None = None


def read_number(cell: object) -> Decimal | None:
    """Return the number a cell or box holds, ``None`` if it is empty. Full-width digits are understood.

    :raises FigureProblem: it is no number, has more than two decimals or is too large.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal | str):
        raise FigureProblem("不是数字，请只填数字")
    text = normalized(cell).replace(",", "") if isinstance(cell, str) else repr(cell)
    if isinstance(cell, Decimal):
        text = str(cell)
    return _number(text) if text else None


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise FigureProblem(f"“{text[:20]}”不是数字，请只填数字，不带单位和文字") from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise FigureProblem("数字太大")
    if number != round(number, DECIMALS):
        raise FigureProblem("最多两位小数，请先四舍五入")
    return number


def figure_problem(value: Decimal, out_of: Decimal, *, is_place: bool = False) -> str:
    """Return in words why the numbers do not fit together, or ``""``."""
    if value < 0:
        return "不能是负数"
    if out_of <= 0:
        return f"{'参评总数' if is_place else '满分'}应大于 0"
    if is_place and (value < 1 or value != int(value)):
        return "名次应是从 1 开始的整数"
    if value > out_of:
        limit = plain_decimal(out_of)
        return f"名次超过参评总数 {limit}" if is_place else f"超过满分 {limit}"
    return ""


def source_problem(source: str) -> str:
    """Return in words what is wrong with the source, or ``""``."""
    if not source:
        return "没有填，请写文号或考核通报名称"
    return f"太长了，最多 {LONGEST_SOURCE} 个字" if len(source) > LONGEST_SOURCE else ""


def doubled_places(places: Iterable[tuple[str, Decimal]]) -> dict[Decimal, list[str]]:
    """Return the places of pairs ``(name, place)`` that several people have, with their names, best place first."""
    by_place: dict[Decimal, list[str]] = {}
    for name, place in places:
        by_place.setdefault(place, []).append(name)
    return {place: names for place, names in sorted(by_place.items()) if len(names) > 1}


def doubled_places_in_words(places: Iterable[tuple[str, Decimal]]) -> list[str]:
    """Return one sentence per place that several people share. Shared places are allowed; a person looks at them."""
    return [
        f"第 {plain_decimal(place)} 名有 {len(names)} 人：{_names(names)}。"
        for place, names in doubled_places(places).items()
    ]


def _names(names: Iterable[str], most: int = 10) -> str:
    listed = list(names)
    return "、".join(listed[:most]) + ("等" if len(listed) > most else "")
