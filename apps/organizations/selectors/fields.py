"""Reads of the fields (领域).

Names and filters come from what the process keeps for some seconds. A name that stands in papers never changes, so it is
never told wrongly; only a new field may show up late in another process's filters. Forms and services read the table.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, Q
from django.http import HttpRequest

from apps.organizations.domain.fields import Field
from apps.organizations.models import Organization, OrganizationField, field_named, kept_fields


def field_labels() -> Mapping[str, str]:
    """Return the names of all fields by key, retired ones too, in their order."""
    return {key: one.label for key, one in kept_fields.get().items()}


def field_choices(request: HttpRequest | None = None) -> list[tuple[str, str]]:  # noqa: ARG001 -- what a list's filter calls
    """Return all fields as pairs of key and name, for the filter of a list."""
    return list(field_labels().items())


def fields_among(keys: Collection[str]) -> list[Field]:
    """Return the fields with these keys in their order, each once; one that nobody knows comes last, so none is lost."""
    known = kept_fields.get()
    if any(key not in known for key in keys):
        known = kept_fields.read_again()
    unknown = sorted({key for key in keys if key not in known})
    return [*(one for key, one in known.items() if key in keys), *(field_named(key) for key in unknown)]


def field_places(keys: Iterable[str]) -> dict[str, int]:
    """Return the place of each of these fields in their order."""
    return {one.value: place for place, one in enumerate(fields_among(set(keys)))}


def all_fields() -> list[Field]:
    """Return all fields in their order, retired ones too, as they are now. One query."""
    return list(kept_fields.read_again().values())


def offered_fields(current: str = "") -> list[Field]:
    """Return the fields a form offers: those in use, and the one that stands there already. One query."""
    rows = OrganizationField.objects.filter(Q(retired_on=None) | Q(key=current))
    return [Field(key, label) for key, label in rows.values_list("key", "label")]


def fields_with_counts() -> list[tuple[OrganizationField, int]]:
    """Return all fields with the number of organizations that have each and are not abolished. Two queries."""
    living = Organization.objects.filter(abolished_on=None).order_by()
    counts = dict(living.values_list("field").annotate(n=Count("pk")))
    return [(one, counts.get(one.key, 0)) for one in OrganizationField.objects.all()]
