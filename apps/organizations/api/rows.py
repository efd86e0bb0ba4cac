"""Which organizations a query means."""

from typing import Any

from django.db.models import QuerySet

from apps.common.api.viewsets import words_in
from apps.common.domain.actors import Actor
from apps.organizations.models import Organization, OrganizationPeriod
from apps.organizations.selectors import organizations_visible_to, within
from apps.organizations.selectors.history import organizations_as_of
from apps.organizations.selectors.search import matching, matching_then

PLAIN = ("code", "field", "kind", "superior")


def organizations_found(actor: Actor, query: dict[str, Any]) -> QuerySet[Organization]:
    """Return the visible organizations as they are now, superiors first."""
    rows = organizations_visible_to(actor).filter(**{name: query[name] for name in PLAIN if query.get(name)})
    if "state" in query:
        rows = rows.filter(abolished_on__isnull=query["state"] == "living")
    if "within" in query:
        rows = rows.filter(path__startswith=_path_of(actor, query["within"]))
    for word in words_in(query.get("q", "")):
        rows = matching(rows, word)
    return rows.order_by("path")


def organizations_found_then(actor: Actor, query: dict[str, Any]) -> QuerySet[OrganizationPeriod]:
    """Return the organizations of a day, of those the account sees now, by the code of then."""
    rows = organizations_as_of(query["on"]).filter(within(actor.scope_paths(), "organization__"))
    rows = rows.filter(**{name: query[name] for name in PLAIN if query.get(name)})
    if "within" in query:
        rows = rows.filter(organization__path__startswith=_path_of(actor, query["within"]))
    for word in words_in(query.get("q", "")):
        rows = matching_then(rows, word)
    return rows.select_related("organization").order_by("code", "pk")


def _path_of(actor: Actor, pk: int) -> str:
    """Return the path of an organization in sight; of another one a path that nothing lies under."""
    return organizations_visible_to(actor).filter(pk=pk).values_list("path", flat=True).first() or "-"
