"""Refusals a person can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_gathered: ContextVar["list[DomainError] | None"] = ContextVar("gathered", default=None)


class DomainError(Exception):
    """A broken rule, told in words for the person at the screen.

    ``message`` is Chinese and says what happened, what is kept and how to go on.
    ``code`` is a stable English word for programs: the API answers 409 with it.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if (gathered := _gathered.get()) is not None:
            gathered.append(self)


@contextmanager
def gathered_refusals() -> Iterator[list[DomainError]]:
    """Gather what is refused inside the block, also what a view catches to show it: the log wants to know of it."""
    gathered: list[DomainError] = []
    token = _gathered.set(gathered)
    try:
        yield gathered
    finally:
        _gathered.reset(token)


def note_refused(message: str, *, code: str) -> None:
    """Tell who gathers of something that was refused without an exception, by a form say."""
    DomainError(message, code=code)  # every one that is made is gathered


class StaleVersion(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Somebody else saved the same thing since this page was opened (optimistic lock)."""

    code = "stale_version"


class NotAllowedNow(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The act is right but not at this stage."""

    code = "not_allowed_now"
