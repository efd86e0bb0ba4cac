"""What people type into cells: full-width digits, dates in a dozen notations, numbers where text was meant."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

Cell = str | float | int | bool | date | time | timedelta | None
Read = TypeVar("Read")

MIDNIGHT = r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
DAY = re.compile(rf"(\d{{4}})\s*[-./年]\s*(\d{{1,2}})\s*[-./月]\s*(\d{{1,2}})\s*[日号]?{MIDNIGHT}")
MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?份?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
TWO_DECIMALS = re.compile(r"\d{4}\.\d{2}")
WORDS_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)
NO_DAY = frozenset({"至今", "现任", "在任", "无", "/", "-", "--", "—", "——"})
DASHES = str.maketrans(dict.fromkeys("‐‑‒–−", "-") | {"。": ".", "．": ".", "、": "."})
FIGURES = {
    "〇": 0,
    "○": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
EXCEL_EPOCH = date(1899, 12, 30)
DAYS_TO_1904 = 1462  # a workbook "with 1904 date system" counts from 1904-01-01
EXCEL_DAYS = range(7_000, 80_000)  # 1919 to 2119
DAY_NUMBER_LENGTH = 5  # an Excel day number stored as text
YEARS = range(1900, 2101)
MOST_EXACT = 10**15  # Excel keeps fifteen digits of a number and writes noughts for the rest
NOT_UNDERSTOOD = "看不懂的日期，请写成 2021-07-01 或 2021年7月1日"


class CellProblem(ValueError):  # noqa: N818 -- a reason, not a crash
    """Why one cell cannot be taken, in words."""


def read_column(cells: Sequence[Cell], read: Callable[[Any], Read]) -> tuple[list[Read | CellProblem], bool]:
    """Read all cells of a column, and tell whether all could be read.

    Where many are equal they are read once: a column of 10,000 kinds holds five words. What cannot be read stands in the
    result as its ``CellProblem``.
    """
    distinct = set(cells)
    is_repeating = len(distinct) * 2 <= len(cells)
    try:
        if (
            is_repeating and True not in distinct and False not in distinct
        ):  # True == 1.0, yet they are read differently
            known = {cell: read(cell) for cell in distinct}
            return list(map(known.__getitem__, cells)), True
        return [read(cell) for cell in cells], True
    except CellProblem:
        return [_tried(cell, read) for cell in cells], False


def _tried(cell: Cell, read: Callable[[Any], Read]) -> Read | CellProblem:
    try:
        return read(cell)
    except CellProblem as problem:
        return problem


def read_text(value: Cell) -> str:
    """Return the text of a cell: outer spaces and line breaks gone, whole numbers without ".0"."""
    if isinstance(value, str):
        return value if value.isalnum() else " ".join(_printable(value).split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return str(value)


def read_code(value: Cell) -> str:
    """Return a code: like text, with full-width letters and digits made plain and all spaces gone."""
    text = read_text(value)
    return (
        text if text.isascii() and " " not in text else "".join(unicodedata.normalize("NFKC", text).split())
    )


def read_whole_code(value: Cell) -> str:
    """Return a code likewise, if it is sure to be the whole one.

    :raises CellProblem: a number so long that Excel has lost its last digits, or no text nor whole number at all.
    """
    if isinstance(value, str):
        return value if value.isascii() and value.isalnum() else read_code(value)
    if isinstance(value, float) and abs(value) >= MOST_EXACT:
        raise CellProblem(
            "编码超过 15 位而单元格是数字，Excel 已把末几位改成 0。请把这一列设为“文本”，重新填写完整编码"
        )
    if isinstance(value, bool | date | time | timedelta):
        raise CellProblem("Excel 把这个编码当成了日期或判断值。请把这一列设为“文本”，重新填写编码")
    return read_code(value)


def read_phone(value: Cell) -> str:
    """Return a number's digits; dashes, spaces and the country code are forgiven."""
    text = read_text(value)
    if not (text.isascii() and text.isdigit()):
        text = "".join(unicodedata.normalize("NFKC", text).split()).translate(DASHES).replace("-", "")
    return text.removeprefix("+86")


def read_day(value: Cell, *, is_1904: bool = False) -> date | None:
    """Return the day a cell means, ``None`` if it is empty or says "still in office". A month means its first day.

    ``is_1904``: the workbook numbers days from 1904, as old Excel for Mac did.

    :raises CellProblem: it cannot be understood, or could mean two things.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_day(float(value), is_1904=is_1904)
    if not isinstance(value, str):
        raise CellProblem("不是日期，请写成 2021-07-01 或 2021年7月1日")
    return _text_day(
        unicodedata.normalize("NFKC", _printable(value)).strip().translate(DASHES), is_1904=is_1904
    )


def _text_day(text: str, *, is_1904: bool) -> date | None:
    if not text or text in NO_DAY:
        return None
    if text.isascii() and text.isdigit() and len(text) <= DAY_NUMBER_LENGTH:
        return _number_day(float(text), is_1904=is_1904)
    for pattern in (DAY, COMPACT_DAY):
        if found := pattern.fullmatch(text):
            return _make(int(found[1]), int(found[2]), int(found[3]))
    for pattern in (MONTH, COMPACT_MONTH):
        if found := pattern.fullmatch(text):
            return _make(int(found[1]), int(found[2]), 1)
    if found := WORDS_DAY.fullmatch("".join(text.split())):
        year = int("".join(str(FIGURES[figure]) for figure in found[1]))
        return _make(year, _words_number(found[2]), _words_number(found[3] or "一"))
    raise CellProblem(NOT_UNDERSTOOD)


def _words_number(words: str) -> int:
    """Return 1-99 of 一 … 三十一; what is no number becomes 0, which no month and no day is."""
    tens, ten, ones = words.rpartition("十")
    try:
        return (FIGURES[tens] if tens else 1) * 10 * bool(ten) + (FIGURES[ones] if ones else 0)
    except KeyError:
        return 0


def _number_day(number: float, *, is_1904: bool) -> date:
    """Read a number: 20210701, an Excel day number, or 1980.05 typed as a number."""
    if number.is_integer():
        whole = int(number)
        if whole + DAYS_TO_1904 * is_1904 in EXCEL_DAYS:
            return _in_range(EXCEL_EPOCH + timedelta(days=whole + DAYS_TO_1904 * is_1904))
        if found := COMPACT_DAY.fullmatch(str(whole)) or COMPACT_MONTH.fullmatch(str(whole)):
            return _make(int(found[1]), int(found[2]), int(found[3]) if found.lastindex == 3 else 1)  # noqa: PLR2004
        raise CellProblem(NOT_UNDERSTOOD)
    text = repr(number)
    if TWO_DECIMALS.fullmatch(text):
        return _make(int(text[:4]), int(text[5:]), 1)
    raise CellProblem("分不清是 1 月还是 10 月，请写成 1980-01 或 1980-10")


def _make(year: int, month: int, day: int) -> date:
    try:
        return _in_range(date(year, month, day))
    except ValueError as error:
        if isinstance(error, CellProblem):
            raise
        raise CellProblem("没有这一天，请核对年月日") from error


def _in_range(day: date) -> date:
    if day.year not in YEARS:
        raise CellProblem("年份不合理，请核对")
    return day


def _printable(text: str) -> str:
    """Drop control characters and marks that turn the direction of writing."""
    if text.isprintable():  # neither control characters nor marks, whatever the spaces
        return text
    return "".join(c for c in text if c in "\t\n\r " or unicodedata.category(c) not in ("Cc", "Cf"))
