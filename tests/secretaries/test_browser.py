"""People's pages in a real Chromium: one A4 page, a transfer by keyboard alone."""

from datetime import date

import pypdfium2
import pytest
from django.conf import settings as django_settings

from apps.secretaries.models import Appointment
from tests.factories.organizations import make_organization
from tests.secretaries.states import make_veteran

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def veteran(world):
    return make_veteran(world)


@pytest.fixture
def signed_in(client, world, live_server):
    """Give a window the session of a role."""

    def enter(window, role="clerk"):
        client.force_login(world.users[role], backend=BACKEND)
        value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        window.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return window

    return enter


def test_card_prints_on_exactly_one_page(page, signed_in, live_server, veteran, world):
    window = signed_in(page)

    for person, name in ((veteran, "欧阳㛃兰"), (world.secretary, "甲书记")):
        window.goto(f"{live_server.url}/secretaries/{person.pk}/card/")
        window.wait_for_load_state("networkidle")
        printed = pypdfium2.PdfDocument(window.pdf(prefer_css_page_size=True))
        made = pypdfium2.PdfDocument(
            window.context.request.get(f"{live_server.url}/insights/cards/{person.pk}/").body()
        )
        for pdf in (printed, made):
            width, height = pdf[0].get_size()
            text = pdf[0].get_textpage().get_text_range()
            assert (len(pdf), round(width), round(height)) == (1, 595, 842)
            assert name in text


def test_card_says_what_it_leaves_out(page, signed_in, live_server, veteran):
    window = signed_in(page)
    window.goto(f"{live_server.url}/secretaries/{veteran.pk}/card/")

    assert window.locator(".card-note").first.inner_text() == (
        "另有更早的 8 段任职、另有更早的 4 次述职评议，因篇幅未列，请在系统中查看。"
    )
    years = window.locator(".card-years thead th").all_inner_texts()[1:]
    assert [text[:4] for text in years] == [str(year) for year in range(2016, 2026)]


def test_transfer_by_keyboard_alone(page, signed_in, live_server, world):
    target = make_organization(superior=world.root, name="丙镇党委", code="T3")
    window = signed_in(page)
    window.goto(f"{live_server.url}/secretaries/{world.secretary.pk}/")

    window.get_by_role("link", name="党委书记：调任").focus()
    window.keyboard.press("Enter")
    window.wait_for_url("**/transfer/")
    window.locator("#id_started_on").fill("2026-06-30")
    window.locator("#id_organization").focus()
    window.keyboard.type("T3")
    window.locator("#id_post").focus()
    window.locator("#id_note").focus()
    window.keyboard.type("干部交流")
    window.keyboard.press("Enter")
    window.wait_for_url(f"**/secretaries/{world.secretary.pk}/")

    assert "已登记调任" in window.locator("#messages").inner_text()
    held = Appointment.objects.get(secretary=world.secretary, ended_on=None)
    assert (held.organization, held.post, held.started_on) == (target, "党委书记", date(2026, 6, 30))
