"""A small value read from the database, kept for a moment by each process."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """What ``read`` returned, for at most ``seconds()`` seconds; another process's change is seen by then.

    Only for what may be shown a moment late. Who decides by it, or misses something in it, asks ``read_again``.
    """

    def __init__(self, read: Callable[[], T], seconds: Callable[[], float]) -> None:
        self._read, self._seconds = read, seconds
        self._held: tuple[T, float] | None = None  # one assignment: threads see the old pair or the new one

    def get(self) -> T:
        """Return the value, read anew if it is too old."""
        held = self._held
        if held is None or monotonic() - held[1] > self._seconds():
            return self.read_again()
        return held[0]

    def read_again(self) -> T:
        """Read the value now."""
        value = self._read()
        self.put(value)
        return value

    def put(self, value: T) -> None:
        """Keep a value that was just read."""
        self._held = (value, monotonic())

    def forget(self) -> None:
        """Let the next one who asks read anew."""
        self._held = None
