"""Give the stored figures of earlier years the steps that are told since: they had no conversions, bonuses or deductions."""

from django.db import migrations
from django.db.models import F


def write_steps(apps, schema_editor):
    summary_model = apps.get_model("scoring", "ScoreSummary")
    summary_model.objects.update(base=F("total"), base_exact=F("total_exact"))
    for summary in summary_model.objects.exclude(components=[]).iterator(500):
        hidden = {one["paper_id"] for one in summary.papers if one["hides_score"]}
        summary.components = [_with_steps(one, hidden) for one in summary.components]
        summary.save(update_fields=["components"])
    group_model = apps.get_model("scoring", "GroupScore")
    for group in group_model.objects.select_related("summary__run__cycle__scheme").iterator(500):
        scheme = group.summary.run.cycle.scheme
        n, k = group.n_scored, scheme.trim_each_side
        is_trimmed = n > scheme.trim_when_more_than and n > 2 * k
        group.n_divided_by = n - 2 * k if is_trimmed else n
        group.counts = [{**one, "divided_by": one["n"]} for one in group.counts]
        group.save(update_fields=["n_divided_by", "counts"])


def _with_steps(one, hidden):
    is_hidden = one.get("paper_id") in hidden
    return {
        "item": "",
        "options": [],
        "conversion": "none",
        "raw": one["score"],
        "raw_exact": one["exact"],
        "explanation": "",
        "reason": "",
        "hides_raw": is_hidden,
        "hides_score": is_hidden,
    } | one


def drop_steps(apps, schema_editor):
    """The columns go with the schema; what was added to the lists harms nobody."""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_scores_tell_every_step")]

    operations = [migrations.RunPython(write_steps, drop_steps)]
