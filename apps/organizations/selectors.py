"""Reads of the organization tree."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from apps.common.domain.actors import Actor
from apps.organizations.models import Organization


def within(paths: Iterable[str], prefix: str = "") -> Q:
    """Return the condition "lies in one of these subtrees". ``prefix`` is the way to the organization.

    ``within(paths, "reviewee__organization__")``. No path at all matches nothing.
    """
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{prefix}path__startswith": path})
    return found


def organizations_visible_to(user: Actor) -> QuerySet[Organization]:
    """Return the organizations in the account's subtrees (all its roles that have a scope)."""
    return Organization.objects.filter(within(user.scope_paths()))
