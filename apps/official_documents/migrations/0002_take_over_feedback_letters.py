"""Feedback letters come over from grading: numbers, issue numbers, files and receipts are kept."""

import secrets

from django.db import migrations

from apps.official_documents.domain.codes import N_BYTES, code_from

KIND, TITLE = "feedback_letter", "述职评议考核反馈意见书"
OLD_FILE, NEW_FILE = "grading.feedback_letter", "official_documents.file"
OLD_BUNDLE, NEW_BUNDLE = "grading.letter_bundle", "official_documents.bundle"
OLD_PAGE, NEW_PAGE = "/grading/letters/", "/official-documents/"


def take_over(apps, schema_editor):
    Letter = apps.get_model("grading", "FeedbackLetter")
    Document = apps.get_model("official_documents", "IssuedDocument")
    Series = apps.get_model("official_documents", "NumberSeries")
    File = apps.get_model("documents", "StoredFile")
    rows = Letter.objects.select_related("decision__reviewee__cycle", "file").order_by(
        "decision_id", "-issue_no"
    )
    newer = None  # the issue that replaces the one at hand: the newest comes first
    for letter in rows.iterator():
        reviewee = letter.decision.reviewee
        cycle = reviewee.cycle
        by = newer if newer is not None and newer.reviewee_id == reviewee.pk else None
        newer = Document.objects.create(
            kind=KIND,
            cycle=cycle,
            reviewee=reviewee,
            issue_no=letter.issue_no,
            title=TITLE,
            number=letter.number,
            number_text=f"〔{cycle.year}〕{letter.number}号",
            code=code_from(secrets.token_bytes(N_BYTES)),
            pdf=letter.file,
            issued_at=letter.issued_at,
            issued_by_id=letter.file.created_by_id,
            read_at=letter.read_at,
            replaced_at=by.issued_at if by else None,
            replaced_by=by,
        )
        File.objects.filter(pk=letter.file_id).update(kind=NEW_FILE, subject_id=newer.pk)
        series, _ = Series.objects.get_or_create(host_id=cycle.host_id, kind=KIND, year=cycle.year)
        if series.last < letter.number:
            series.last = letter.number
            series.save(update_fields=["last"])
    File.objects.filter(kind=OLD_BUNDLE).update(kind=NEW_BUNDLE)
    turn_links(apps, OLD_PAGE, NEW_PAGE)
    Letter.objects.all().delete()


def give_back(apps, schema_editor):
    Letter = apps.get_model("grading", "FeedbackLetter")
    Decision = apps.get_model("grading", "GradeDecision")
    Document = apps.get_model("official_documents", "IssuedDocument")
    File = apps.get_model("documents", "StoredFile")
    decisions = dict(Decision.objects.values_list("reviewee_id", "pk"))
    for one in Document.objects.filter(kind=KIND, pdf__isnull=False, number__isnull=False).iterator():
        Letter.objects.create(
            decision_id=decisions[one.reviewee_id],
            issue_no=one.issue_no,
            number=one.number,
            file_id=one.pdf_id,
            issued_at=one.issued_at,
            read_at=one.read_at,
        )
        File.objects.filter(pk=one.pdf_id).update(kind=OLD_FILE, subject_id=decisions[one.reviewee_id])
    File.objects.filter(kind=NEW_BUNDLE).update(kind=OLD_BUNDLE)
    turn_links(apps, NEW_PAGE, OLD_PAGE)
    Document.objects.update(replaced_by=None)
    Document.objects.all().delete()


def turn_links(apps, old, new):
    """Done jobs name the page of their letters."""
    Job = apps.get_model("documents", "Job")
    for job in Job.objects.filter(result_url__startswith=old):
        job.result_url = new + job.result_url.removeprefix(old)
        job.save(update_fields=["result_url"])


class Migration(migrations.Migration):
    dependencies = [
        ("official_documents", "0001_initial"),
        ("grading", "0001_initial"),
    ]
    operations = [migrations.RunPython(take_over, give_back)]
