"""Kinds of long work. The app that owns a kind registers its handler in ``AppConfig.ready``.

A handler is idempotent and resumable: it may be started again at any moment after a crash, and skips what is
already there.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from apps.accounts.models import User


class StoredThing(Protocol):
    """A row of ``documents.StoredFile``."""

    @property
    def pk(self) -> UUID: ...


class JobContext(Protocol):
    """What a handler gets."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What the job was ordered with: plain JSON, ids rather than contents."""
        ...

    @property
    def requested_by(self) -> "User | None":
        """Who ordered it; ``None`` is the system itself."""
        ...

    @property
    def at(self) -> datetime:
        """When this run started."""
        ...

    def progress(self, done: int, total: int) -> None:
        """Tell how far the work is. Call it as often as you like: it writes twice a second at most."""
        ...

    def attach(self, file: StoredThing) -> None:
        """Name the file that is the result."""
        ...

    def link(self, url: str) -> None:
        """Name the page where the result is seen."""
        ...


Handler = Callable[[JobContext], None]
_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Say who does jobs of this kind (``"app.verb"``)."""
    _handlers[kind] = handler


def handler_for(kind: str) -> Handler | None:
    """Return the handler, or ``None`` if no app of this installation knows the kind."""
    return _handlers.get(kind)
