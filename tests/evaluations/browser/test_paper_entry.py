"""The grid of paper totals in a real Chromium: keyboard, live sums, drafts in the tab, and what differs is marked."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.evaluations.models import PaperEntry
from tests.evaluations.test_paper_totals import Desk
from tests.factories.accounts import make_user
from tests.factories.evaluations import make_hall

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(transactional_db):
    return Desk(hall=make_hall(n_reviewees=1, n_slips=2), n_returned=3, n_issued=4)


@pytest.fixture
def grid(live_server, desk, open_window):
    """Open the grid in a window of a clerk's own."""

    def open_one():
        clerk = make_user(role="clerk", scope=desk.hall.session.cycle.host)
        client = Client()  # a session of its own: signing in as somebody else would end the other's
        client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        page = open_window()
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        address = reverse("evaluations:paper_entry", args=[desk.hall.session.pk, desk.batch.pk])
        page.goto(live_server.url + address)
        return page

    return open_one


def fill(page, desk, rows, *, n_valid="2", n_invalid="1"):
    """Type everything by keyboard only: the code, the two totals, then row by row with Enter."""
    page.locator("#code").focus()
    keys = page.keyboard
    keys.type(desk.code.lower())
    keys.press("Enter")
    for text in (n_valid, n_invalid, *(figure for row in rows for figure in row)):
        keys.type(text)
        keys.press("Enter")


def rows_of(desk, good="1", fair="", poor="1", blank=""):
    n_items = len(desk.hall.paper.parts[0].template.items)
    return [(good, fair, "", poor, blank)] * n_items


def test_figures_are_typed_by_keyboard_and_agree(grid, desk):
    first, second = grid(), grid()
    fill(first, desk, rows_of(desk))
    assert first.locator("#balance").inner_text() == "各行相加都等于有效票数。"
    first.get_by_role("button", name="密封保存").click()
    first.get_by_text("等另一个人录入").wait_for()

    fill(second, desk, rows_of(desk))
    second.get_by_role("button", name="密封保存").click()
    second.get_by_text("两次录入一致").wait_for()

    assert PaperEntry.objects.count() == 2
    assert (
        second.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('spk-paper')).length") == 0
    )


def test_rows_that_are_off_are_told_and_not_sent(grid, desk):
    page = grid()
    fill(page, desk, [("2", "", "", "1", ""), *rows_of(desk)[1:]])

    row = page.locator("[data-row]").first
    assert row.locator("output").inner_text() == "3"
    assert "off" in row.get_attribute("class")
    page.get_by_role("button", name="密封保存").click()
    page.get_by_text("没有保存").wait_for()

    assert not PaperEntry.objects.exists()


def test_differing_cells_are_marked_and_figures_stay_in_the_tab(grid, desk):
    first, second = grid(), grid()
    fill(first, desk, rows_of(desk))
    first.get_by_role("button", name="密封保存").click()
    first.get_by_text("等另一个人录入").wait_for()
    fill(second, desk, [("2", "", "", "", ""), *rows_of(desk)[1:]])
    second.get_by_role("button", name="密封保存").click()
    second.get_by_text("有 2 处不同").wait_for()

    assert second.locator(".differs").count() == 2
    second.reload()
    assert second.locator("[data-cell]").first.input_value() == "2"
    assert second.locator(".differs").count() == 2


def test_wrong_code_keeps_the_figures_on_the_page(grid, desk):
    page = grid()
    fill(page, desk, rows_of(desk))
    page.locator("#code").fill("AAAA-AAAA-AAAA-AAAA-AAAA")
    page.get_by_role("button", name="密封保存").click()
    page.get_by_text("批次码不对").wait_for()

    assert page.locator("[data-cell]").first.input_value() == "1"
