"""After the last tap: offline, captive portals, two devices, refusals, QR codes. Fault cases F21–F30 of the reliability reference."""

import base64
import json
import zlib

import pytest
from playwright.sync_api import expect

from apps.evaluations import services
from apps.evaluations.domain import crockford
from apps.evaluations.models import UrnEntry
from apps.evaluations.services import void_slip
from apps.evaluations.services.voting import open_voting
from config.launcher.project import this_project
from tests.evaluations.browser.forms import EVERY_KIND, ONE_GRADE, make_form_hall
from tests.evaluations.browser.steps import (
    address,
    counted,
    fill_quickly,
    on_device,
    only_ballot,
    ready_to_send,
    send,
    to_review,
    wait_until,
)
from tests.factories.evaluations import AT, pass_rehearsal
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAITING = "正在自动重发"


@pytest.fixture
def hall(transactional_db):
    return make_form_hall(ONE_GRADE)


def test_ballot_arrives_and_leaves_nothing_behind(live_server, hall, phone):
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    before = on_device(phone)
    send(phone)
    counted(phone)

    tracker = UrnEntry.objects.get().tracker
    assert before != []
    assert phone.locator("#tracker").inner_text() == crockford.in_fours(tracker)
    assert on_device(phone) == []
    assert phone.locator("form").count() == 0
    assert phone.evaluate("history.length") == 2  # a blank window and this page
    assert "#" not in phone.url
    assert {row["overall"] for row in only_ballot(hall)["m"]["1"].values()} == {"good"}


def test_words_are_gone_after_going_back_and_forward(live_server, phone, transactional_db):
    hall = make_form_hall(EVERY_KIND)
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    phone.locator("#begin").click()
    phone.locator(".person.now textarea").fill("暗号甲乙丙")
    to_review(phone)
    send(phone)
    counted(phone)

    phone.goto("about:blank")
    phone.go_back()
    phone.locator("#begin").wait_for()
    values = phone.evaluate(
        "Array.from(document.querySelectorAll('textarea')).map(one => one.value).join('')"
    )

    assert values == ""
    assert phone.evaluate("document.querySelectorAll('input[type=radio]:checked').length") == 0
    assert on_device(phone) == []


def test_ten_minutes_offline(live_server, hall, phone):
    phone.clock.install()
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    phone.context.set_offline(True)
    send(phone)
    phone.get_by_text(WAITING).wait_for()

    phone.clock.run_for(10 * 60_000)
    kept = phone.locator("#step-kept").inner_text()
    words = phone.locator("#sending-words").inner_text()
    stored = json.loads(on_device(phone)[-1])
    phone.context.set_offline(False)
    wait_until(phone, "navigator.onLine")
    phone.clock.run_for(1_600)  # phones spread over a second and a half
    counted(phone)

    assert kept == "✓ 已保存在本机"
    assert "关掉本页也不会丢" in words
    assert set(stored) == {"session", "selector", "secret", "ciphertext", "key"}
    assert UrnEntry.objects.count() == 1
    assert on_device(phone) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "body": "<html>请登录网络</html>", "content_type": "text/html"},
        {"status": 200, "body": '{"tracker": "0000000000000000"}', "content_type": "application/json"},
        {"status": 200, "body": "null", "content_type": "application/json"},
        {"status": 403, "body": "<html>禁止</html>", "content_type": "text/html"},
        {"status": 502, "body": '{"code": "x", "detail": "y"}', "content_type": "application/json"},
    ],
    ids=["portal", "other tracker", "no object", "proxy page", "gateway"],
)
def test_answer_of_somebody_else_is_not_taken_for_success(live_server, hall, phone, answer):
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    for path in ("**/submit", "**/status"):
        phone.route(path, lambda route: route.fulfill(**answer))
    send(phone)
    phone.get_by_text(WAITING).wait_for()
    none = UrnEntry.objects.count()
    phone.unroute("**/submit")
    phone.unroute("**/status")
    counted(phone)

    assert (none, UrnEntry.objects.count()) == (0, 1)


def test_answer_lost_after_the_ballot_was_taken(live_server, hall, phone):
    """The page asks what became of it and does not send it again."""
    sent = []
    ready_to_send(phone, live_server, hall, hall.all_slips[0])

    def lose(route):
        sent.append(route.fetch())
        route.abort()

    phone.route("**/submit", lose)
    send(phone)
    counted(phone)

    assert len(sent) == 1
    assert UrnEntry.objects.count() == 1


def test_ballot_left_behind_is_sent_when_the_page_opens_again(live_server, hall, open_window):
    first = open_window(PHONE)
    ready_to_send(first, live_server, hall, hall.all_slips[0])
    first.context.set_offline(True)
    send(first)
    first.get_by_text(WAITING).wait_for()
    first.close()
    first.context.set_offline(False)

    again = first.context.new_page()
    again.goto(address(live_server, hall))
    counted(again)

    assert UrnEntry.objects.count() == 1
    assert on_device(again) == []


def test_ballot_that_came_too_late_is_told_of_after_closing(live_server, hall, open_window):
    first = open_window(PHONE)
    ready_to_send(first, live_server, hall, hall.all_slips[0])
    first.context.set_offline(True)
    send(first)
    first.get_by_text(WAITING).wait_for()
    first.close()
    hall.close()
    first.context.set_offline(False)

    again = first.context.new_page()
    again.goto(address(live_server, hall))
    again.get_by_text("本次提交没有计入").wait_for()

    assert UrnEntry.objects.count() == 0
    assert on_device(again) == []


def wait_for_ballot(page):
    """Wait until the urn has it, whatever the page knows of that."""
    for _ in range(300):
        if UrnEntry.objects.exists():
            return
        page.wait_for_timeout(50)
    raise AssertionError("no ballot came")


def test_ballot_taken_before_closing_is_confirmed_after_it(live_server, hall, open_window):
    first = open_window(PHONE)
    ready_to_send(first, live_server, hall, hall.all_slips[0])
    first.route("**/submit", lambda route: (route.fetch(), route.abort()))
    first.route("**/status", lambda route: route.abort())
    send(first)
    first.get_by_text(WAITING).wait_for()  # also said while the first request is still under way
    wait_for_ballot(first)
    first.close()
    hall.close()

    again = first.context.new_page()
    again.goto(address(live_server, hall))
    counted(again)

    assert again.locator("#tracker").inner_text() == crockford.in_fours(UrnEntry.objects.get().tracker)


def test_two_devices_with_one_slip(live_server, hall, open_window):
    """What waits on the first device never replaces the newer ballot unasked."""
    slip = hall.all_slips[0]
    first, second = open_window(PHONE), open_window(PHONE)
    ready_to_send(first, live_server, hall, slip)
    first.context.set_offline(True)
    send(first)
    first.get_by_text(WAITING).wait_for()
    second.goto(address(live_server, hall, slip))
    second.locator("#begin").click()
    fill_quickly(second, 3)
    to_review(second)
    send(second)
    counted(second)

    first.context.set_offline(False)
    first.get_by_text("已在别的设备上交过").wait_for(timeout=15_000)
    untouched = only_ballot(hall)["m"]["1"]
    first.locator("#replace").click()
    counted(first)

    assert {row["overall"] for row in untouched.values()} == {"poor"}
    assert {row["overall"] for row in only_ballot(hall)["m"]["1"].values()} == {"good"}


def test_without_indexeddb_and_without_any_store(live_server, hall, open_window):
    broken = "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('private'); } });"
    none = (
        broken + "Object.defineProperty(window, 'localStorage', { get() { throw new Error('private'); } });"
    )
    kept = []
    for slip, script in zip(hall.all_slips, (broken, none), strict=False):
        page = open_window(PHONE)
        page.add_init_script(script)
        ready_to_send(page, live_server, hall, slip)
        page.context.set_offline(True)
        send(page)
        page.get_by_text(WAITING).wait_for()
        kept.append((page.locator("#step-kept").inner_text(), page.locator("#sending-words").inner_text()))
        page.context.set_offline(False)
        counted(page)

    assert kept[0][0] == "✓ 已保存在本机"
    assert kept[1][0] == "○ 已加密，在本页里"
    assert "请不要关闭本页" in kept[1][1]
    assert UrnEntry.objects.count() == 2


def test_clock_of_the_device_a_day_off(live_server, hall, phone):
    phone.clock.install(time="2030-01-01T00:00:00")
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    send(phone)
    counted(phone)

    assert UrnEntry.objects.count() == 1


def test_refusal_keeps_the_answers(live_server, hall, phone):
    bad, good = hall.all_slips[:2]
    ready_to_send(phone, live_server, hall, bad)
    void_slip(hall.session.pk, selector=bad.selector, actor=hall.actor, at=AT)
    send(phone)
    phone.get_by_text("已经作废").wait_for()

    answers = phone.locator("input[type=radio]:checked").count()
    phone.locator("#code").fill(good.typed_code)
    send(phone)
    counted(phone)

    assert answers == 3
    assert UrnEntry.objects.get().credential.selector == good.selector


def test_page_opened_before_the_start(live_server, phone, transactional_db):
    hall = make_form_hall(ONE_GRADE, state="rehearsed")
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    send(phone)
    phone.locator("#status", has_text="还没有开始投票").wait_for()
    kept = phone.locator("input[type=radio]:checked").count()
    open_voting(hall.session.pk, actor=hall.actor, at=AT)
    send(phone)
    counted(phone)

    assert kept == 3
    assert UrnEntry.objects.count() == 1


def test_page_opened_before_the_key_was_changed(live_server, phone, transactional_db):
    """A ballot sealed to a former key could never be opened: it is refused, and the answers survive the fresh page."""
    hall = make_form_hall(ONE_GRADE, state="keyed")
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    printed = services.make_key(hall.session.pk, actor=hall.actor, at=AT)
    hall.cards = [card.text for card in printed.cards]
    services.try_cards(hall.session.pk, cards=hall.cards[1:], actor=hall.actor, at=AT)
    pass_rehearsal(hall.session)
    open_voting(hall.session.pk, actor=hall.actor, at=AT)
    send(phone)
    phone.locator("#status", has_text="换过密钥").wait_for()
    kept = phone.locator("input[type=radio]:checked").count()
    phone.wait_for_timeout(500)

    phone.reload()
    phone.get_by_text("已恢复上次填写（3/3）").wait_for()
    phone.locator("#begin").click()
    to_review(phone)
    send(phone)
    counted(phone)

    assert kept == 3
    assert {row["overall"] for row in only_ballot(hall)["m"]["1"].values()} == {"good"}


def test_network_that_flaps_every_three_seconds(live_server, hall, phone):
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    phone.context.set_offline(True)
    send(phone)
    for _ in range(3):
        phone.wait_for_timeout(1_500)
        phone.context.set_offline(False)
        phone.wait_for_timeout(300)
        phone.context.set_offline(True)
    phone.context.set_offline(False)
    counted(phone, timeout=30_000)

    assert UrnEntry.objects.count() == 1


def test_store_emptied_by_the_device_while_waiting(live_server, hall, phone):
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    phone.context.set_offline(True)
    send(phone)
    phone.get_by_text(WAITING).wait_for()

    phone.evaluate("indexedDB.deleteDatabase('keyval-store'); localStorage.clear(); sessionStorage.clear()")
    phone.context.set_offline(False)
    counted(phone, timeout=30_000)

    assert UrnEntry.objects.count() == 1


def test_sealed_ballot_shown_as_qr_codes(live_server, phone, transactional_db):
    hall = make_form_hall(EVERY_KIND, n_reviewees=2)
    ready_to_send(phone, live_server, hall, hall.all_slips[0])
    wait_until(phone, "window.SPKFrames && window.SPKQrcode")
    phone.context.set_offline(True)
    send(phone)
    phone.locator("#qr-open").tap(timeout=20_000)
    phone.locator("#qr-pause").tap()
    n = int(phone.locator("#qr-count").inner_text().split("共")[1].split()[0])
    stored = json.loads(on_device(phone)[-1])

    phone.evaluate((this_project().assets / "evaluations/jsqr.js").read_text(encoding="utf-8"))
    frames = {}
    for _ in range(n):
        text = _read(phone)
        mark, index, total, crc, piece = text.split("|")
        assert (mark, int(total)) == ("SPKQ1", n)
        frames[int(index)] = piece
        phone.locator("#qr-next").tap()

    whole = base64.urlsafe_b64decode("".join(frames[i] for i in range(1, n + 1)) + "==")
    parcel = json.loads(whole)
    assert f"{zlib.crc32(whole):08x}" == crc
    assert parcel == {key: stored[key] for key in ("session", "selector", "secret", "ciphertext", "key")}
    expect(phone.locator("#qr-tracker")).to_be_visible()
    assert len(base64.b64decode(parcel["ciphertext"])) == hall.session.pad_bytes + 49


def _read(page):
    """Read the QR code on the screen with the steward page's own reader."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector("#qr-picture canvas");
          const seen = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return (window.jsQR.default || window.jsQR)(seen.data, seen.width, seen.height).data;
        }"""
    )


def test_drafts_survive_reload_and_a_killed_browser(live_server, hall, open_window):
    slip, other = hall.all_slips[:2]
    page = open_window(PHONE)
    page.goto(address(live_server, hall, slip))
    page.locator("#begin").click()
    fill_quickly(page)
    page.wait_for_timeout(700)

    page.reload()
    page.get_by_text("已恢复上次填写（3/3）").wait_for()
    page.close()
    again = page.context.new_page()
    again.goto(address(live_server, hall, slip))
    again.get_by_text("已恢复上次填写（3/3）").wait_for()
    again.close()
    neighbour = page.context.new_page()
    neighbour.goto(address(live_server, hall, other))
    neighbour.locator("#begin").click()

    assert neighbour.locator("input[type=radio]:checked").count() == 0
    assert not neighbour.locator("#draft-note").is_visible()


def test_draft_is_cleared_on_demand(live_server, hall, phone):
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    phone.locator("#begin").click()
    fill_quickly(phone)
    phone.wait_for_timeout(700)
    phone.goto("about:blank")
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.locator("#draft-wipe").tap()
    phone.get_by_text("已清空").wait_for()

    assert phone.locator("input[type=radio]:checked").count() == 0
    assert [one for one in on_device(phone) if "draft" in one[0]] == []


def test_draft_of_another_form_or_a_closed_session_is_wiped(live_server, hall, phone):
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    phone.locator("#begin").click()
    fill_quickly(phone)
    phone.wait_for_timeout(700)
    phone.evaluate("key => SPKStore.set(key, 'x')", f"spk-draft-{hall.session.pk}-{16 * '0'}-ABCD")
    phone.goto("about:blank")
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    phone.get_by_text("已恢复上次填写").wait_for()
    keys = "SPKStore.keys('spk-draft').then(keys => keys.length)"
    after_change = phone.evaluate(keys)
    hall.close()
    phone.reload()
    phone.get_by_text("投票已经截止").wait_for()
    phone.wait_for_timeout(300)

    assert (after_change, phone.evaluate(keys)) == (1, 0)


def test_scanning_another_slip_on_the_same_page_starts_afresh(live_server, hall, phone):
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    phone.locator("#begin").click()
    fill_quickly(phone)
    phone.evaluate("fragment => { location.hash = fragment; }", hall.all_slips[1].fragment)
    phone.locator("#begin").wait_for()
    phone.locator("#begin").click()

    assert phone.locator("input[type=radio]:checked").count() == 0
