"""Working copies leave figures and grades in somebody's hands, so it is noted who took one."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.scopes import Format, Subject
from apps.official_documents.errors import NotReadyToIssue
from apps.official_documents.kit.kinds import Kind
from apps.official_documents.selectors.working_copies import WorkingCopy, working_copy


@transaction.atomic
def take_working_copy(
    cycle: ReviewCycle, kind: Kind, file_format: Format, *, actor: User, at: datetime
) -> WorkingCopy:
    """Make a document about the whole cycle without issuing it.

    :raises NotReadyToIssue: the kind waits for something, such as the scores.
    :raises MissingGlyph: no font at hand has one of the characters.
    """
    if why_not := kind.why_not(cycle):
        raise NotReadyToIssue(why_not)
    made_on = timezone.localtime(at).date()
    copy = working_copy(kind, cycle, Subject(cycle.pk), file_format, made_on=made_on)
    details = {
        "kind": kind.label,
        "format": file_format.label,
        "sha256": sha256(copy.content).hexdigest(),
    }
    record_action("official_documents.working_copy_taken", cycle, actor=actor, at=at, details=details)
    return copy
