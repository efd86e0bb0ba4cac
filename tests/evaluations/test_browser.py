"""The casting page in a real Chromium: rules against known answers, casting by tapping, offline, without scripts."""

import hashlib

import pytest
from django.urls import reverse
from nacl.public import PrivateKey

from apps.evaluations.domain import ballots, crockford, sealing
from apps.evaluations.domain.ballot_papers import from_description
from apps.evaluations.models import UrnEntry
from apps.evaluations.selectors import mark_rows
from tests.factories.evaluations import make_hall
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db):
    return make_hall(n_reviewees=3, n_slips=4)


def address(live_server, hall, slip=None):
    path = reverse("evaluations:cast", args=[hall.session.pk])
    return f"{live_server.url}{path}" + (f"#{slip.fragment}" if slip else "")


def tap_all(page, label="好"):
    """Answer everybody, one person per screen, and go to the review."""
    people = page.locator(".person")
    for n in range(people.count()):
        person = people.nth(n)
        for item in person.locator(".item").all():
            item.locator("label", has_text=label).first.tap()
        page.locator("#next").tap()


def open_urn_and_read(hall):
    hall.close()
    hall.open()
    return list(mark_rows(hall.session.cycle_id))


def test_known_answers_of_the_rules(live_server, hall, page):
    page.goto(address(live_server, hall))
    data = bytes(range(256)) * 7
    lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]

    hashes = page.evaluate(
        "([all, lengths]) => lengths.map(n => Array.from(SPKBallot.sha256(new Uint8Array(all.slice(0, n)))))",
        [list(data), lengths],
    )
    tracker = page.evaluate("all => SPKBallot.trackerOf(new Uint8Array(all))", list(data))
    checks = page.evaluate(
        "codes => codes.map(code => SPKBallot.isChecked(code))",
        ["7KQ2ABCDEFGHJKMB", "7KQ2ABCDEFGHJKMC", "ZZZZZZZZZZZZZZZN", "7KQ2ABCDEFGHJMKB"],
    )

    assert [bytes(one) for one in hashes] == [hashlib.sha256(data[:n]).digest() for n in lengths]
    assert tracker == sealing.tracker_of(data)
    assert checks == [True, False, True, False]


def test_codes_are_read_as_on_the_server(live_server, hall, page):
    page.goto(address(live_server, hall))
    slip = hall.all_slips[0]
    sloppy = slip.typed_code.lower().replace("0", "o").replace("1", "l").replace("-", " ")

    typed = page.evaluate("text => SPKBallot.readTypedCode(text)", sloppy)
    scanned = page.evaluate("text => SPKBallot.readFragment(text)", "#" + slip.fragment)
    bad = page.evaluate("SPKBallot.readTypedCode('0000 0000 0000 0001')")
    cut = page.evaluate("text => SPKBallot.readFragment(text)", slip.fragment[:-1])

    assert typed == {"selector": slip.selector, "secret": slip.typed}
    assert scanned == {"selector": slip.selector, "secret": slip.fragment[4:]}
    assert (bad, cut) == (None, None)


def test_text_padding_and_seal_are_those_of_the_server(live_server, hall, page):
    page.goto(address(live_server, hall))
    paper = from_description(hall.session.form)
    marks = hall.marks("good", None, "poor")
    private = PrivateKey.generate()

    text = page.evaluate(
        "([s, f, c, m]) => SPKBallot.ballotText(s, f, c, m)",
        [hall.session.pk, paper.form_hash, "ABCD", marks],
    )
    padded = page.evaluate("([t, n]) => Array.from(SPKBallot.pad(t, n))", [text, hall.session.pad_bytes])
    envelope = page.evaluate(
        "([key, padded]) => Array.from(SPKBallot.envelope(SPKSeal.seal, new Uint8Array(key), new Uint8Array(padded)))",
        [list(bytes(private.public_key)), padded],
    )

    assert text.encode() == ballots.ballot_text(paper, "ABCD", marks)
    assert bytes(padded) == ballots.pad(text.encode(), hall.session.pad_bytes)
    assert sealing.unseal(bytes(private), bytes(envelope)) == bytes(padded)


def test_ballot_cast_by_tapping_on_a_phone(live_server, hall, phone):
    slip = hall.all_slips[0]
    phone.goto(address(live_server, hall, slip))

    hidden = phone.evaluate("location.hash + location.href.includes('#')")
    tap_all(phone)
    words = phone.locator("#review-words").inner_text()
    phone.locator("#send").tap()
    phone.locator("#done h2").wait_for()

    assert hidden == "false"
    assert "3 人全部填完" in words
    tracker = UrnEntry.objects.get().tracker
    assert phone.locator("#tracker").inner_text() == crockford.in_fours(tracker)
    assert phone.locator("form").count() == 0
    assert phone.evaluate("localStorage.length + document.cookie.length") == 0
    rows = open_urn_and_read(hall)
    assert {grade for _, _, marks in rows for grade in marks.values()} == {"good"}
    assert len(rows) == 3


def test_typed_code_progress_and_jump_to_the_unfilled(live_server, hall, phone):
    slip = hall.all_slips[1]
    phone.goto(address(live_server, hall))
    second = phone.locator(".person").nth(1)

    phone.locator("#next").tap()
    for item in second.locator(".item").all():
        item.locator("label", has_text="较好").tap()
    progress = phone.locator("#jump").inner_text()
    phone.locator("#jump").tap()
    shown = phone.locator(".person.now .no").inner_text()
    phone.locator("#next").tap()
    words = phone.locator("#review-words").inner_text()
    phone.locator("#send").tap()
    asked = phone.locator("#status").inner_text()
    phone.locator("#code").fill(slip.typed_code[:-1])
    phone.locator("#send").tap()
    wrong = phone.locator("#code-error").is_visible()
    phone.locator("#code").fill(slip.typed_code.lower())
    phone.locator("#send").tap()
    phone.locator("#done h2").wait_for()

    assert progress.split() == ["1/3", "跳到未填"]
    assert shown.startswith("第 3 位")
    assert "还有 2 人没有填全" in words
    assert "请输入票上的 16 位票码" in asked
    assert wrong
    rows = open_urn_and_read(hall)
    assert sorted(len(marks) for _, _, marks in rows) == [
        0,
        0,
        hall.session.cycle.scheme.ballot_items.count(),
    ]


def test_whole_matrix_by_choice(live_server, hall, phone):
    phone.goto(address(live_server, hall, hall.all_slips[0]))

    before = phone.locator(".person:visible").count()
    phone.locator("#mode").tap()
    after = phone.locator(".person:visible").count()
    phone.locator("#next").tap()

    assert (before, after) == (1, 3)
    assert phone.locator("#review").is_visible()


def test_ballot_is_kept_and_sent_again_when_the_network_fails(live_server, hall, phone):
    slip = hall.all_slips[0]
    phone.goto(address(live_server, hall, slip))
    tap_all(phone)
    phone.context.set_offline(True)
    phone.locator("#send").tap()
    phone.get_by_text("正在自动重发").wait_for()

    kept = phone.evaluate("JSON.parse(localStorage.getItem(localStorage.key(0)))")
    phone.context.set_offline(False)
    phone.locator("#done h2").wait_for(timeout=15_000)

    assert set(kept) == {"selector", "secret", "ciphertext"}
    assert UrnEntry.objects.count() == 1
    assert phone.evaluate("localStorage.length") == 0


def test_a_page_of_somebody_else_is_not_taken_for_success(live_server, hall, phone):
    """A captive portal answers 200 with its own page."""
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    tap_all(phone)
    phone.route("**/submit", lambda route: route.fulfill(status=200, body="<html>请登录网络</html>"))
    phone.locator("#send").tap()
    phone.get_by_text("正在自动重发").wait_for()
    phone.unroute("**/submit")
    phone.locator("#done h2").wait_for(timeout=15_000)

    assert UrnEntry.objects.count() == 1


def test_sealed_ballot_left_behind_is_sent_when_the_page_opens_again(live_server, hall, phone):
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    tap_all(phone)
    phone.route("**/submit", lambda route: route.abort())
    phone.locator("#send").tap()
    phone.get_by_text("正在自动重发").wait_for()
    phone.unroute("**/submit")

    phone.on("dialog", lambda dialog: dialog.accept())
    phone.goto("about:blank")
    phone.goto(address(live_server, hall))
    phone.locator("#done h2").wait_for(timeout=15_000)

    assert UrnEntry.objects.count() == 1


def test_refusal_keeps_the_answers(live_server, hall, phone):
    from apps.evaluations.services import void_slip
    from tests.factories.evaluations import AT

    bad, good = hall.all_slips[:2]
    phone.goto(address(live_server, hall, bad))
    tap_all(phone)
    void_slip(hall.session.pk, selector=bad.selector, actor=hall.actor, at=AT)
    phone.locator("#send").tap()
    phone.get_by_text("已经作废").wait_for()

    assert phone.locator("input:checked").count() == 3 * hall.session.cycle.scheme.ballot_items.count()
    assert phone.evaluate("localStorage.length") == 0
    phone.locator("#code").fill(good.typed_code)
    phone.locator("#send").tap()
    phone.locator("#done h2").wait_for()
    assert UrnEntry.objects.count() == 1


def test_casting_without_scripts(live_server, hall, open_window):
    page = open_window(PHONE, java_script_enabled=False)
    slip = hall.all_slips[2]
    page.goto(address(live_server, hall))
    for box in page.locator(".item input[value=good]").all():
        box.click()
    page.locator("#code").fill(slip.typed_code)
    page.locator("#send").click()

    assert page.locator("#done h2").inner_text() == "已送达"
    assert {grade for _, _, marks in open_urn_and_read(hall) for grade in marks.values()} == {"good"}


def test_text_and_targets_are_large_enough(live_server, hall, phone):
    phone.goto(address(live_server, hall, hall.all_slips[0]))

    smallest_text = phone.evaluate(
        """() => Math.min(...Array.from(document.querySelectorAll("body *")).filter(e => e.offsetParent && e.innerText)
              .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    targets = phone.evaluate(
        """() => Array.from(document.querySelectorAll("button, .options label")).filter(e => e.offsetParent)
              .map(e => e.getBoundingClientRect()).map(r => [r.width, r.height])"""
    )
    sideways = phone.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert smallest_text >= 18
    assert [(w, h) for w, h in targets if w < 60 or h < 60] == []
    assert sideways <= 0


def test_page_works_by_keyboard(live_server, hall, page):
    page.goto(address(live_server, hall, hall.all_slips[0]))
    n_items = hall.session.cycle.scheme.ballot_items.count()
    for _ in range(3):
        page.locator(".person.now input").first.focus()
        for _ in range(n_items):
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
        page.locator("#next").focus()
        page.keyboard.press("Enter")
    page.locator("#send").focus()
    page.keyboard.press("Enter")
    page.locator("#done h2").wait_for()

    assert len(open_urn_and_read(hall)) == 3


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
