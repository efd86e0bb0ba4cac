"""Pages of reconsideration."""

import pytest
from django.urls import reverse

from apps.cycles.domain.grades import Grade
from apps.grading.models import Reconsideration
from tests.factories.accounts import make_user
from tests.factories.grading import (
    make_deliberation,
    make_reconsideration,
    make_request,
    make_signed_deliberation,
)
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(db):
    deliberation = make_signed_deliberation(["good", "fairly_good"], rules={"good_quota": 50})
    return deliberation.decisions.get(overall_grade="fairly_good")


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def clerk(decision, sign_in):
    return sign_in(make_clerk(decision.deliberation.cycle))


def url(name, act):
    return reverse(f"grading:reconsideration_{name}", args=[act.pk])


def hearing(version=1, **fields):
    values = {"heard_on": "2026-12-27", "hearing": "本人说明情况", "version": version} | fields
    return {f"hearing-{name}": value for name, value in values.items()}


def outcome(version=2, **fields):
    values = {
        "held_on": "2026-12-28",
        "members_present": "主持：张主任",
        "grade": "good",
        "reason": "属实",
        "version": version,
    } | fields
    return {f"outcome-{name}": value for name, value in values.items()}


def test_request_is_recorded_from_the_sheet(clerk, decision):
    sheet = reverse("grading:deliberation_detail", args=[decision.deliberation.cycle_id])
    create = reverse("grading:reconsideration_create", args=[decision.pk])

    before = clerk.get(sheet).content.decode()
    answer = clerk.post(
        create, {"requested_on": "2026-12-26", "requested_by_name": "本人", "reason": "漏计"}, follow=True
    )
    after = clerk.get(sheet).content.decode()

    assert create in before
    assert "已登记" in answer.content.decode()
    assert create not in after
    assert "复核中" in after


def test_request_on_an_unsigned_grade_is_told(sign_in):
    decision = make_deliberation().decisions.first()
    create = reverse("grading:reconsideration_create", args=[decision.pk])

    page = sign_in(make_clerk(decision.deliberation.cycle)).post(
        create, {"requested_on": "2026-12-26", "requested_by_name": "本人", "reason": "漏计的内容"}
    )

    assert "还没有签发，不用复核" in page.content.decode()
    assert "漏计的内容</textarea>" in page.content.decode()


def test_hearing_is_saved_and_the_head_decides(clerk, decision, sign_in):
    act = make_request(decision)

    heard = clerk.post(url("hear", act), hearing(), follow=True).content.decode()
    refused = clerk.post(url("decide", act), outcome())
    head = sign_in(make_clerk(decision.deliberation.cycle, "head"))
    page = head.get(url("detail", act)).content.decode()
    decided = head.post(url("decide", act), outcome(), follow=True).content.decode()

    assert "由组织部负责人记录研究决定" in heard
    assert refused.status_code == 403
    assert "改为“好”后将超过名额" in page
    assert "由“较好”改为“好”" in decided
    assert "改为“好”后将超过名额" in decided


def test_stale_hearing_keeps_what_was_typed(clerk, decision):
    act = make_request(decision)
    clerk.post(url("hear", act), hearing())

    page = clerk.post(url("hear", act), hearing(hearing="后填的内容")).content.decode()

    assert "后填的内容</textarea>" in page
    assert "别人已保存的内容：本人说明情况" in page


def test_outcome_without_reason_keeps_the_page(decision, sign_in):
    act = make_request(decision)
    head = sign_in(make_clerk(decision.deliberation.cycle, "head"))
    head.post(url("hear", act), hearing())

    page = head.post(url("decide", act), outcome(reason="")).content.decode()

    assert "请填写“决定理由”。" in page
    assert "主持：张主任</textarea>" in page


def test_request_is_withdrawn_with_a_reason(clerk, decision):
    act = make_request(decision)

    refused = clerk.post(url("withdraw", act), {"withdrawal-version": 1}).content.decode()
    done = clerk.post(
        url("withdraw", act), {"withdrawal-version": 1, "withdrawal-reason": "本人撤回"}, follow=True
    ).content.decode()

    assert "请填写“撤回原因”。" in refused
    assert "已撤回复核申请" in done
    assert Reconsideration.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(("state", "n"), [("requested", 1), ("heard", 0), ("decided", 1), ("withdrawn", 0)])
def test_list_is_filtered_by_state(clerk, decision, state, n):
    make_reconsideration(decision)
    make_request(decision)

    answer = clerk.get(reverse("grading:reconsideration_list"), {"state": state})

    assert answer.context["page"].paginator.count == n


@pytest.mark.parametrize("n", [1, 3])
def test_list_costs_the_same_for_one_and_three(sign_in, django_assert_max_num_queries, n):
    deliberation = make_signed_deliberation(["good"] * n, rules={"good_quota": 100})
    for decision in deliberation.decisions.all():
        make_request(decision)
    client = sign_in(make_clerk(deliberation.cycle))
    client.get(reverse("grading:reconsideration_list"))

    with django_assert_max_num_queries(8):
        page = client.get(reverse("grading:reconsideration_list"))

    assert page.context["page"].paginator.count == n


def test_secretary_sees_the_history_of_the_own_grade(decision, sign_in):
    make_reconsideration(decision, Grade.GOOD)
    user = make_user("secretary", secretary=decision.reviewee.secretary)

    page = sign_in(user).get(reverse("official_documents:my_feedback")).content.decode()

    assert "<b>好</b><span>综合评价等次（复核后）</span>" in page
    assert "签发等次“较好”" in page
    assert "由“较好”改为“好”" in page


def test_submission_carries_the_grade_that_counts(clerk, decision):
    from io import BytesIO

    from openpyxl import load_workbook

    make_reconsideration(decision, Grade.GOOD)
    cycle = [decision.deliberation.cycle_id]

    submission = clerk.get(reverse("grading:submission_xlsx", args=cycle)).content

    sheet = load_workbook(BytesIO(submission))["农区领域"]
    assert [row[10] for row in sheet.iter_rows(min_row=5, values_only=True)] == ["好", "好"]
