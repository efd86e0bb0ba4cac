"""People's pages in a real Chromium: one A4 page, the content policy, axe, no overflow, a transfer by keyboard alone."""

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from apps.cycles.models import ReviewCycle
from apps.organizations.models import Organization
from apps.secretaries.models import Appointment, Election, Photo
from tests.factories.cycles import make_reviewee
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary
from tests.secretaries.test_photos import picture
from tests.support.browser import PHONE, STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(django_settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
BACKEND = "django.contrib.auth.backends.ModelBackend"
LONG = "青禾区高新技术产业开发区现代农业科技示范园区联合社区第一网格综合党支部委员会"


@pytest.fixture
def veteran(world):
    """Somebody with 14 years of reviews, 20 posts, long names and a photo."""
    person = make_secretary(name="欧阳㛃兰", gender="female", born_on=date(1970, 5, 1), phone="13800001234")
    Photo.objects.create(secretary=person, content=picture(size=(360, 504)), digest="0")
    for n in range(20):
        unit = make_organization(superior=world.town, name=f"{LONG}{n}")
        until = date(2006 + n, 1, 1) if n < 17 else None
        make_appointment(secretary=person, organization=unit, post="党支部委员会书记、村民委员会主任、集体经济合作社理事长",
                         started_on=date(2005 + n, 1, 1), ended_on=until, end_reason="dismissed" if until else "")  # fmt: skip
    for year in range(2012, 2026):
        cycle = ReviewCycle.objects.create(
            year=year, title=f"{year}", host=world.root, stage="archived", created_at="2026-01-01T00:00Z"
        )
        make_reviewee(cycle=cycle, organization=unit, secretary=person, organization_name=LONG)
    return person


@pytest.fixture
def signed_in(client, world, live_server):
    """Give a window the session of a role."""

    def enter(window, role="clerk"):
        client.force_login(world.users[role], backend=BACKEND)
        value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
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


@pytest.mark.parametrize("size", [STAFF, PHONE], ids=["pc", "phone"])
def test_pages_fit_and_are_clean(open_window, signed_in, live_server, veteran, world, size):
    row = Election.objects.create(
        organization=world.town, held_on=date(2021, 1, 1), term_years=5, due_on=date(2026, 1, 1)
    )
    Organization.objects.filter(pk=world.branch.pk).update(name=LONG)
    person, post, unit = (
        {"secretary_id": veteran.pk},
        {"appointment_id": world.appointment.pk},
        {"organization_id": world.town.pk},
    )
    addresses = [
        *(reverse(f"secretaries:{name}") for name in ("secretary_list", "vacancy_list", "election_list", "phone_export", "secretary_create")),
        *(reverse(f"secretaries:{name}", kwargs=person) for name in ("secretary_detail", "secretary_card", "secretary_edit", "photo_edit", "appointment_create")),
        *(reverse(f"secretaries:{name}", kwargs=post) for name in ("appointment_edit", "appointment_end", "appointment_transfer", "appointment_void")),
        *(reverse(f"secretaries:{name}", kwargs=unit) for name in ("election_create", "term_edit")),
        *(reverse(f"secretaries:{name}", args=[row.pk]) for name in ("election_edit", "election_shift", "election_void")),
        reverse("organizations:organization_detail", args=[world.town.pk]),
    ]  # fmt: skip
    window = signed_in(open_window(size))

    found = {}
    for address in addresses:
        window.goto(f"{live_server.url}{address}")
        window.wait_for_load_state("networkidle")
        found[address] = faults(window)

    assert {address: told for address, told in found.items() if told != ([], 0)} == {}
    assert len(found) == 20
