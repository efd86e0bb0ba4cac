"""The deliberation sheets that go along with the submission for the committee: one PDF per field, not numbered, not issued."""

from collections.abc import Iterator
from datetime import date

from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.scopes import Format
from apps.official_documents.kinds.deliberation_sheet import DeliberationSheetKind
from apps.official_documents.selectors.working_copies import working_copy
from apps.organizations.models import field_named


def deliberation_sheets(cycle_id: int, made_on: date) -> Iterator[tuple[str, bytes]]:
    """Yield name and PDF of each field's sheet in the wording in use; nothing before the deliberation has begun."""
    kind = DeliberationSheetKind()
    cycle = ReviewCycle.objects.select_related("host").get(pk=cycle_id)
    if kind.why_not(cycle):
        return
    for subject in kind.subjects(cycle):
        copy = working_copy(kind, cycle, subject, Format.PDF, made_on=made_on)
        yield f"{kind.label}（{field_named(subject.field).label}领域）.pdf", copy.content
