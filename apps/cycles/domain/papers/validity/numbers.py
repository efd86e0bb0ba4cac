"""Numbers as written on a ballot, in whole hundredths. The browser does the same, so nothing depends on floats."""

from apps.cycles.domain.papers.answers import NUMBER

WHOLE = 10_000  # 100 per cent in hundredths of a per cent


def hundredths(number: object) -> int | None:
    """Return a number written as on a ballot in whole hundredths, ``None`` if it is none."""
    text = str(number)
    if not NUMBER.fullmatch(text):
        return None
    whole, _, decimals = text.partition(".")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def plain(hundreds: int) -> str:
    """Write whole hundredths as people do: 83.5."""
    text = f"{hundreds // 100}.{hundreds % 100:02}"
    return text.rstrip("0").rstrip(".")


def band_text(low: int | None, high: int | None) -> str:
    """Write a band for people: 81–100, 81以上, 27以下."""
    if low is None or high is None:
        return f"{plain(high)}以下" if high is not None else f"{plain(low or 0)}以上"
    return f"{plain(low)}–{plain(high)}"
