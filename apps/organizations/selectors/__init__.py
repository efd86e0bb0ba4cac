"""Reads of the organization tree as it is now."""

from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet

from apps.common.domain.actors import Actor
from apps.organizations.domain.tree import ids_in, topmost
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


def organizations_edited_by(user: Actor) -> QuerySet[Organization]:
    """Return the organizations the account may change as department staff."""
    return Organization.objects.filter(within(user.department_paths()))


def superior_chain(organization: Organization) -> list[Organization]:
    """Return the superiors from the root down, without the organization itself."""
    ids = ids_in(organization.path)[:-1]
    return list(Organization.objects.filter(pk__in=ids).order_by("depth"))


def with_subordinate_counts(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Add ``n_subordinates``: direct ones that are not abolished."""
    counted = Count("subordinates", filter=Q(subordinates__abolished_on__isnull=True))
    return rows.annotate(n_subordinates=counted)


def tops_visible_to(user: Actor) -> QuerySet[Organization]:
    """Return the tops of the account's subtrees."""
    return with_subordinate_counts(
        Organization.objects.filter(path__in=topmost(user.scope_paths()))
    ).order_by("path")


def subordinates_of(organization: Organization) -> QuerySet[Organization]:
    """Return the direct subordinates, those still alive first."""
    rows = with_subordinate_counts(Organization.objects.filter(superior=organization))
    return rows.order_by(F("abolished_on").desc(nulls_first=True), "code")
