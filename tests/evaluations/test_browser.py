"""Opening the urn at the screen in a real Chromium. The evaluator page has tests of its own in ``browser/``."""

import pytest
from django.urls import reverse

from tests.factories.evaluations import make_hall

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db):
    return make_hall(n_reviewees=3, n_slips=4)


def test_urn_is_opened_by_two_scrutineers_at_the_screen(live_server, hall, page, client):
    from tests.evaluations.test_views import clerk_of

    hall.cast(hall.all_slips[0])
    user = clerk_of(hall.session)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("evaluations:turnout", args=[hall.session.pk]))

    page.get_by_role("button", name="截止投票").click()
    page.locator(".dialog .btn-primary").click()
    page.get_by_role("link", name="开箱").first.click()
    page.locator("[name=card_1]").fill(hall.cards[0])
    page.locator("[name=card_2]").fill(hall.cards[2].lower())
    page.get_by_role("button", name="开箱").click()
    page.locator(".dialog .btn-primary").click(no_wait_after=True)
    page.get_by_text("票箱已打开").wait_for(timeout=60_000)

    hall.session.refresh_from_db()
    assert hall.session.state == "opened"
