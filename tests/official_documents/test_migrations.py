"""Letters that were issued before there were documents come over with all they had, and can go back."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.documents.models import StoredFile
from apps.official_documents.domain.states import DocumentState
from apps.official_documents.models import IssuedDocument, NumberSeries
from apps.official_documents.services import mark_document_read
from tests.factories.accounts import make_user
from tests.factories.grading import AT, make_signed_deliberation
from tests.factories.official_documents import issue_letters

BEFORE = [("grading", "0002_review_and_reconsideration"), ("official_documents", "0001_initial")]
AFTER = [
    ("grading", "0003_letters_left_for_documents"),
    ("official_documents", "0002_take_over_feedback_letters"),
]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)


def letters():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, issue_no, file_id, read_at FROM grading_feedbackletter ORDER BY number, issue_no"
        )
        return cursor.fetchall()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_numbers_issues_files_and_receipts_survive_both_ways():
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    first, _ = issue_letters(cycle)
    issue_letters(cycle, again=True, reviewee_ids=[first.reviewee_id])
    own = make_user("secretary", secretary=first.reviewee.secretary)
    newest = IssuedDocument.objects.get(reviewee=first.reviewee, issue_no=2)
    mark_document_read(newest.pk, actor=own, at=AT)
    rows = IssuedDocument.objects.order_by("number", "issue_no")
    kept = list(
        rows.values_list("number", "issue_no", "pdf", "read_at", "reviewee", "number_text", "issued_at")
    )

    try:
        migrate(BEFORE)
        old = letters()
        files_then = set(StoredFile.objects.values_list("kind", flat=True))
    finally:
        migrate(AFTER)

    assert old == [row[:4] for row in kept]
    assert "grading.feedback_letter" in files_then
    again = list(
        rows.values_list("number", "issue_no", "pdf", "read_at", "reviewee", "number_text", "issued_at")
    )
    assert again == kept
    one, two, three = rows
    assert (one.state, one.replaced_by) == (DocumentState.REPLACED, two)
    assert (two.state, three.state) == (DocumentState.CURRENT, DocumentState.CURRENT)
    assert NumberSeries.objects.get().last == 2
    assert {one.pdf.subject_id for one in rows} == {one.pk for one in rows}
