"""Reads of the organization tree as it is now."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL

from apps.common.domain.actors import Actor
from apps.organizations.domain.tree import gaps_between
from apps.organizations.models import Organization


def within(paths: Iterable[str], prefix: str = "") -> Q:
    """Return the condition "lies in one of these subtrees". ``prefix`` is the way to the organization.

    ``within(paths, "reviewee__organization__")``. No path at all matches nothing.
    """
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{prefix}path__startswith": path})
    return found


def nothing_outside(paths: Iterable[str]) -> Q:
    """Return the condition "no organization lies outside these subtrees", which is one for all rows.

    It asks the paths themselves, by a look into their index before, between and behind the subtrees, in the statement it is part
    of: where it holds, "lies in one of these subtrees" holds for every organization that statement can meet.
    """
    found = ~Q(pk__in=[])
    for after, before in gaps_between(paths):
        outside = Organization.objects.order_by()
        outside = outside.filter(_compared("~>=~", after)) if after else outside
        found &= ~Q(Exists(outside.filter(_compared("~<~", before)) if before else outside))
    return found


def _compared(sign: str, path: str) -> Func:
    """Return a comparison of paths byte by byte, whatever the database's collation: the order of ``organizations_subtree``."""
    return Func(
        F("path"),
        Value(path),
        template="%(expressions)s",
        arg_joiner=f" {sign} ",
        output_field=BooleanField(),
    )


def sees_part_only(user: Actor) -> bool:
    """Tell whether all the account's subtrees begin below the root."""
    return all(path.count("/") > 1 for path in user.scope_paths())


def organizations_visible_to(user: Actor) -> QuerySet[Organization]:
    """Return the organizations in the account's subtrees (all its roles that have a scope)."""
    return Organization.objects.filter(within(user.scope_paths()))


def organizations_edited_by(user: Actor) -> QuerySet[Organization]:
    """Return the organizations the account may change as department staff."""
    return Organization.objects.filter(within(user.department_paths()))


def with_superior_name(rows: QuerySet[Organization]) -> QuerySet[Any]:
    """Add ``superior_name`` (``None`` for a root): looked up for the rows of a page, where a join would read it for all."""
    superior = Organization.objects.filter(pk=OuterRef("superior"))
    found: QuerySet[Any] = rows.annotate(superior_name=Subquery(superior.values("name")))
    return found


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
