"""Reads of the organization tree as it is now."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

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


def sees_part_only(user: Actor) -> bool:
    """Tell whether all the account's subtrees begin below the root."""
    return all(path.count("/") > 1 for path in user.scope_paths())


def organizations_visible_to(user: Actor) -> QuerySet[Organization]:
    """Return the organizations in the account's subtrees (all its roles that have a scope)."""
    return Organization.objects.filter(within(user.scope_paths()))


def organizations_edited_by(user: Actor) -> QuerySet[Organization]:
    """Return the organizations the account may change as department staff."""
    return Organization.objects.filter(within(user.department_paths()))


def with_superiors(organization_id: int) -> list[Organization]:
    """Return the superiors from the root down and the organization itself as the last; nothing if it does not exist."""
    ids = RawSQL(
        "SELECT unnest(string_to_array(trim(trailing '/' FROM path), '/')::bigint[]) FROM organizations_organization WHERE id = %s",
        [organization_id],
    )
    return list(Organization.objects.filter(pk__in=ids).order_by("depth"))


def living_subordinates_of(organization: Organization) -> QuerySet[Organization]:
    """Return the direct subordinates that are not abolished, by code."""
    return Organization.objects.filter(superior=organization, abolished_on__isnull=True).order_by(
        "code", "pk"
    )
