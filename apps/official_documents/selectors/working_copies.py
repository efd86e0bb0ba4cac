"""Documents as they would be issued now, without number and mark: for the meeting and for those who work on with them."""

from dataclasses import dataclass
from datetime import date

from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.dressing import dress_up
from apps.official_documents.domain.scopes import Format, Subject
from apps.official_documents.kit.kinds import Kind, common_values
from apps.official_documents.kit.rendering import render
from apps.official_documents.selectors.templates import template_of, version_in_use


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A file that is stored nowhere and issued to nobody."""

    title: str
    content: bytes


def working_copy(
    kind: Kind, cycle: ReviewCycle, subject: Subject, file_format: Format, *, made_on: date
) -> WorkingCopy:
    """Return one document of the cycle in the wording in use. Expects the host to be loaded with the cycle.

    :raises MissingGlyph: no font at hand has one of the characters.
    """
    content = kind.contents(subject)
    dress = dress_up(
        template_of(kind, version_in_use(kind, cycle)),
        kind.passages,
        kind.switches,
        {**common_values(cycle, made_on), **kind.values(content)},
        number=None,
        issue_no=1,
        issued_on=made_on,
    )
    return WorkingCopy(dress.title, render(kind, content, dress, file_format))
