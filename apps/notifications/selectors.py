"""Reads of messages."""

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.notifications.models import Notification


def notifications_visible_to(user: User) -> QuerySet[Notification]:
    """Return the account's own messages; nobody reads another's."""
    return Notification.objects.filter(recipient=user)


def unread_count(user: User) -> int:
    """Return how many messages wait to be read."""
    return notifications_visible_to(user).filter(read_at=None).count()
