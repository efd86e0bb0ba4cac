"""The number in the brand bar."""

from django import template

from apps.accounts.models import User
from apps.notifications import selectors

register = template.Library()


@register.simple_tag
def unread_count(user: User) -> int:
    """Return how many messages the account has not read (one query)."""
    return selectors.unread_count(user)
