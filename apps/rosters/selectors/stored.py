"""The stored roster as a check asks for it: by what the workbook mentions, never as a whole."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import chain
from typing import TypeVar

from django.db import connection
from django.db.models import Q, QuerySet

from apps.common.kit.arrays import one_of_numbers, one_of_texts
from apps.organizations.domain.tree import ids_in
from apps.organizations.models import Organization, OrganizationField
from apps.organizations.selectors import within
from apps.organizations.selectors.fields import field_labels
from apps.rosters.domain.present import (
    MISSING_TOLD,
    FieldWords,
    Mentioned,
    Missing,
    PresentAppointment,
    PresentOrganization,
    PresentPerson,
    PresentRoster,
    Reach,
)
from apps.secretaries.models import Appointment, Secretary

Row = TypeVar("Row", Organization, Appointment)
CHUNK = 2_000  # rows read at once
LIKE_TOLD = 500  # codes that begin like an unknown one
ORGANIZATION = (
    "code", "name", "kind", "field", "superior__code", "path", "founded_on", "abolished_on", "note",
)  # fmt: skip
# Whom the rows could mean by name with phone or month of birth; and, without an id, the names that anybody stored has.
NAMESAKES = """
    WITH namesakes AS MATERIALIZED (
        SELECT stored.id, stored.name,
               bool_or(said.phone <> '' AND stored.phone = said.phone
                       OR coalesce(date_trunc('month', stored.born_on::timestamp) = said.month, false)) AS is_meant
        FROM unnest(%s::text[], %s::text[], %s::date[]) AS said(name, phone, month)
        JOIN secretaries_secretary stored ON stored.name = said.name
        GROUP BY stored.id
    )
    SELECT id, name FROM namesakes WHERE is_meant
    UNION ALL
    SELECT DISTINCT NULL::bigint, name FROM namesakes
"""
PERSON = ("id", "name", "gender", "born_on", "phone")
APPOINTMENT = ("id", "secretary_id", "organization__code", "post", "started_on", "ended_on", "kind")


def field_words() -> FieldWords:
    """Return the fields (领域) by their names."""
    retired = OrganizationField.objects.exclude(retired_on=None).values_list("key", flat=True)
    return FieldWords({label: key for key, label in field_labels().items()}, frozenset(retired))


class DatabaseRoster:
    """``domain.present.StoredRoster`` as the database has it."""

    def about(self, mentioned: Mentioned) -> PresentRoster:
        """Return what is mentioned and whatever bears on it."""
        organizations = _organizations(Q(superior=None))
        if not organizations:
            return PresentRoster()
        organizations |= _organizations(one_of_texts("code", mentioned.codes))
        if mentioned.leaving:
            organizations |= _organizations(one_of_texts("superior__code", mentioned.leaving))
        meant, names = _namesakes(mentioned)
        people, careers = _careers({*meant, *mentioned.numbers, *_holders(mentioned.offices)})
        served = {one.organization_code for career in careers.values() for one in career}
        organizations |= _organizations(one_of_texts("code", served - organizations.keys()))
        return PresentRoster(_with_superiors(organizations), people, careers, names)

    def codes_like(self, code: str) -> Mapping[str, str]:
        """Return codes that differ by leading noughts, and such as begin like ``code``, with their names."""
        padded = Q(code__in=[f"{'0' * n}{code}" for n in range(4)])
        alike = Organization.objects.filter(code__startswith=code[: max(len(code) // 2, 1)])
        rows = Organization.objects.filter(padded).order_by().values_list("code", "name")
        return dict([*rows, *alike.order_by("code").values_list("code", "name")[:LIKE_TOLD]])

    def missing_organizations(self, codes: Collection[str], reach: Reach) -> Missing:
        """Return living organizations with other codes than these."""
        living = _within(Organization.objects.filter(abolished_on=None), reach)
        met = living.filter(one_of_texts("code", codes))
        n = living.count() - met.count()
        rows = living.exclude(one_of_texts("code", codes)).order_by("path").values_list("name", "code")
        return Missing(n, [f"{name}（{code}）" for name, code in rows[:MISSING_TOLD]] if n else ())

    def missing_appointments(self, person_ids: Collection[int], reach: Reach) -> Missing:
        """Return who is in office beside these people."""
        held = _within(Appointment.objects.filter(ended_on=None), reach, "organization__")
        n = held.count() - held.filter(one_of_numbers("secretary_id", person_ids)).count()
        rows = held.exclude(one_of_numbers("secretary_id", person_ids)).order_by("pk")
        named = rows.values_list("secretary__name", "organization__name", "post")
        return Missing(
            n, [f"{name}　{where}{post}" for name, where, post in named[:MISSING_TOLD]] if n else ()
        )


def _organizations(condition: Q) -> dict[str, PresentOrganization]:
    rows = Organization.objects.filter(condition).order_by().values_list(*ORGANIZATION)
    return {row[0]: PresentOrganization._make(row) for row in rows.iterator(CHUNK)}


def _with_superiors(organizations: dict[str, PresentOrganization]) -> dict[str, PresentOrganization]:
    """Add all that stand above, so that every way up can be walked."""
    ways = [ids_in(one.path) for one in organizations.values()]
    above = set(chain.from_iterable(ways)) - {way[-1] for way in ways}
    return organizations | _organizations(one_of_numbers("pk", above)) if above else organizations


def _holders(offices: Collection[str]) -> QuerySet[Appointment, int]:
    """Return the ids of those who hold or held an office."""
    held = Appointment.objects.filter(one_of_texts("organization__code", offices))
    return held.order_by().values_list("secretary_id", flat=True)


def _careers(
    ids: Collection[int],
) -> tuple[dict[int, PresentPerson], dict[int, list[PresentAppointment]]]:
    """Return people, each with the whole career."""
    careers: dict[int, list[PresentAppointment]] = defaultdict(list)
    if not ids:
        return {}, careers
    rows = Secretary.objects.filter(one_of_numbers("pk", ids)).order_by()
    people = {row[0]: PresentPerson._make(row) for row in rows.values_list(*PERSON).iterator(CHUNK)}
    own = Appointment.objects.filter(one_of_numbers("secretary_id", people)).order_by("pk")
    for row in own.values_list(*APPOINTMENT).iterator(CHUNK):
        careers[row[1]].append(PresentAppointment._make(row))
    return people, dict(careers)


def _namesakes(mentioned: Mentioned) -> tuple[list[int], frozenset[str]]:
    """Return the ids of those whom the rows could mean by what they say, and the names that anybody stored has."""
    with connection.cursor() as cursor:
        cursor.execute(NAMESAKES, [list(mentioned.names), list(mentioned.phones), list(mentioned.months)])
        rows = cursor.fetchall()
    return [pk for pk, _ in rows if pk is not None], frozenset(name for pk, name in rows if pk is None)


def _within(rows: QuerySet[Row], reach: Reach, prefix: str = "") -> QuerySet[Row]:
    return rows if reach.paths is None else rows.filter(within(reach.paths, prefix))
