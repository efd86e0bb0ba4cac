"""Who knows how a requirement of the self-check stands; each app offers what it knows in ``AppConfig.ready``.

A source answers several lines at once, so that what they share is read once. Keys are those of
``security_checks.domain.requirements``. A line an app answers itself goes before the page's own, more general answer.
"""

from collections.abc import Callable, Mapping

from apps.common.domain.self_checks import Finding

Source = Callable[[], Mapping[str, Finding]]
_general: list[Source] = []
_own: list[Source] = []


def offer(source: Source, *, is_general: bool = False) -> None:
    """Offer a source. ``is_general``: only for lines no app answers itself."""
    chosen = _general if is_general else _own
    if source not in chosen:
        chosen.append(source)


def all_sources() -> list[Source]:
    """Return the sources; what a later one says goes before."""
    return [*_general, *_own]
