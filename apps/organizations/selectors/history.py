"""Reads of history: the tree as of any day, and what happened to one organization."""

from datetime import date

from django.db.models import Q, QuerySet

from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod


def covering(day: date) -> Q:
    """Return the condition "this period covers the day"."""
    begun = Q(begins_on__isnull=True) | Q(begins_on__lte=day)
    return begun & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))


def organizations_as_of(day: date) -> QuerySet[OrganizationPeriod]:
    """Return the organizations that existed on a day, with code, name, kind, field and superior as they were then.

    One row each (``row.organization`` is what became of it); an organization without a row did not exist. An unknown founding
    day reaches back for ever.
    """
    return OrganizationPeriod.objects.filter(covering(day))


def changes_of(organization: Organization) -> QuerySet[OrganizationChange]:
    """Return all changes of an organization as they were entered."""
    return OrganizationChange.objects.filter(organization=organization).order_by("pk")
