"""Pages of scores."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.scoring.models import ScoreRun, ScoreSummary
from tests.factories.accounts import make_user
from tests.factories.assessments import make_component_score
from tests.factories.scoring import AT, compute, make_clerk, make_opened_cycle, make_scored_cycle, set_stage

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend=BACKEND)
        return client

    return enter


@pytest.mark.parametrize("grades", [["good"], ["good", "average", "poor"]])
def test_list_costs_the_same_for_one_and_three_rows(sign_in, grades, django_assert_num_queries):
    cycle = make_scored_cycle(grades)
    client = sign_in(make_clerk(cycle))
    client.get(reverse("scoring:summary_list"))

    with django_assert_num_queries(8):
        page = client.get(reverse("scoring:summary_list"))

    assert page.content.decode().count('data-label="姓名"') == len(grades)


def test_list_filters_by_field_and_exports_what_is_shown(sign_in):
    cycle = make_scored_cycle(["good", "average"], fields=["rural", "urban"])
    client = sign_in(make_clerk(cycle))

    page = client.get(reverse("scoring:summary_list"), {"field": "urban", "cycle": cycle.pk})
    sheet = client.get(reverse("scoring:summary_list"), {"field": "urban", "export": "xlsx"})

    text = page.content.decode()
    rural, urban = cycle.reviewees.all()
    assert urban.name in text
    assert f">{rural.name}<" not in text
    assert sheet.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_detail_explains(sign_in):
    cycle = make_scored_cycle(["good"])
    summary = cycle.score_runs.get().summaries.get()

    page = sign_in(make_clerk(cycle)).get(reverse("scoring:summary_detail", args=[summary.pk]))

    text = page.content.decode()
    assert "（60 × 95.00 ＋ 40 × 95.00）÷ 100 = 95.00" in text
    assert "各票得分之和 570.00 ÷ 6 张 = 95.00" in text


def test_hidden_figures_are_not_on_page_or_sheet(sign_in):
    cycle = make_scored_cycle(["good"], n_votes=(2, 2))
    client = sign_in(make_clerk(cycle))
    summary = cycle.score_runs.get().summaries.get()

    detail = client.get(reverse("scoring:summary_detail", args=[summary.pk])).content.decode()
    rows = client.get(reverse("scoring:summary_list")).content.decode()

    assert "95.00" not in detail
    assert "95.00" not in rows
    assert "有效票少，不显示" in rows


def test_secretary_opens_own_explanation_after_sign_off(sign_in):
    cycle = make_scored_cycle(["good", "poor"])
    own, other = cycle.score_runs.get().summaries.all()
    client = sign_in(make_user("secretary", secretary=own.reviewee.secretary))
    before = client.get(reverse("scoring:summary_detail", args=[own.pk])).status_code
    set_stage(cycle, "rectifying")

    after = client.get(reverse("scoring:summary_detail", args=[own.pk])).status_code
    others = client.get(reverse("scoring:summary_detail", args=[other.pk])).status_code

    assert (before, after, others) == (404, 200, 404)


def test_button_starts_a_run_and_shows_it(sign_in):
    cycle = make_opened_cycle(["good"])

    answer = sign_in(make_clerk(cycle)).post(reverse("scoring:run_create", args=[cycle.pk]))

    run = ScoreRun.objects.get()
    assert answer.url == reverse("scoring:run_detail", args=[run.pk])


def test_run_page_names_what_is_missing(sign_in):
    cycle = make_opened_cycle(["good"], preset="50-50")
    run = compute(cycle)

    page = sign_in(make_clerk(cycle)).get(reverse("scoring:run_detail", args=[run.pk]))

    assert "缺少“党建工作综合考核”得分" in page.content.decode()


def test_run_page_gives_a_reason_once_with_everybody_it_holds_up(sign_in):
    cycle = make_opened_cycle(["good"], preset="50-50")
    run = compute(cycle)
    reason = "测评场次“下半场测评”尚未开箱"
    run.missing = [{"reviewee_id": n, "text": f"青山镇党委{who}：{reason}"} for n, who in enumerate("甲乙丙")]
    run.save(update_fields=["missing"])

    page = sign_in(make_clerk(cycle)).get(reverse("scoring:run_detail", args=[run.pk])).content.decode()

    assert page.count(f"<li><strong>{reason}</strong>") == 1
    assert "3 名，青山镇党委甲、青山镇党委乙、青山镇党委丙" in page


def test_button_after_sign_off_tells_why_not(sign_in):
    cycle = make_scored_cycle(["good"], stage="rectifying")

    answer = sign_in(make_clerk(cycle)).post(reverse("scoring:run_create", args=[cycle.pk]), follow=True)

    assert "得分不再计算" in answer.content.decode()


def figures(page, row=0):
    """What one line of a list shows, by column."""
    _, cells = page.context["lines"][row]
    return {column.label: value for column, value, _ in cells}


def test_list_of_one_cycle_has_a_column_per_part(sign_in):
    cycle = make_opened_cycle(["good", "poor"], preset="50-50")
    clerk = make_clerk(cycle)
    make_component_score(
        cycle.reviewees.first(), cycle.scheme.components.get(kind="imported"), actor=clerk, value=88
    )
    compute(cycle)

    page = sign_in(clerk).get(reverse("scoring:summary_list"), {"cycle": cycle.pk})

    first, second = figures(page, 0), figures(page, 1)
    assert (first["现场测评"], first["党建工作综合考核"], first["总分"]) == (
        Decimal("95.00"),
        Decimal("88.00"),
        Decimal("91.50"),
    )
    assert (second["党建工作综合考核"], second["总分"]) == (None, None)
    assert (first["加分"], first["扣分"]) == (0, 0)


def test_list_filters_by_what_is_missing_hidden_or_close(sign_in):
    cycle = make_scored_cycle(["good", "good", "poor"])
    shown, close, hidden = cycle.score_runs.get().summaries.order_by("pk")
    ScoreSummary.objects.filter(pk=hidden.pk).update(hides_score=True)
    ScoreSummary.objects.filter(pk=close.pk).update(
        band={"neighbors": [shown.reviewee_id], "from_rank": 1, "to_rank": 2, "words": ""}
    )
    ScoreSummary.objects.filter(pk=shown.pk).update(total=None, band={})
    client = sign_in(make_clerk(cycle))

    found = {
        state: [
            row.pk
            for row, _ in client.get(reverse("scoring:summary_list"), {"state": state}).context["lines"]
        ]
        for state in ("missing", "shown", "hidden", "close")
    }

    assert found == {"missing": [shown.pk], "shown": [close.pk], "hidden": [hidden.pk], "close": [close.pk]}


def test_hidden_total_has_no_place_of_its_own_when_sorted(sign_in):
    cycle = make_scored_cycle(["good", "fairly_good", "poor"])
    best, middle, worst = cycle.score_runs.get().summaries.order_by("-total")
    ScoreSummary.objects.filter(pk=middle.pk).update(hides_score=True)
    client = sign_in(make_clerk(cycle))

    up, down = (
        [row.pk for row, _ in client.get(reverse("scoring:summary_list"), {"sort": sort}).context["lines"]]
        for sort in ("total", "-total")
    )

    assert [one for one in up if one != middle.pk] == [worst.pk, best.pk]
    assert up.index(middle.pk) in {0, 2}
    assert down.index(middle.pk) in {0, 2}


def test_run_page_leads_to_where_a_missing_figure_is_entered(sign_in):
    cycle = make_opened_cycle(["good", "poor"], preset="50-50")
    run = compute(cycle)

    page = sign_in(make_clerk(cycle)).get(reverse("scoring:run_detail", args=[run.pk]))

    grid = reverse("assessments:component_grid", args=[cycle.scheme.components.get(kind="imported").pk])
    assert [(one.name, one.url) for one in page.context["missing"]] == [
        (one.name, grid) for one in cycle.reviewees.all()
    ]
    assert page.content.decode().count(f'href="{grid}"') == 3


def test_run_page_filters_what_changed(sign_in):
    cycle = make_opened_cycle(["good", "poor"], preset="50-50")
    clerk = make_clerk(cycle)
    part = cycle.scheme.components.get(kind="imported")
    scores = [make_component_score(one, part, actor=clerk, value=80) for one in cycle.reviewees.all()]
    compute(cycle)
    scores[0].value = 90
    scores[0].save()
    run = compute(cycle, at=LATER)
    client = sign_in(clerk)

    def sentences(**narrowed):
        page = client.get(reverse("scoring:run_detail", args=[run.pk]), narrowed)
        return [one.words for one in page.context["changes"]]

    assert "总分：87.50 → 92.50" in sentences()
    assert sentences(figure="总分") == ["总分：87.50 → 92.50"]
    assert sentences(q="查无此人") == []


def test_run_page_costs_the_same_for_one_and_three_people(sign_in, django_assert_num_queries):
    for n in (1, 3):
        cycle = make_opened_cycle(["good"] * n, preset="50-50")
        run = compute(cycle)
        client = sign_in(make_clerk(cycle))
        client.get(reverse("scoring:run_detail", args=[run.pk]))

        with django_assert_num_queries(8):
            client.get(reverse("scoring:run_detail", args=[run.pk]))


def test_detail_costs_the_same_for_one_and_three_people(sign_in, django_assert_num_queries):
    for n in (1, 3):
        cycle = make_scored_cycle(["good"] * n)
        summary = cycle.score_runs.get().summaries.first()
        client = sign_in(make_clerk(cycle))
        client.get(reverse("scoring:summary_detail", args=[summary.pk]))

        with django_assert_num_queries(8):
            client.get(reverse("scoring:summary_detail", args=[summary.pk]))


def test_runs_are_listed_with_what_changed(sign_in):
    cycle = make_scored_cycle(["good"], stage="meeting")
    compute(cycle, at=LATER)

    page = sign_in(make_clerk(cycle)).get(reverse("scoring:run_list"), {"cycle": cycle.pk})

    assert [figures(page, n)["当前采用"] for n in (0, 1)] == [True, False]
    assert figures(page)["与上一次的不同"] == "输入没有变化，结果相同。"
    assert sign_in(make_user("leader", cycle.host)).get(reverse("scoring:run_list")).status_code == 403
