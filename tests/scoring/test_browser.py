"""The explanation of a score in a real Chromium: folds by keyboard, all open on paper, axe, both sizes."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tests.factories.scoring import make_clerk, make_scored_cycle
from tests.support.browser import PHONE, STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(django_settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def enter(client, transactional_db, live_server):
    """Open a page of a scored cycle in a window, as its clerk."""
    cycle = make_scored_cycle(["good", "fairly_good"], rules={"trim_each_side": 1, "trim_when_more_than": 5})
    client.force_login(make_clerk(cycle), backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    run = cycle.score_runs.get()

    def go(window, address):
        window.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        window.goto(live_server.url + address.format(run=run.pk, summary=run.summaries.first().pk))
        return window

    return go


def test_folds_open_by_keyboard_and_all_at_once(page, enter):
    window = enter(page, "/scoring/summaries/{summary}/")
    rules = window.locator("#rules")
    at_first = rules.evaluate("fold => fold.open")

    rules.locator("summary").focus()
    window.keyboard.press("Enter")
    by_key = rules.evaluate("fold => fold.open")
    button = window.locator("[data-fold-all]")
    told = button.inner_text()
    button.press("Enter")

    assert (at_first, by_key, told, button.inner_text()) == (False, True, "全部收起", "全部展开")
    assert window.locator(".score-fold[open]").count() == 0
    window.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert window.locator(".score-fold:not([open])").count() == 0


def test_step_leads_to_its_section(page, enter):
    window = enter(page, "/scoring/summaries/{summary}/")
    window.locator("[data-fold-all]").click()
    window.locator("[data-fold-all]").click()

    window.locator(".score-steps a", has_text="测评得分").first.click()

    assert window.locator("#ballot").evaluate("fold => fold.open")
    assert window.locator("#total").evaluate("fold => fold.open") is False


@pytest.mark.parametrize("size", [STAFF, PHONE], ids=["pc", "phone"])
@pytest.mark.parametrize("address", ["/scoring/summaries/{summary}/", "/scoring/runs/{run}/"])
def test_pages_fit_and_are_clean(open_window, enter, size, address):
    window = enter(open_window(size), address)

    window.evaluate(AXE.read_text(encoding="utf-8"))
    found = window.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(r => r.violations.map(v => v.id))"
    )
    wide = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (found, wide) == ([], 0)
