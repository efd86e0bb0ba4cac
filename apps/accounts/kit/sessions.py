"""Where sessions are kept: a table of our own, so that an account's sessions can be listed, told about and ended.

Reading one costs the one query it costs with Django's own table. An ended session reads as an empty one; ``store.ended`` then holds
its row, which says whose it was and why it ended.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

if TYPE_CHECKING:
    from apps.accounts.models import AccountSession

SIGN_IN = "sign_in"  # in the session: when, from where, with what; written by ``note_sign_in``
SEEN_EVERY = 60  # seconds: a row is not written more often than that


class SessionStore(DatabaseStore):
    """Sessions in ``accounts.AccountSession``."""

    row: "AccountSession | None" = None
    ended: "AccountSession | None" = None

    @classmethod
    def get_model_class(cls) -> Any:
        return apps.get_model("accounts", "AccountSession")

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing if it has ended."""
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # its stubs leave private parts out
        if row and row.end_reason(timezone.now()):
            self.ended, self._session_key = row, None
            return {}
        self.row = row
        return self.decode(row.session_data) if row else {}

    def create_model_instance(self, data: Any) -> Any:
        row = super().create_model_instance(data)
        for name, value in _mirrored(data).items():
            setattr(row, name, value)
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's own signature
        """Write the session; one that was ended meanwhile stays ended.

        :raises UpdateError: it is gone or ended.
        """
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as above
        fields = {"session_data": self.encode(data), "expire_date": self.get_expiry_date()} | _mirrored(data)
        live = self.get_model_class().objects.filter(session_key=self.session_key, ended_at=None)
        if not live.update(**fields):
            raise UpdateError

    @property
    def seconds_left(self) -> int | None:
        """Seconds until it ends if nothing more is done; ``None`` for a session without an account."""
        until = self.row.lives_until if self.row else None
        return None if until is None else max(0, int((until - timezone.now()).total_seconds()))

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to write down again that somebody is there."""
        return (
            self.row is not None
            and self.row.seen_at is not None
            and (now - self.row.seen_at).total_seconds() >= SEEN_EVERY
        )


def _mirrored(data: Any) -> dict[str, Any]:
    """Return the columns that repeat what the session holds."""
    sign_in = data.get(SIGN_IN)
    if SESSION_KEY not in data or not sign_in:
        return {}
    moment = datetime.fromisoformat(sign_in["at"])
    return {
        "user_id": int(data[SESSION_KEY]),
        "signed_in_at": moment,
        "seen_at": timezone.now(),
        "idle_seconds": sign_in["idle"],
        "address": sign_in["address"],
        "device": sign_in["device"],
    }
