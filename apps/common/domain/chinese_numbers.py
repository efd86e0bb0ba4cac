"""Whole numbers in Chinese figures: 一百二十三, and digit by digit with 〇: 二〇二六."""

DIGITS = "零一二三四五六七八九"
YEAR_DIGITS = "〇一二三四五六七八九"
UNITS = ("", "十", "百", "千")
SIZES = ((100_000_000, "亿"), (10_000, "万"))
LIMIT = 10**16


def chinese_number(value: int) -> str:
    """Return ``value`` in words: 0 → 零, 12 → 十二, 123 → 一百二十三, 10010 → 一万零一十.

    :raises ValueError: below nought or from ten quadrillion on.
    """
    if not 0 <= value < LIMIT:
        raise ValueError(f"{value} cannot be written in Chinese figures here")
    if value == 0:
        return DIGITS[0]
    text = _words(value)
    return text[1:] if text.startswith("一十") else text


def _words(value: int) -> str:
    """Return a positive number in words; a gap of noughts behind 万 or 亿 is one 零."""
    for size, unit in SIZES:
        if value >= size:
            high, low = divmod(value, size)
            gap = DIGITS[0] if 0 < low < size // 10 else ""
            return _words(high) + unit + gap + (_words(low) if low else "")
    return _group(value)


def _group(value: int) -> str:
    """Return 1–9999 in words."""
    text, is_gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit == 0:
            is_gap = bool(text)
            continue
        text += (DIGITS[0] if is_gap else "") + DIGITS[digit] + UNITS[place]
        is_gap = False
    return text


def chinese_digits(value: int) -> str:
    """Return ``value`` digit by digit, as years are written: 2026 → 二〇二六."""
    if value < 0:
        raise ValueError(f"{value} is below nought")
    return "".join(YEAR_DIGITS[int(digit)] for digit in str(value))


def parse_chinese_number(text: str) -> int:
    """Return the number ``chinese_number`` wrote as ``text`` (also with 〇 and 两).

    :raises ValueError: not such a number.
    """
    if not text:
        raise ValueError("an empty text is not a number")
    return _value(text.replace("〇", "零").replace("两", "二"))


def _value(text: str) -> int:
    for size, unit in SIZES:
        high, found, low = text.rpartition(unit)
        if found:
            return (_value(high) or 1) * size + _value(low)
    total = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS.index(char)
        elif char in UNITS[1:]:
            total += (digit or 1) * 10 ** UNITS.index(char)
            digit = 0
        else:
            raise ValueError(f"{text!r} is not a Chinese number")
    return total + digit
