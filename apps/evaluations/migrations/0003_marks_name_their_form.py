"""Tell every opened mark and every session which evaluation form it belongs to: until now there was one per scheme."""

from django.db import migrations

UNDER_WAY = ("keyed", "open", "closed")


def name_forms(apps, schema_editor):
    session_model = apps.get_model("evaluations", "EvaluationSession")
    if session_model.objects.filter(state__in=UNDER_WAY).exists():
        raise RuntimeError(
            "Finish the evaluation sessions that are under way (release their results) before this upgrade."
        )
    paper_model = apps.get_model("cycles", "SchemePaper")
    mark_model = apps.get_model("evaluations", "OpenedMark")
    session_paper_model = apps.get_model("evaluations", "SessionPaper")
    for session in session_model.objects.all():
        paper = paper_model.objects.filter(scheme__cycle_id=session.cycle_id).order_by("order_no").first()
        if paper is not None:
            session_paper_model.objects.create(session=session, paper=paper)
            mark_model.objects.filter(subject__session_id=session.pk).update(paper=paper)


def forget_forms(apps, schema_editor):
    apps.get_model("evaluations", "SessionPaper").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0002_halls_rehearsal_paper"),
        ("cycles", "0004_items_become_forms"),
    ]

    operations = [migrations.RunPython(name_forms, forget_forms)]
