"""What an evaluator does on the casting page, and what the urn holds afterwards."""

import json

from django.urls import reverse

from apps.evaluations.domain import ballots, sealing
from apps.evaluations.models import UrnEntry
from apps.evaluations.services.keys import join_key

ADVANCED = 1_100  # ms: the pause before the next person, and the one in which a double tap is ignored


def address(live_server, hall, slip=None):
    path = reverse("evaluations:cast", args=[hall.session.pk])
    return f"{live_server.url}{path}" + (f"#{slip.fragment}" if slip else "")


def open_form(page, live_server, hall, slip=None):
    """Come in by the slip's QR code (or without one) and start filling in."""
    page.goto(address(live_server, hall, slip))
    page.locator("#begin").click()


def person(page):
    return page.locator(".person.now")


def press(page, item, label):
    """Press one option of an item of the person on the screen."""
    person(page).locator(f"[data-item={item}] label", has_text=label).first.click()


def answer_all(page, label="好"):
    """Answer every choice of everybody by tapping, one person per screen, and arrive at the review."""
    for n in range(page.locator(".person").count()):
        page.locator(f".person:nth-of-type({n + 1}).now").wait_for()
        for box in person(page).locator(".options").all():
            box.locator("label", has_text=label).first.click()
        if not page.locator("#review").is_visible():
            page.locator("#next").click()
    page.locator("#review").wait_for()


def fill_quickly(page, choice=0):
    """Answer all choices at once, as taps would leave them; for tests about what comes later."""
    page.evaluate(
        """n => document.querySelectorAll(".options").forEach(box => box.querySelectorAll("input")[n].click())""",
        choice,
    )


def to_review(page):
    for _ in range(page.locator(".person").count() + 1):
        if page.locator("#review").is_visible():
            return
        page.locator("#next").click()


def ready_to_send(page, live_server, hall, slip):
    """Everything filled in, at the review."""
    open_form(page, live_server, hall, slip)
    fill_quickly(page)
    to_review(page)


def send(page):
    page.locator("#send").click()


def counted(page, timeout=15_000):
    page.locator("#done h2").wait_for(timeout=timeout)


def on_device(page):
    """Return everything the page can find in the stores of this device."""
    return page.evaluate(
        """async () => [
          ...Object.entries(localStorage), ...Object.entries(sessionStorage), document.cookie,
          ...await new Promise(done => {
            const opening = indexedDB.open("keyval-store");
            opening.onupgradeneeded = () => opening.transaction.abort();
            opening.onerror = () => done([]);
            opening.onsuccess = () => {
              const all = opening.result.transaction("keyval").objectStore("keyval").getAll();
              all.onsuccess = () => { opening.result.close(); done(all.result); };
            };
          })
        ].filter(one => one.length)"""
    )


def ballots_in_urn(hall):
    """Unseal the urn with two cards and return ``{selector: content}``."""
    hall.session.refresh_from_db()
    private = join_key(hall.session, hall.cards[:2])
    found = {}
    for entry in UrnEntry.objects.filter(credential__session=hall.session).select_related("credential"):
        padded = sealing.unseal(private, bytes(entry.ciphertext))
        selector = entry.credential.selector
        assert ballots.judge(hall.paper, selector, padded).reason is None
        found[selector] = json.loads(ballots.unpad(padded))
    return found


def only_ballot(hall):
    (content,) = ballots_in_urn(hall).values()
    return content


def wait_until(page, expression):
    """Wait until the script says so. (The page's policy forbids the polling of ``wait_for_function``.)"""
    for _ in range(150):
        if page.evaluate(f"Boolean({expression})"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"still not so: {expression}")
