"""What-if and charts in a real Chromium: keyboard, the content policy, axe, and no overflow at either size."""

import random
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tests.factories.assessments import make_component_score
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.scoring import compute, item_keys, make_clerk, make_opened_cycle, set_stage
from tests.support.browser import PHONE, STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(django_settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cycle(transactional_db):
    """Six people of two fields, marks of all sorts in two groups, a daily figure each."""
    luck = random.Random(3)
    found = make_opened_cycle(["good"] * 6, n_votes=0, preset="50-50", fields=["rural", "urban"] * 3)
    items, groups = item_keys(found.scheme), list(found.scheme.voter_groups.all())
    kinds = ["good", "fairly_good", "average"]
    votes = [
        (one.pk, group.pk, {key: luck.choice(kinds) for key in items})
        for one in found.reviewees.all()
        for group in groups
        for _ in range(9)
    ]
    make_opened_marks(make_session(cycle=found, title="第二场测评"), votes)
    part = found.scheme.components.get(kind="imported")
    for n, one in enumerate(found.reviewees.all()):
        make_component_score(one, part, actor=make_clerk(found), value=70 + 4 * n)
    compute(found)
    return set_stage(found, "grading")


@pytest.fixture
def signed_in(client, cycle, live_server):
    """Give a window the session of the cycle's clerk."""
    client.force_login(make_clerk(cycle), backend=BACKEND)
    value = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def enter(window):
        window.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return window

    return enter


def faults(window):
    """What axe finds on the page, and by how much it is too wide."""
    window.evaluate(AXE.read_text(encoding="utf-8"))
    found = window.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(r => r.violations.map(v => v.id))"
    )
    wide = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found, wide


def test_what_if_by_keyboard(page, signed_in, live_server, cycle):
    window = signed_in(page)
    ballot, daily = cycle.scheme.components.order_by("order_no")
    window.goto(f"{live_server.url}/insights/what-if/")

    window.locator(f"#id_component_{ballot.pk}").fill("100")
    window.locator(f"#id_component_{daily.pk}").fill("0")
    window.keyboard.press("Enter")
    window.wait_for_selector("#result")

    assert window.locator(".trial-mark").inner_text() == "【试算】不是正式得分，不作为评定依据"
    assert "构成权重：现场测评" in window.locator("#result").inner_text()
    assert window.locator(".trial-table tbody tr").count() == 6
    assert window.locator(f"#id_component_{ballot.pk}").input_value() == "100"
    assert faults(window) == ([], 0)


def test_what_if_is_marked_on_paper(page, signed_in, live_server):
    window = signed_in(page)
    window.goto(f"{live_server.url}/insights/what-if/")
    window.get_by_role("button", name="试算", exact=True).click()
    window.wait_for_selector("#result")

    window.emulate_media(media="print")

    heads = window.evaluate(
        "Array.from(document.querySelectorAll('.trial-result h3'), e => getComputedStyle(e, '::before').content)"
    )
    assert set(heads) == {'"【试算】"'}
    assert window.locator("#trial-form").is_hidden()
    assert window.locator(".trial-mark").is_visible()


def test_charts_are_drawn_and_put_away_by_keyboard(page, signed_in, live_server):
    window = signed_in(page)
    window.goto(f"{live_server.url}/insights/scores/")
    window.wait_for_selector("#spread canvas")
    spread = window.locator("#spread")
    chart, table = spread.locator("[data-chart]"), spread.locator(".table-frame")
    buttons = spread.locator(".chart-switch button")

    buttons.nth(0).focus()
    window.keyboard.press("Enter")
    only_table = (chart.is_visible(), table.is_visible(), buttons.nth(0).get_attribute("aria-pressed"))
    window.keyboard.press("Tab")
    window.keyboard.press("Space")
    only_chart = (chart.is_visible(), table.is_visible(), buttons.nth(1).get_attribute("aria-pressed"))

    assert only_table == (False, True, "false")
    assert only_chart == (True, False, "false")
    assert window.locator("[data-chart] canvas").count() == 3
    window.emulate_media(media="print")
    assert table.is_visible()


@pytest.mark.parametrize("size", [STAFF, PHONE], ids=["pc", "phone"])
def test_pages_fit_and_are_clean(open_window, signed_in, live_server, size):
    window = signed_in(open_window(size))

    for address in ("/insights/scores/", "/insights/", "/insights/what-if/"):
        window.goto(f"{live_server.url}{address}")
        window.wait_for_load_state("networkidle")
        assert (address, *faults(window)) == (address, [], 0)
