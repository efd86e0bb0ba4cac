"""The act recorded last for an organization, as far as it can be taken back: a merger, a split or an abolition."""

from datetime import datetime, timedelta

from django.db.models import Q

from apps.organizations.domain.history import ChangeKind
from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod

LASTS = timedelta(days=30)
ENDING = (ChangeKind.MERGED.value, ChangeKind.SPLIT.value, ChangeKind.ABOLISHED.value)


def last_change_to_take_back(organization: Organization, at: datetime) -> OrganizationChange | None:
    """Return the last change of an organization if it is of such an act, recorded within the last 30 days. One query."""
    last = OrganizationChange.objects.filter(organization=organization).order_by("-pk").first()
    if last is None or at - last.recorded_at > LASTS:
        return None
    came_of_others = last.kind == ChangeKind.FOUNDED.value and last.counterparts
    return last if last.kind in ENDING or came_of_others else None


def changes_of_act(last: OrganizationChange) -> list[OrganizationChange]:
    """Return all changes of the act of :func:`last_change_to_take_back`, in order of entry.

    One act records all its changes at one moment; those it can have touched are the organizations named on either side
    and whoever stands or stood below them.
    """
    if last.kind == ChangeKind.ABOLISHED.value:
        return [last]
    same = OrganizationChange.objects.filter(recorded_at=last.recorded_at, recorded_by_id=last.recorded_by_id)
    ids = {last.organization_id, *last.counterparts}
    ids.update(pk for row in same.filter(organization__in=ids) for pk in row.counterparts)
    below = OrganizationPeriod.objects.filter(superior__in=ids).values("organization")
    touched = Q(organization__in=ids) | Q(organization__in=below)
    return list(same.filter(touched).select_related("organization").order_by("pk"))
