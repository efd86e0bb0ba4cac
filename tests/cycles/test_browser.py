"""The scheme editor and the choice of people in a real browser."""

import pytest

from apps.cycles.domain.checks import plain
from apps.cycles.models import ReviewScheme
from apps.cycles.selectors import plan_of
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(transactional_db):
    return make_cycle(stage="draft")


@pytest.fixture
def window(page, live_server, client, draft):
    """A clerk's window."""
    client.force_login(make_user("clerk", draft.host), backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return page


def test_sum_of_weights_follows_typing_and_a_row_is_added(window, live_server, draft):
    window.goto(f"{live_server.url}/cycles/{draft.pk}/scheme/groups/")
    told = window.locator("[data-weight-sum]")
    at_first = told.inner_text()
    window.locator("input[name=row-0-weight]").fill("５０.5")
    after_typing = told.inner_text()

    window.get_by_role("button", name="添加一行").click()
    window.locator("input[name=row-3-name]").fill("C票")
    window.locator("input[name=row-3-weight]").fill("9.5")
    at_last = told.inner_text()
    window.get_by_role("button", name="保存").click()
    window.wait_for_url(f"**/cycles/{draft.pk}/")

    assert [at_first, after_typing, at_last] == [
        "权重合计 100%",
        "权重合计 90.5%，还差 9.5%",
        "权重合计 100%",
    ]
    groups = plan_of(ReviewScheme.objects.get(cycle=draft)).groups
    assert [plain(group.weight) for group in groups] == ["50.5", "40", "9.5"]


def test_people_are_ticked_and_the_cycle_is_opened_after_the_question(window, live_server, draft):
    for _ in range(3):
        make_appointment(organization=make_organization(superior=draft.host))

    window.goto(f"{live_server.url}/cycles/{draft.pk}/candidates/")
    window.locator("[data-pick-all]").check()
    told = window.locator("[data-pick-count]").inner_text()
    window.locator("select[name=mode]").select_option("written")
    window.get_by_role("button", name="加入勾选的人").click()
    window.wait_for_url(f"**/cycles/{draft.pk}/reviewees/")
    window.goto(f"{live_server.url}/cycles/{draft.pk}/")
    window.get_by_role("button", name="启动周期").click()
    question = window.locator(".dialog p").inner_text()
    window.locator(".dialog").get_by_role("button", name="启动并冻结").click()
    window.wait_for_selector(".notice-good")

    draft.refresh_from_db()
    assert told == "已勾选 3 人"
    assert "述职对象3人（现场0人、书面3人）" in question
    assert (draft.stage, draft.reviewees.count()) == ("reporting", 3)
