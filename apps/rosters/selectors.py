"""Reads for imports: who sees which, and what the roster holds now."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.domain.roles import DEPARTMENT_ROLES
from apps.accounts.models import RoleAssignment, User
from apps.documents.models import StoredFile
from apps.documents.selectors import file_bytes
from apps.organizations.models import Organization
from apps.organizations.selectors import within
from apps.rosters.domain.present import (
    PresentAppointment,
    PresentOrganization,
    PresentPerson,
    PresentRoster,
    Reach,
)
from apps.rosters.models import RosterImport
from apps.secretaries.models import Appointment, Secretary


def imports_visible_to(user: User) -> QuerySet[RosterImport]:
    """Return the account's own imports and those of staff inside its department subtrees."""
    paths = user.department_paths()
    if not paths:
        return RosterImport.objects.none()
    colleagues = RoleAssignment.objects.filter(
        within(paths, "scope__"), user=OuterRef("uploaded_by"), role__in=DEPARTMENT_ROLES
    )
    return RosterImport.objects.filter(Q(uploaded_by=user.pk) | Exists(colleagues))


def reach_of(user: User | None) -> Reach:
    """Return what the account may import; ``None`` is the command on the server, which may import everything."""
    return Reach(None if user is None else user.department_paths())


def present_roster() -> PresentRoster:
    """Return the whole roster in three reads."""
    rows = Organization.objects.order_by().values_list(
        "code", "name", "kind", "field", "superior__code", "path", "founded_on", "abolished_on", "note"
    )
    careers: dict[int, list[PresentAppointment]] = defaultdict(list)
    for row in Appointment.objects.order_by("pk").values_list(
        "id", "secretary_id", "organization__code", "post", "started_on", "ended_on"
    ):
        careers[row[1]].append(PresentAppointment(*row))
    people = Secretary.objects.order_by().values_list("id", "name", "gender", "born_on", "phone")
    return PresentRoster(
        {row[0]: PresentOrganization(*row) for row in rows},
        {row[0]: PresentPerson(*row) for row in people},
        dict(careers),
    )


def workbook_of(roster_import: RosterImport) -> bytes:
    """Return the uploaded workbook, byte for byte."""
    return file_bytes(StoredFile.objects.get(pk=roster_import.file_id))
