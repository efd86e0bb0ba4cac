"""Write the stored figures of earlier years the way forms are counted now. Until then a scheme had one form of graded items."""

from django.db import migrations
from django.db.models import F


def write_forms(apps, schema_editor):
    paper_model = apps.get_model("cycles", "SchemePaper")
    summary_model = apps.get_model("scoring", "ScoreSummary")
    group_model = apps.get_model("scoring", "GroupScore")
    papers = {}
    for paper in paper_model.objects.order_by("-order_no"):
        papers[paper.scheme.cycle_id] = paper
    for summary in summary_model.objects.select_related("run").iterator(500):
        paper = papers.get(summary.run.cycle_id)
        if paper is None:
            group_model.objects.filter(
                summary=summary
            ).delete()  # counts of items that no longer exist anywhere
            continue
        _rewrite_summary(summary, paper)
        groups = group_model.objects.filter(summary=summary)
        groups.update(paper=paper, n_scored=F("n_valid"))
        for group in groups:
            group.counts = [
                {"item": item["key"], "n": sum(counts.values()), "answers": counts, "points": ""}
                for item, counts in zip(paper.definition["items"], group.counts, strict=False)
            ]
            group.save(update_fields=["counts"])


def _rewrite_summary(summary, paper):
    summary.item_scores = [
        {**one, "item_id": str(one["item_id"]), "paper_id": paper.pk, "is_hidden": summary.hides_score}
        for one in summary.item_scores
    ]
    summary.components = [
        {**one, "paper_id": paper.pk if one["kind"] == "ballot" else None} for one in summary.components
    ]
    summary.papers = [
        {
            "paper_id": paper.pk,
            "name": paper.name,
            "n_valid": summary.n_valid,
            "hides_score": summary.hides_score,
            "exact": summary.ballot_exact,
            "score": None
            if summary.ballot_score is None
            else str(round(summary.ballot_score, summary.run.decimals)),
        }
    ]
    summary.save(update_fields=["item_scores", "components", "papers"])


def write_grades(apps, schema_editor):
    summary_model = apps.get_model("scoring", "ScoreSummary")
    group_model = apps.get_model("scoring", "GroupScore")
    for summary in summary_model.objects.iterator(500):
        summary.item_scores = [
            {name: value for name, value in one.items() if name not in {"paper_id", "is_hidden"}}
            | {"item_id": int(one["item_id"]) if one["item_id"].isdigit() else 0}
            for one in summary.item_scores
        ]
        summary.save(update_fields=["item_scores"])
    for group in group_model.objects.iterator(500):
        group.counts = [one["answers"] for one in group.counts]
        group.save(update_fields=["counts"])


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_scores_name_their_form")]

    operations = [migrations.RunPython(write_forms, write_grades)]
