"""Feedback letters: ordered as a job, made one by one, bundled, read."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.cycles.models import ReviewCycle
from apps.documents.models import Job, StoredFile
from apps.documents.selectors import file_bytes
from apps.documents.services import enqueue_job, store_file
from apps.grading.domain.letters import LetterContent
from apps.grading.errors import NothingToIssue, NotSignedOff
from apps.grading.models import Deliberation, FeedbackLetter, GradeDecision
from apps.grading.selectors.contents import letter_content

LETTERS_JOB = "grading.feedback_letters"
LETTER_FILE = "grading.feedback_letter"
BUNDLE_FILE = "grading.letter_bundle"
PDF = "application/pdf"
ZIP = "application/zip"

Render = Callable[[LetterContent], bytes]
Issue = tuple[int, int]  # decision, issue number


@transaction.atomic
def request_feedback_letters(
    cycle_id: int,
    *,
    actor: User,
    at: datetime,
    reviewee_ids: Sequence[int] | None = None,
    again: bool = False,
) -> Job:
    """Order letters for a cycle (or for some of its reviewees) and return the job.

    Who has a letter is skipped, unless ``again`` asks for the next issue. The same order is not queued twice.

    :raises NotSignedOff: the grades are not signed off.
    :raises NothingToIssue: everybody asked for has a letter already.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    if not Deliberation.objects.filter(cycle=cycle, signed_off_at__isnull=False).exists():
        raise NotSignedOff(f"“{cycle}”的等次还没有签发，不能出具反馈意见书。请先完成研究审定和签发。")
    decisions = GradeDecision.objects.filter(deliberation__cycle=cycle)
    if reviewee_ids is not None:
        decisions = decisions.filter(reviewee_id__in=reviewee_ids)
    issues = _issues(decisions, again=again)
    if not issues:
        raise NothingToIssue("所选人员都已出具反馈意见书。需要更换时，请使用“重新出具”。")
    key = hashlib.sha256(json.dumps(issues).encode()).hexdigest()[:32]
    return enqueue_job(
        LETTERS_JOB,
        title=f"{cycle} 反馈意见书（{len(issues)} 份）",
        arguments={"cycle_id": cycle.pk, "issues": issues},
        actor=actor,
        at=at,
        dedupe_key=f"cycle-{cycle.pk}-{key}",
    )


def _issues(decisions: QuerySet[GradeDecision], *, again: bool) -> list[Issue]:
    """Return which letters are to be made: the first issue, or with ``again`` the next one."""
    rows = decisions.order_by("reviewee__order_no").annotate(last=Max("letters__issue_no"))
    numbered = rows.values_list("pk", "last")
    return [(pk, (last or 0) + 1) for pk, last in numbered if again or last is None]


@transaction.atomic
def issue_letter(
    decision_id: int, issue_no: int, *, render: Render, actor: User | None, at: datetime
) -> FeedbackLetter:
    """Make one letter, unless this issue of it exists, and return it. A re-issue keeps the letter's number."""
    cycle_id = GradeDecision.objects.values_list("deliberation__cycle_id", flat=True).get(pk=decision_id)
    Deliberation.objects.select_for_update(of=("self",)).get(
        cycle_id=cycle_id
    )  # numbers are given one by one
    made = FeedbackLetter.objects.filter(decision_id=decision_id, issue_no=issue_no).first()
    if made is not None:
        return made
    decision = GradeDecision.objects.select_related("reviewee__cycle__host", "deliberation").get(
        pk=decision_id
    )
    number = _number(decision, cycle_id)
    issued_on = timezone.localtime(at).date()
    content = letter_content(decision, number=number, issue_no=issue_no, issued_on=issued_on)
    file = store_file(
        LETTER_FILE,
        _file_name(decision, issue_no),
        render(content),
        content_type=PDF,
        subject_id=decision.pk,
        actor=actor,
        at=at,
    )
    letter = FeedbackLetter.objects.create(
        decision=decision, issue_no=issue_no, number=number, file=file, issued_at=at
    )
    details = {"number": number, "issue_no": issue_no, "reviewee": str(decision.reviewee)}
    record_action("grading.letter_issued", letter, actor=actor, at=at, details=details)
    return letter


def _number(decision: GradeDecision, cycle_id: int) -> int:
    earlier = decision.letters.first()
    if earlier is not None:
        return earlier.number
    letters = FeedbackLetter.objects.filter(decision__deliberation__cycle_id=cycle_id)
    return (letters.aggregate(last=Max("number"))["last"] or 0) + 1


def _file_name(decision: GradeDecision, issue_no: int) -> str:
    reviewee = decision.reviewee
    again = f"（第{issue_no}次）" if issue_no > 1 else ""
    return f"{reviewee.order_no:03d} {reviewee.organization_name} {reviewee.name} 反馈意见书{again}.pdf"


def bundle_letters(cycle_id: int, issues: Sequence[Issue], *, actor: User | None, at: datetime) -> StoredFile:
    """Return one file with all letters of an order: the letter itself if it is one, else a zip.

    The same letters always give the same bytes, so a run that was interrupted after storing them finds them again.
    """
    letters = _letters_of(issues)
    if len(letters) == 1:
        return letters[0].file
    content = _zip_of(letters)
    digest = hashlib.sha256(content).hexdigest()
    made = StoredFile.objects.filter(kind=BUNDLE_FILE, subject_id=cycle_id, sha256=digest).first()
    if made is not None:
        return made
    cycle = ReviewCycle.objects.get(pk=cycle_id)
    name = f"{cycle.title} 反馈意见书 {len(letters)}份.zip"
    return store_file(BUNDLE_FILE, name, content, content_type=ZIP, subject_id=cycle.pk, actor=actor, at=at)


def _zip_of(letters: Sequence[FeedbackLetter]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:  # PDFs are compressed already
        for letter in letters:
            made = timezone.localtime(letter.issued_at)
            moment = (made.year, made.month, made.day, made.hour, made.minute, made.second)
            bundle.writestr(zipfile.ZipInfo(letter.file.name, moment), file_bytes(letter.file))
    return out.getvalue()


def _letters_of(issues: Sequence[Issue]) -> list[FeedbackLetter]:
    wanted = {(decision_id, issue_no) for decision_id, issue_no in issues}
    rows = FeedbackLetter.objects.filter(decision_id__in=[decision_id for decision_id, _ in wanted])
    found = rows.select_related("file").order_by("decision__reviewee__order_no")
    return [letter for letter in found if (letter.decision_id, letter.issue_no) in wanted]


@transaction.atomic
def mark_letter_read(letter_id: int, *, actor: User, at: datetime) -> FeedbackLetter:
    """Note that the person addressed has taken the letter. Only the first time counts; others' reading does not."""
    letter = (
        FeedbackLetter.objects.select_for_update(of=("self",))
        .select_related("decision__reviewee", "file")
        .get(pk=letter_id)
    )
    if letter.read_at is None and letter.decision.reviewee.secretary_id == actor.secretary_id:
        letter.read_at = at
        letter.save(update_fields=["read_at"])
        record_action("grading.letter_read", letter, actor=actor, at=at)
    return letter
