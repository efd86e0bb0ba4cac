"""Writes of messages. A message only tells of an act; the act itself stands in the log."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.notifications.models import Notification

TITLE_LENGTH, BODY_LENGTH = 120, 500


@transaction.atomic
def notify(
    recipient_ids: int | Iterable[int], *, title: str, body: str = "", url: str = "", at: datetime
) -> list[Notification]:
    """Leave a message for each account (ids may repeat). ``url`` is a path of this site; long text is cut.

    :raises ValueError: ``url`` leads elsewhere.
    """
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError(f"{url!r} is not a path of this site")
    ids = {recipient_ids} if isinstance(recipient_ids, int) else set(recipient_ids)
    return Notification.objects.bulk_create(
        Notification(
            recipient_id=one,
            title=_cut(title, TITLE_LENGTH),
            body=_cut(body, BODY_LENGTH),
            url=url,
            created_at=at,
        )
        for one in sorted(ids)
    )


@transaction.atomic
def mark_read(notification_id: int, *, actor: User, at: datetime) -> Notification:
    """Mark one of the account's own messages as read. Twice changes nothing."""
    message = Notification.objects.select_for_update().get(pk=notification_id, recipient=actor)
    if message.read_at is None:
        message.read_at = at
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, actor: User, at: datetime) -> int:
    """Mark all messages of the account as read and return how many there were."""
    return Notification.objects.filter(recipient=actor, read_at=None).update(read_at=at)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
