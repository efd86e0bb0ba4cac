"""Typing the code and tapping on: no tap may be lost because the page moves under the finger."""

import pytest

from tests.evaluations.browser.steps import address
from tests.factories.evaluations import make_hall

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_first_tap_after_the_code_begins(live_server, open_window):
    hall = make_hall(n_slips=1)
    phone = open_window({"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    phone.goto(address(live_server, hall))
    phone.fill("#code", hall.all_slips[0].typed_code)

    phone.locator("#begin").tap()

    phone.locator(".person.now").wait_for()


def test_the_whole_code_can_be_seen_while_it_is_typed(live_server, open_window):
    hall = make_hall(n_slips=1)
    phone = open_window({"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    phone.goto(address(live_server, hall))

    phone.fill("#code", "MMMM-MMMM-MMMM-MMMM")

    assert phone.evaluate(
        "() => { const c = document.getElementById('code'); return c.scrollWidth <= c.clientWidth; }"
    )


def test_a_wrong_code_is_named_and_stays(live_server, open_window):
    hall = make_hall(n_slips=1)
    phone = open_window({"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    phone.goto(address(live_server, hall))
    phone.fill("#code", "MMMM-MMMM-MMMM-MMM")

    phone.locator("#begin").tap()

    phone.locator("#code-error").wait_for()
    assert phone.input_value("#code") == "MMMM-MMMM-MMMM-MMM"
