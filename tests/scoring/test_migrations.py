"""Figures stored before there were forms are read like today's."""

from importlib import import_module

import pytest
from django.apps import apps

from apps.scoring.models import GroupScore
from apps.scoring.selectors.explanations import explain, shown_item_scores
from tests.factories.scoring import make_scored_cycle

pytestmark = pytest.mark.django_db
rewriting = import_module("apps.scoring.migrations.0003_old_scores_to_forms")


def make_old_scores():
    """A run as it was stored when grades were counted in a list, and items had numbers."""
    cycle = make_scored_cycle(["good"])
    paper = cycle.scheme.papers.get()
    summary = cycle.score_runs.get().summaries.get()
    summary.papers = []
    summary.item_scores = [
        {"item_id": n, "name": one["name"], "exact": one["exact"], "score": one["score"]}
        for n, one in enumerate(summary.item_scores)
    ]
    for part in summary.components:
        del part["paper_id"]
    summary.save()
    for group in GroupScore.objects.filter(summary=summary):
        group.counts = [one["answers"] for one in group.counts]
        group.n_scored = 0
        group.save()
    return cycle, paper, summary


def test_old_scores_become_scores_of_the_first_form():
    _, paper, summary = make_old_scores()

    rewriting.write_forms(apps, None)

    summary.refresh_from_db()
    group = summary.group_scores.first()
    assert summary.papers == [
        {
            "paper_id": paper.pk, "name": paper.name, "n_valid": 12, "hides_score": False, "exact": "95/1", "score": "95.00",
        }
    ]  # fmt: skip
    assert (group.paper, group.n_scored, group.counts[0]["item"], group.counts[0]["n"]) == (
        paper,
        6,
        "duty",
        6,
    )
    assert [one["item_id"] for one in summary.item_scores] == ["0", "1", "2", "3"]


def test_old_scores_can_still_be_explained():
    _, _, summary = make_old_scores()

    rewriting.write_forms(apps, None)

    summary.refresh_from_db()
    [form] = explain(summary).forms
    assert form.groups[0].formula == "各票得分之和 570.00 ÷ 6 张 = 95.00"
    assert len(shown_item_scores(summary)) == 4


def test_rewriting_can_be_undone():
    _, _, summary = make_old_scores()
    rewriting.write_forms(apps, None)

    rewriting.write_grades(apps, None)

    assert summary.group_scores.first().counts[0] == {"good": 6, "fairly_good": 0, "average": 0, "poor": 0}


def test_old_scores_get_the_steps_they_went_through():
    _, _, summary = make_old_scores()
    rewriting.write_forms(apps, None)
    GroupScore.objects.filter(summary=summary).update(n_divided_by=0)

    import_module("apps.scoring.migrations.0006_old_scores_tell_every_step").write_steps(apps, None)

    summary.refresh_from_db()
    [part] = summary.components
    assert (summary.base, summary.base_exact) == (summary.total, summary.total_exact)
    assert (part["raw_exact"], part["conversion"], part["hides_raw"]) == (part["exact"], "none", False)
    assert [one.n_divided_by for one in summary.group_scores.all()] == [6, 6]
