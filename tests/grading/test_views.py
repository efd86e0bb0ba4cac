"""Pages of grading."""

import time
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.scoring.selectors import is_outdated
from tests.factories.grading import (
    decide_all,
    make_deliberation,
    make_reviewed_deliberation,
    make_signed_deliberation,
)
from tests.factories.scoring import make_clerk, make_scored_cycle

pytestmark = pytest.mark.django_db
N_EVERY_PAGE = 4  # session, account, roles, unread messages
N_SHEET = 6  # cycle with deliberation, rules, scores, decisions, members, steps
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend=BACKEND)
        return client

    return enter


def sheet_url(cycle):
    return reverse("grading:deliberation_detail", args=[cycle.pk])


def n_sheet_queries(deliberation):
    """What the sheet may cost; whether the scores are out of date is asked of scoring and costs its own."""
    with CaptureQueriesContext(connection) as asked:
        is_outdated(deliberation.run)
    return N_EVERY_PAGE + N_SHEET + len(asked)


def record(**fields):
    """What the form of the meeting sends."""
    people = {
        "members-TOTAL_FORMS": 2,
        "members-INITIAL_FORMS": 0,
        "members-0-name": "张主任",
        "members-0-role": "chair",
        "members-1-name": "",
        "members-1-role": "member",
    }
    return {"held_on": "2026-12-25", "version": 1} | people | fields


def decide(client, decision, **data):
    url = reverse("grading:decision_decide", args=[decision.pk])
    htmx = {"HTTP_HX_REQUEST": "true"} if data.pop("htmx", False) else {}
    return client.post(url, {"version": decision.version, **data}, **htmx)


def test_sheet_offers_to_start(sign_in):
    cycle = make_scored_cycle(["good"])
    client = sign_in(make_clerk(cycle))

    page = client.get(sheet_url(cycle)).content.decode()
    after = client.post(reverse("grading:deliberation_start", args=[cycle.pk]), follow=True).content.decode()

    assert "提出建议等次" in page
    assert "已为 1 人提出建议等次" in after


def test_sheet_says_what_is_missing(sign_in):
    cycle = make_scored_cycle(["good"], preset="50-50")

    page = sign_in(make_clerk(cycle)).get(sheet_url(cycle)).content.decode()

    assert "得分还没有算全" in page


@pytest.mark.parametrize("n", [1, 3])
def test_sheet_costs_the_same_for_one_and_three(sign_in, django_assert_num_queries, n):
    deliberation = make_deliberation(["good"] * n)
    client = sign_in(make_clerk(deliberation.cycle))
    client.get(sheet_url(deliberation.cycle))

    with django_assert_num_queries(n_sheet_queries(deliberation)):
        page = client.get(sheet_url(deliberation.cycle)).content.decode()

    assert page.count('id="decision-') == n


@pytest.mark.slow
def test_three_hundred_people_stay_usable(sign_in, django_assert_num_queries):
    deliberation = make_deliberation(["good", "fairly_good", "average"] * 100, rules={"good_quota": 20})
    client = sign_in(make_clerk(deliberation.cycle))
    client.get(sheet_url(deliberation.cycle))
    started = time.process_time()

    with django_assert_num_queries(n_sheet_queries(deliberation)):
        page = client.get(sheet_url(deliberation.cycle)).content.decode()

    assert page.count('id="decision-') == 300
    assert len(page.encode()) < 900_000
    assert time.process_time() - started < 2


def test_departure_without_reason_keeps_what_was_typed(sign_in):
    deliberation = make_deliberation(["good", "poor"])
    first, _ = deliberation.decisions.order_by("reviewee__order_no")
    client = sign_in(make_clerk(deliberation.cycle))

    page = decide(client, first, grade="poor", reason="   ").content.decode()

    assert "与建议等次不同，请写明调整理由后再保存。" in page
    assert '<option value="poor" selected>' in page


def test_stale_version_keeps_what_was_typed_and_tells_the_other(sign_in):
    deliberation = make_deliberation(["good"], rules={"good_quota": 100})
    decision = deliberation.decisions.get()
    client = sign_in(make_clerk(deliberation.cycle))
    decide(client, decision, grade="good")

    page = decide(client, decision, grade="poor", reason="另一个人写的理由").content.decode()
    again = client.post(
        reverse("grading:decision_decide", args=[decision.pk]),
        {"grade": "poor", "reason": "另一个人写的理由", "version": 2},
    )

    assert "别人已经保存过" in page
    assert "已改为“好”" in page
    assert "另一个人写的理由</textarea>" in page
    assert 'name="version" value="2"' in page
    assert again.status_code == 302


def test_htmx_gets_row_and_quota(sign_in):
    deliberation = make_deliberation(["good", "poor"], rules={"good_quota": 100})
    first, _ = deliberation.decisions.order_by("reviewee__order_no")

    answer = decide(sign_in(make_clerk(deliberation.cycle)), first, grade="good", htmx=True).content.decode()

    assert answer.lstrip().startswith(f'<tr id="decision-{first.pk}"')
    assert 'id="quota-rural" class="quota" hx-swap-oob="true"' in answer
    assert "“好”已用 <b>1</b> / 名额 2" in answer
    assert "<html" not in answer


def test_decide_without_grade_is_told(sign_in):
    deliberation = make_deliberation(["good"])

    page = decide(
        sign_in(make_clerk(deliberation.cycle)), deliberation.decisions.get(), grade=""
    ).content.decode()

    assert "请选择“综合评价等次”。" in page


def test_record_saves_the_meeting(sign_in):
    deliberation = make_deliberation(["good"])
    url = reverse("grading:deliberation_record", args=[deliberation.cycle_id])

    answer = sign_in(make_clerk(deliberation.cycle)).post(url, record(place="三楼会议室"))

    deliberation.refresh_from_db()
    assert answer.status_code == 302
    assert (deliberation.members_present, deliberation.place) == ("主持：张主任", "三楼会议室")


def test_record_keeps_wrong_input(sign_in):
    deliberation = make_deliberation(["good"])
    url = reverse("grading:deliberation_record", args=[deliberation.cycle_id])

    page = sign_in(make_clerk(deliberation.cycle)).post(
        url, record(held_on="", **{"members-1-post": "纪委书记"})
    )

    text = page.content.decode()
    assert "请填写“会议日期”。" in text
    assert "请填写姓名，或清空这一行。" in text
    assert 'value="纪委书记"' in text
    deliberation.refresh_from_db()
    assert deliberation.members_present == ""


def test_record_conflict_keeps_what_was_typed_and_shows_the_other(sign_in):
    deliberation = make_deliberation(["good"])
    url = reverse("grading:deliberation_record", args=[deliberation.cycle_id])
    client = sign_in(make_clerk(deliberation.cycle))
    client.post(url, record(minutes="先保存的内容"))

    page = client.post(url, record(minutes="后填的内容", **{"members-0-name": "钱主任"})).content.decode()

    assert "后填的内容</textarea>" in page
    assert "别人已保存的内容：先保存的内容" in page
    assert 'value="钱主任"' in page
    assert "别人已保存的会议人员：主持：张主任" in page
    assert '<input type="hidden" name="version" value="2"' in page


def test_clerk_may_not_sign_off(sign_in):
    deliberation = decide_all(make_deliberation())
    url = reverse("grading:deliberation_sign_off", args=[deliberation.cycle_id])

    answer = sign_in(make_clerk(deliberation.cycle)).post(url)

    deliberation.refresh_from_db()
    assert answer.status_code == 403
    assert deliberation.signed_off_at is None


def test_second_clerk_reviews(sign_in):
    deliberation = decide_all(make_deliberation())
    url = reverse("grading:deliberation_review", args=[deliberation.cycle_id])

    page = sign_in(make_clerk(deliberation.cycle)).post(url, follow=True).content.decode()

    assert "已审核通过，等待负责人签发" in page
    assert "grade-select" not in page


def test_who_decided_is_offered_no_review(sign_in):
    deliberation = make_deliberation()
    clerk = make_clerk(deliberation.cycle)
    decide_all(deliberation, actor=clerk)

    page = sign_in(clerk).get(sheet_url(deliberation.cycle)).content.decode()

    assert "拟定的人不能自己审核" in page
    assert "审核通过</button>" not in page


def test_sending_back_without_reason_keeps_the_page(sign_in):
    deliberation = make_reviewed_deliberation()
    url = reverse("grading:deliberation_send_back", args=[deliberation.cycle_id])
    client = sign_in(make_clerk(deliberation.cycle, role="head"))

    refused = client.post(url, {"reason": ""}).content.decode()
    done = client.post(url, {"reason": "同分未研究"}, follow=True).content.decode()

    assert "请填写“退回理由”。" in refused
    assert "已退回修改" in done
    assert "退回修改：同分未研究" in done


def test_head_signs_off_and_the_sheet_is_frozen(sign_in):
    deliberation = make_reviewed_deliberation()
    client = sign_in(make_clerk(deliberation.cycle, role="head"))

    page = client.post(reverse("grading:deliberation_sign_off", args=[deliberation.cycle_id]), follow=True)

    text = page.content.decode()
    assert "等次已签发" in text
    assert "grade-select" not in text


def test_sign_off_of_an_unfinished_sheet_tells_why(sign_in):
    deliberation = make_deliberation()
    client = sign_in(make_clerk(deliberation.cycle, role="head"))

    page = client.post(reverse("grading:deliberation_sign_off", args=[deliberation.cycle_id]), follow=True)

    assert "还有 2 人没有审定" in page.content.decode()


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("name", ["grading:deliberation_list", "grading:decision_list"])
def test_lists_cost_the_same_for_one_and_three(sign_in, django_assert_max_num_queries, name, n):
    deliberation = make_signed_deliberation(["good"] * n, rules={"good_quota": 100})
    client = sign_in(make_clerk(deliberation.cycle))
    client.get(reverse(name))

    with django_assert_max_num_queries(12):
        client.get(reverse(name))


def test_submission_is_one_pack_of_workbook_and_sheets(sign_in):
    deliberation = decide_all(make_deliberation(["good", "poor"], fields=["rural", "urban"], n_votes=6))
    client = sign_in(make_clerk(deliberation.cycle))

    answer = client.get(reverse("grading:submission_zip", args=[deliberation.cycle_id]))

    pack = ZipFile(BytesIO(answer.content))
    title = deliberation.cycle.title
    assert pack.namelist() == [
        f"{title}报审材料.xlsx", "研究审定表（农区领域）.pdf", "研究审定表（城市领域）.pdf",
    ]  # fmt: skip
    assert pack.read(pack.namelist()[1]).startswith(b"%PDF")


def test_no_submission_before_the_deliberation(sign_in):
    cycle = make_scored_cycle(["good"])

    answer = sign_in(make_clerk(cycle)).get(reverse("grading:submission_zip", args=[cycle.pk]))

    assert answer.status_code == 404
