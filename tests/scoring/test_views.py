"""Pages of scores."""

import pytest
from django.urls import reverse

from apps.scoring.models import ScoreRun
from tests.factories.accounts import make_user
from tests.factories.scoring import compute, make_clerk, make_opened_cycle, make_scored_cycle, set_stage

pytestmark = pytest.mark.django_db
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
