"""Released results for programs: the same scope and the same hiding as the pages."""

import json
import re

import pytest
from django.urls import reverse

from apps.evaluations.models import EvaluationSession
from tests.factories.accounts import make_user
from tests.factories.scoring import make_clerk, make_scored_cycle, set_stage

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def make_released_cycle(*args, **options):
    cycle = make_scored_cycle(*args, **options)
    EvaluationSession.objects.filter(cycle=cycle).update(state="released")
    return cycle


def get(client, user, name, **options):
    client.force_login(user, backend=BACKEND)
    return client.get(reverse(name, args=options.pop("args", None)), options)


def test_results_are_listed_with_their_scores(client):
    cycle = make_released_cycle(["good", "fairly_good"])

    answer = get(client, make_clerk(cycle), "api-result-list").json()

    found = [(one["ballot_score"], one["total"], one["rank_in_field"]) for one in answer["results"]]
    assert found == [("95.00", "95.00", 1), ("85.00", "85.00", 2)]


def test_results_wait_for_their_release(client):
    cycle = make_scored_cycle(["good"])
    summary = cycle.score_runs.get().summaries.get()
    clerk = make_clerk(cycle)

    assert get(client, clerk, "api-result-list").json()["count"] == 0
    assert get(client, clerk, "api-result-detail", args=[summary.pk]).status_code == 404


def test_rehearsal_keeps_no_result_back(client):
    cycle = make_released_cycle(["good"])
    EvaluationSession.objects.create(
        cycle=cycle, title="【彩排】", hall_key="r" * 43, rehearsal_of=cycle.sessions.get()
    )

    assert get(client, make_clerk(cycle), "api-result-list").json()["count"] == 1


def test_results_are_filtered_and_bounded_by_scope(client):
    cycle = make_released_cycle(["good", "poor"], fields=["rural", "urban"])
    make_released_cycle(["good"])
    clerk = make_clerk(cycle)

    answer = get(client, clerk, "api-result-list", field="urban", cycle=cycle.pk).json()

    assert [one["field"] for one in answer["results"]] == ["urban"]
    assert get(client, clerk, "api-result-list").json()["count"] == 2
    assert get(client, make_user("leader", cycle.host), "api-result-list").status_code == 403


def test_secretary_gets_only_own_results_after_sign_off(client):
    cycle = make_released_cycle(["good", "poor"])
    own, _ = cycle.score_runs.get().summaries.all()
    user = make_user("secretary", secretary=own.reviewee.secretary)
    before = get(client, user, "api-result-list").json()["count"]
    set_stage(cycle, "rectifying")

    after = get(client, user, "api-result-list").json()["results"]

    assert (before, [one["id"] for one in after]) == (0, [own.pk])


def test_hidden_figures_are_in_no_answer(client):
    cycle = make_released_cycle(["good"], n_votes=(4, 30))
    summary = cycle.score_runs.get().summaries.get()
    clerk = make_clerk(cycle)

    listed = get(client, clerk, "api-result-list").json()["results"][0]
    detail = get(client, clerk, "api-result-detail", args=[summary.pk]).json()

    assert (listed["ballot_score"], listed["total"], listed["hides_score"]) == (None, None, True)
    [form] = detail["forms"]
    assert [(group["is_hidden"], group["mean"], group["items"]) for group in form["groups"]] == [
        (True, None, [])
    ] * 2
    numbers = re.findall(r"[\d./]+", json.dumps(detail["forms"], ensure_ascii=False))
    assert {"95", "95.00", "95/1"} & set(numbers) == set()


def test_detail_tells_groups_and_items(client):
    cycle = make_released_cycle(["good"])
    summary = cycle.score_runs.get().summaries.get()

    [form] = get(client, make_clerk(cycle), "api-result-detail", args=[summary.pk]).json()["forms"]

    assert (form["score"], form["groups"][0]["mean"], form["groups"][0]["n_valid"]) == ("95.00", "95.00", 6)
    assert form["groups"][0]["items"][0]["agreement"] == "至少 80% 为“好”"


def test_list_costs_the_same_for_one_and_three_rows(client, django_assert_num_queries):
    clerks = [make_clerk(make_released_cycle(grades)) for grades in (["good"], ["good", "poor", "average"])]
    for clerk in clerks:
        get(client, clerk, "api-result-list")
        with django_assert_num_queries(5):
            client.get(reverse("api-result-list"))


def test_nothing_can_be_written(client):
    cycle = make_released_cycle(["good"])
    client.force_login(make_clerk(cycle), backend=BACKEND)

    assert client.post(reverse("api-result-list")).status_code in {403, 405}
