"""Reads for imports: who sees which, and what the roster holds now."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.domain.roles import DEPARTMENT_ROLES
from apps.accounts.models import RoleAssignment, User
from apps.documents.models import StoredFile
from apps.documents.selectors import file_bytes
from apps.organizations.models import Organization
from apps.organizations.selectors import within
from apps.organizations.selectors.fields import field_labels, offered_fields
from apps.rosters.domain.present import Reach
from apps.rosters.domain.preview import PreviewLines
from apps.rosters.domain.rows import GENDERS, KIND_LABELS
from apps.rosters.models import RosterImport
from apps.secretaries.models import Appointment

CHUNK = 2_000  # rows read at once where the whole roster goes by
GENDER_LABELS = {value: label for label, value in GENDERS.items()}


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


def workbook_of(roster_import: RosterImport) -> bytes:
    """Return the uploaded workbook, byte for byte."""
    return file_bytes(StoredFile.objects.get(pk=roster_import.file_id))


def preview_lines(roster_import: RosterImport, kind: str = "") -> PreviewLines:
    """Return the lines of the preview, of one kind or, for an empty ``kind``, of all."""
    return PreviewLines(bytes(roster_import.lines), kind)


def labels_to_choose() -> list[str]:
    """Return the fields (领域) a template offers."""
    return [one.label for one in offered_fields()]


def n_rows_for_export(user: User) -> int:
    """Return the number of rows of the two sheets."""
    paths = user.department_paths()
    if not paths:
        return 0
    return (
        Organization.objects.filter(within(paths)).count()
        + Appointment.objects.filter(within(paths, "organization__")).count()
    )


def organization_lines(user: User) -> Iterator[list[str]]:
    """Yield the cells of 党组织 for all organizations in the account's subtrees, superiors first."""
    rows = Organization.objects.filter(within(user.department_paths())).order_by("path")
    fields = field_labels()
    for code, name, superior, kind, field, founded_on, abolished_on, note in rows.values_list(
        "code", "name", "superior__code", "kind", "field", "founded_on", "abolished_on", "note"
    ).iterator(CHUNK):
        yield [
            code, name, superior or "", KIND_LABELS.get(kind, kind), fields.get(field, field), _day(founded_on),
            _day(abolished_on), note,
        ]  # fmt: skip


def secretary_lines(user: User) -> Iterator[list[str]]:
    """Yield the cells of 书记 for all appointments in the account's subtrees, a person's own ones together."""
    rows = Appointment.objects.filter(within(user.department_paths(), "organization__"))
    for name, gender, born_on, phone, code, post, started_on, ended_on, number in (
        rows.order_by("secretary__pinyin_key", "secretary_id", "started_on", "pk")
        .values_list(
            "secretary__name", "secretary__gender", "secretary__born_on", "secretary__phone", "organization__code", "post",
            "started_on", "ended_on", "secretary_id",
        )
        .iterator(CHUNK)
    ):  # fmt: skip
        yield [
            name, GENDER_LABELS.get(gender, ""), f"{born_on:%Y-%m}" if born_on else "", phone, code, post, _day(started_on),
            _day(ended_on), str(number),
        ]  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
