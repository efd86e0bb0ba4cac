"""What people type into cells: full-width digits, dates in ten notations, numbers where text was meant."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | date | time | timedelta | None

DAY = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
TWO_DECIMALS = re.compile(r"\d{4}\.\d{2}")
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(7_000, 80_000)  # 1919 to 2119
DAY_NUMBER_LENGTH = 5  # an Excel day number stored as text
YEARS = range(1900, 2101)


class CellProblem(ValueError):  # noqa: N818 -- a reason, not a crash
    """Why one cell cannot be taken, in words."""


def read_text(value: Cell) -> str:
    """Return the text of a cell: outer spaces and line breaks gone, whole numbers without ".0"."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value if value.isalnum() else " ".join(_printable(value).split())
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


def read_phone(value: Cell) -> str:
    """Return a number's digits; dashes, spaces and the country code are forgiven."""
    text = read_code(value)
    return text if text.isdigit() else text.replace("-", "").removeprefix("+86")


def read_day(value: Cell) -> date | None:
    """Return the day a cell means, ``None`` if it is empty. A month means its first day.

    :raises CellProblem: it cannot be understood, or could mean two things.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_day(float(value))
    if not isinstance(value, str):
        raise CellProblem("不是日期，请写成 2021-07-01 或 2021年7月1日")
    return _text_day(unicodedata.normalize("NFKC", _printable(value)).strip())


def _text_day(text: str) -> date | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= DAY_NUMBER_LENGTH:
        return _number_day(float(text))
    for pattern in (DAY, COMPACT_DAY):
        if found := pattern.fullmatch(text):
            return _make(int(found[1]), int(found[2]), int(found[3]))
    for pattern in (MONTH, COMPACT_MONTH):
        if found := pattern.fullmatch(text):
            return _make(int(found[1]), int(found[2]), 1)
    raise CellProblem("看不懂的日期，请写成 2021-07-01 或 2021年7月1日")


def _number_day(number: float) -> date:
    """Read a number: 20210701, an Excel day number, or 1980.05 typed as a number."""
    if number.is_integer():
        whole = int(number)
        if whole in EXCEL_DAYS:
            return _in_range(EXCEL_EPOCH + timedelta(days=whole))
        if found := COMPACT_DAY.fullmatch(str(whole)) or COMPACT_MONTH.fullmatch(str(whole)):
            return _make(int(found[1]), int(found[2]), int(found[3]) if found.lastindex == 3 else 1)  # noqa: PLR2004
        raise CellProblem("看不懂的日期，请写成 2021-07-01 或 2021年7月1日")
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
    return "".join(c for c in text if c in "\t\n\r " or unicodedata.category(c) not in ("Cc", "Cf"))
