"""Who withdrew a veto stood in the log only: every withdrawal wrote one entry, in the same transaction."""

from django.db import migrations


def take_from_log(apps, schema_editor):
    entries = apps.get_model("audit", "AuditEntry").objects.filter(
        action="assessments.veto_withdrawn", object_type="assessments.veto"
    )
    vetoes = apps.get_model("assessments", "Veto").objects.filter(
        withdrawn_at__isnull=False, withdrawn_by=None
    )
    for veto_id, actor_id in entries.order_by("seq").values_list("object_id", "actor_id"):
        vetoes.filter(pk=veto_id).update(withdrawn_by=actor_id)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_veto_withdrawn_by"),
        ("audit", "0001_initial"),
    ]

    operations = [migrations.RunPython(take_from_log, migrations.RunPython.noop)]
