"""The deliberation sheets that go along with the submission for the committee: one PDF per field, not numbered, not issued."""

from collections.abc import Iterator
from datetime import date

from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.dressing import dress_up
from apps.official_documents.domain.scopes import Format
from apps.official_documents.kinds.deliberation_sheet import DeliberationSheetKind
from apps.official_documents.kit.kinds import common_values
from apps.official_documents.kit.rendering import render
from apps.official_documents.selectors.templates import template_of, version_in_use


def deliberation_sheets(cycle_id: int, made_on: date) -> Iterator[tuple[str, bytes]]:
    """Yield name and PDF of each field's sheet in the wording in use; nothing before the deliberation has begun."""
    kind = DeliberationSheetKind()
    cycle = ReviewCycle.objects.select_related("host").get(pk=cycle_id)
    if kind.why_not(cycle):
        return
    template = template_of(kind, version_in_use(kind, cycle))
    for subject in kind.subjects(cycle):
        content = kind.contents(subject)
        values = {**common_values(cycle, made_on), **kind.values(content)}
        dress = dress_up(
            template, kind.passages, kind.switches, values, number=None, issue_no=1, issued_on=made_on
        )
        yield f"{kind.label}（{content.field}领域）.pdf", render(kind, content, dress, Format.PDF)
