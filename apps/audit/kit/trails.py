"""What the log knows of the request behind an act: from where, which one, and what was recorded during it.

A middleware opens a trail per request; commands and tasks have none, their entries carry no address.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trail:
    """One request. ``hashes`` are the entries made in it, ``later`` the refusals to write when its transactions are over."""

    address: str = ""
    request_id: str = ""
    hashes: list[str] = field(default_factory=list)
    n_refusals: int = 0
    later: list[Callable[[], object]] = field(default_factory=list)


_trail: ContextVar[Trail | None] = ContextVar("trail", default=None)


def current_trail() -> Trail | None:
    """Return the trail of the request being answered; ``None`` outside of requests."""
    return _trail.get()


@contextmanager
def on_trail(trail: Trail) -> Iterator[Trail]:
    """Let everything inside the block belong to this request."""
    token = _trail.set(trail)
    try:
        yield trail
    finally:
        _trail.reset(token)
