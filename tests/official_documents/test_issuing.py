"""Documents: ordered, numbered, made once, resumed, replaced, revoked, read."""

import threading
from datetime import timedelta
from io import BytesIO

import pdfplumber
import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from apps.audit.models import AuditEntry
from apps.cycles.domain.grades import Grade
from apps.documents.kit.readers import may_read
from apps.documents.models import Job, StoredFile
from apps.documents.selectors import file_bytes
from apps.duty_reports.models import Problem
from apps.official_documents import errors, services
from apps.official_documents.domain.codes import read_code
from apps.official_documents.domain.orders import Which
from apps.official_documents.domain.scopes import Format, Subject
from apps.official_documents.domain.states import DocumentState
from apps.official_documents.kit.kinds import kind_for
from apps.official_documents.models import IssuedDocument
from apps.official_documents.services import Press
from tests.factories.accounts import make_user
from tests.factories.grading import AT, make_deliberation, make_reconsideration, make_signed_deliberation
from tests.factories.official_documents import LETTER, issue_letters, order, run
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db
WORD = (Format.PDF, Format.DOCX)


def text_of(file):
    with pdfplumber.open(BytesIO(file_bytes(file))) as book:
        return "".join("".join(page.extract_text() for page in book.pages).split())


def press_of(cycle):
    return Press(kind_for(LETTER), type(cycle).objects.select_related("host").get(pk=cycle.pk))


def test_letters_need_signed_grades():
    with pytest.raises(errors.NotReadyToIssue):
        order(make_deliberation().cycle)


def test_batch_makes_one_document_each_with_numbers_in_a_row():
    cycle = make_signed_deliberation(["good", "poor", "average"]).cycle

    job = run(order(cycle))

    letters = list(IssuedDocument.objects.order_by("number"))
    assert (job.state, job.n_done, job.n_total) == ("done", 3, 3)
    assert [(one.number, one.issue_no, one.number_text) for one in letters] == [
        (1, 1, "〔2026〕1号"),
        (2, 1, "〔2026〕2号"),
        (3, 1, "〔2026〕3号"),
    ]
    assert all(one.state is DocumentState.CURRENT for one in letters)
    assert text_of(letters[0].pdf).startswith("〔2026〕1号")


def test_every_document_has_a_code_of_its_own_printed_on_it():
    cycle = make_signed_deliberation(["good", "poor"]).cycle

    first, second = issue_letters(cycle, verify_url="http://10.0.0.5/official-documents/verify/")

    assert first.code != second.code
    assert read_code(first.shown_code) == first.code
    assert f"核验码{first.shown_code}" in text_of(first.pdf)


def test_letter_names_the_problems_of_its_reviewee_only():
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    for reviewee, words in zip(cycle.reviewees.all(), ["甲的问题", "乙的问题"], strict=True):
        Problem.objects.create(
            cycle=cycle,
            organization=reviewee.organization,
            reviewee=reviewee,
            source="commentary",
            text=words,
            created_at=AT,
        )

    texts = [text_of(one.pdf) for one in issue_letters(cycle)]

    assert ["甲的问题" in text for text in texts] == [True, False]
    assert ["乙的问题" in text for text in texts] == [False, True]


def test_interrupted_batch_resumes_without_doubles():
    cycle = make_signed_deliberation(["good", "poor", "average"]).cycle
    job = order(cycle)
    reviewee = cycle.reviewees.first()
    first = services.issue_document(
        press_of(cycle), Subject(cycle.pk, reviewee.pk), 1, formats=[Format.PDF], actor=None, at=AT
    )
    Job.objects.filter(pk=job.pk).update(state="running")

    job = run(job)

    assert job.state == "done"
    assert IssuedDocument.objects.count() == 3
    assert StoredFile.objects.filter(kind=services.DOCUMENT_FILE).count() == 3
    assert first in IssuedDocument.objects.all()
    assert sorted(IssuedDocument.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_number_of_what_failed_is_given_to_the_next():
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    one, two = cycle.reviewees.all()

    def issue(reviewee):
        subject = Subject(cycle.pk, reviewee.pk)
        return services.issue_document(press_of(cycle), subject, 1, formats=[], actor=None, at=AT)

    with transaction.atomic():
        issue(one)
        transaction.set_rollback(True)

    assert issue(two).number == 1
    assert issue(one).number == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_neither_gap_nor_double():
    cycle = make_signed_deliberation(["good", "poor", "average", "fairly_good"]).cycle
    press, subjects = press_of(cycle), press_of(cycle).kind.subjects(cycle)
    failures = []

    def work(mine):
        try:
            for subject in mine:
                services.issue_document(press, subject, 1, formats=[], actor=None, at=AT)
        except Exception as error:  # noqa: BLE001 -- told below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[subjects[i:] + subjects[:i]]) for i in (0, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(IssuedDocument.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_same_order_is_not_queued_twice():
    cycle = make_signed_deliberation().cycle

    assert order(cycle) == order(cycle)


def test_batch_skips_who_has_one_and_says_when_nothing_is_left():
    cycle = make_signed_deliberation().cycle
    run(order(cycle, reviewee_ids=[cycle.reviewees.first().pk]))

    assert run(order(cycle)).n_total == 1
    with pytest.raises(errors.NothingToIssue):
        order(cycle)


def test_reissue_keeps_the_number_and_replaces_the_earlier_one():
    cycle = make_signed_deliberation(["good"]).cycle
    issue_letters(cycle)

    first, second = issue_letters(cycle, again=True)

    assert [(one.number, one.issue_no) for one in (first, second)] == [(1, 1), (1, 2)]
    assert (first.state, first.replaced_by) == (DocumentState.REPLACED, second)
    assert second.state is DocumentState.CURRENT
    assert "第2次出具" in text_of(second.pdf)
    assert second.pdf.name.endswith("（第2次）.pdf")


def test_two_documents_in_force_for_one_person_cannot_be():
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)

    letter.pk, letter.issue_no, letter.code, letter.pdf = None, 2, "x", None
    with pytest.raises(IntegrityError):
        letter.save(force_insert=True)


def test_what_was_issued_stays_as_it_is():
    [letter] = issue_letters(make_signed_deliberation(["good"]).cycle)

    with pytest.raises(InternalError, match="Cannot update rows"), transaction.atomic():
        IssuedDocument.objects.filter(pk=letter.pk).update(number=7)


def test_another_format_is_added_to_what_is_unchanged():
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)
    before = letter.pdf

    run(order(cycle, which=Which.STANDING, formats=WORD))

    letter.refresh_from_db()
    assert letter.pdf == before
    assert letter.docx.name.endswith(".docx")
    assert IssuedDocument.objects.count() == 1


def test_another_format_of_changed_contents_is_refused():
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)
    type(cycle).objects.filter(pk=cycle.pk).update(rectification_due_on="2027-03-01")

    job = run(order(cycle, which=Which.STANDING, formats=WORD))

    assert job.state == "failed"
    assert "请重新出具" in job.error
    letter.refresh_from_db()
    assert letter.docx is None


def test_reconsidered_grade_makes_the_letter_outdated_until_it_is_issued_anew():
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    first, second = issue_letters(cycle)

    n = services.mark_outdated(first.reviewee_id, reason="等次经复核已有变化", actor=None, at=AT)
    again = services.mark_outdated(first.reviewee_id, reason="再次", actor=None, at=AT)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (n, again) == (1, 0)
    assert (first.state, second.state) == (DocumentState.OUTDATED, DocumentState.CURRENT)
    assert first.outdated_reason == "等次经复核已有变化"
    assert run(order(cycle)).n_total == 1
    assert IssuedDocument.objects.get(reviewee=first.reviewee, issue_no=2).state is DocumentState.CURRENT


def test_revoked_document_needs_a_reason_and_can_be_issued_anew():
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)
    clerk = make_clerk(cycle)

    with pytest.raises(errors.ReasonMissing):
        services.revoke_document(letter.pk, reason=" ", actor=clerk, at=AT)
    revoked = services.revoke_document(letter.pk, reason="文号有误", actor=clerk, at=AT)
    with pytest.raises(errors.NotInForce):
        services.revoke_document(letter.pk, reason="再来", actor=clerk, at=AT)

    assert revoked.state is DocumentState.REVOKED
    assert [one.issue_no for one in issue_letters(cycle)] == [1, 2]


def test_only_the_addressed_person_marks_it_read():
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)
    own = make_user("secretary", secretary=letter.reviewee.secretary)

    by_staff = services.mark_document_read(letter.pk, actor=make_clerk(cycle), at=AT).read_at
    first = services.mark_document_read(letter.pk, actor=own, at=AT).read_at
    again = services.mark_document_read(letter.pk, actor=own, at=AT + timedelta(hours=1)).read_at

    assert (by_staff, first, again) == (None, AT, AT)
    assert AuditEntry.objects.filter(action="official_documents.read").count() == 1


def test_files_are_read_by_staff_of_the_cycle_and_the_addressed_person():
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    job = run(order(cycle))
    own, other = IssuedDocument.objects.order_by("number")
    user = make_user("secretary", secretary=own.reviewee.secretary)
    clerk, stranger = make_clerk(cycle), make_user("clerk")

    def allowed(who):
        return [may_read(who, file) for file in (own.pdf, other.pdf, job.result)]

    assert allowed(clerk) == [True, True, True]
    assert allowed(stranger) == [False, False, False]
    assert allowed(user) == [True, False, False]


def test_deciding_a_reconsideration_tells_the_documents():
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    first, second = issue_letters(cycle)

    make_reconsideration(first.reviewee.grade_decision, Grade.AVERAGE)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (DocumentState.OUTDATED, DocumentState.CURRENT)
    again = issue_letters(cycle)
    assert "一般" in text_of(again[1].pdf)
