"""What goes along with the submission for the committee. Apps above register their files in ``AppConfig.ready``."""

from collections.abc import Callable, Iterable
from datetime import date

Extra = Callable[[int, date], Iterable[tuple[str, bytes]]]
_extras: list[Extra] = []


def register(extra: Extra) -> None:
    """Add files once: asked with the cycle's id and the day, it yields names and contents."""
    if extra not in _extras:
        _extras.append(extra)


def extra_files(cycle_id: int, made_on: date) -> list[tuple[str, bytes]]:
    """Return all files that go along."""
    return [file for extra in _extras for file in extra(cycle_id, made_on)]
