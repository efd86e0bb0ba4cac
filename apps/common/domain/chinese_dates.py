"""Dates as official papers write them."""

import re
from datetime import date

from apps.common.domain.chinese_numbers import chinese_digits, chinese_number

WEEKDAYS = "一二三四五六日"
PATTERNS = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)


def chinese_date(value: date) -> str:
    """Return ``2026年1月5日`` (GB/T 9704-2012, 7.3.5.4: Arabic figures, no leading noughts)."""
    return f"{value.year}年{value.month}月{value.day}日"


def chinese_date_in_words(value: date) -> str:
    """Return ``二〇二六年一月五日``."""
    return f"{chinese_digits(value.year)}年{chinese_number(value.month)}月{chinese_number(value.day)}日"


def chinese_weekday(value: date) -> str:
    """Return ``星期一``."""
    return f"星期{WEEKDAYS[value.weekday()]}"


def parse_date(text: str) -> date | None:
    """Read ``2026-01-05``, ``2026/1/5``, ``2026.1.5``, ``2026年1月5日`` or ``20260105``; ``None`` if it is no date."""
    for pattern in PATTERNS:
        if found := pattern.fullmatch(text.strip()):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                return None
    return None
