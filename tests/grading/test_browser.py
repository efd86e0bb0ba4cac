"""The deliberation sheet in a real Chromium: the whole field is decided without touching the mouse."""

import pytest
from django.urls import reverse

from apps.grading.models import Deliberation
from tests.factories.grading import make_deliberation
from tests.factories.scoring import make_clerk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_sheet(live_server, page, client):
    def go(deliberation):
        user = make_clerk(deliberation.cycle)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.goto(live_server.url + reverse("grading:deliberation_detail", args=[deliberation.cycle_id]))
        return page

    return go


def focused_row(page):
    return page.evaluate("(document.activeElement.closest('tr') || {}).id")


def test_grades_are_decided_by_keyboard(open_sheet):
    deliberation = make_deliberation(["good", "fairly_good", "average"], rules={"good_quota": 100})
    best, second, last = deliberation.decisions.order_by("reviewee__order_no")
    page = open_sheet(deliberation)

    page.keyboard.press("j")
    assert focused_row(page) == f"decision-{best.pk}"
    page.keyboard.press("Enter")
    page.get_by_text("已定：好").wait_for()
    page.locator(f"#decision-{second.pk}:focus").wait_for()
    assert page.locator("#quota-rural b").inner_text() == "1"

    page.keyboard.press("3")
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.press("Enter")
    page.get_by_text("请写明调整理由").wait_for()
    page.locator("[name=reason]:focus").wait_for()
    page.keyboard.type("jk重点任务未完成")
    page.keyboard.press("Enter")
    page.get_by_text("已定：一般").wait_for()
    page.locator(f"#decision-{last.pk}:focus").wait_for()

    page.keyboard.press("k")
    assert focused_row(page) == f"decision-{second.pk}"
    page.keyboard.press("n")
    assert focused_row(page) == f"decision-{last.pk}"
    page.keyboard.press("Enter")
    page.get_by_text("已全部审定。").wait_for()

    decided = deliberation.decisions.order_by("reviewee__order_no").values_list(
        "overall_grade", "departure_reason"
    )
    assert list(decided) == [("good", ""), ("average", "jk重点任务未完成"), ("average", "")]


def test_members_are_added_row_by_row(open_sheet):
    deliberation = make_deliberation(["good"])
    page = open_sheet(deliberation)

    page.locator("[name=held_on]").fill("2026-12-25")
    for n in range(5):
        if page.locator(f"[name=members-{n}-name]").count() == 0:
            page.get_by_role("button", name="增加一行").click()
        page.locator(f"[name=members-{n}-name]").fill(f"委员{n}")
    page.get_by_role("button", name="保存会议情况").click()
    page.get_by_text("已保存会议情况").wait_for()

    assert Deliberation.objects.get().members.count() == 5


@pytest.mark.parametrize(("link", "ending"), [("汇总表 PDF", "pdf"), ("汇总表 Excel", "xlsx")])
def test_summary_table_is_downloaded_from_the_sheet(open_sheet, link, ending):
    deliberation = make_deliberation()
    page = open_sheet(deliberation)

    with page.expect_download() as found:
        page.get_by_role("link", name=link).click()

    assert found.value.suggested_filename == f"{deliberation.cycle.title}结果汇总表.{ending}"
