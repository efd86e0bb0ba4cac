"""Where fields (领域) are in use in the apps above, each of which registers a count in ``AppConfig.ready``.

A field that one of them uses keeps its name: it stands in papers of past years.
"""

from collections.abc import Callable, Mapping

Count = Callable[[], Mapping[str, int]]
_counts: dict[str, Count] = {}


def register(what: str, count: Count) -> None:
    """Offer a count: ``what`` is counted, in Chinese, ``count()`` returns how many by the field's key."""
    _counts[what] = count


def uses_by_field() -> dict[str, Mapping[str, int]]:
    """Return all counts, by what is counted."""
    return {what: count() for what, count in _counts.items()}


def uses_of(key: str) -> dict[str, int]:
    """Return what uses one field and how many of each; empty if nothing does."""
    found = {what: counts.get(key, 0) for what, counts in uses_by_field().items()}
    return {what: n for what, n in found.items() if n}
