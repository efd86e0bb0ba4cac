"""The steward's desk and the hall screen in a real Chromium."""

import base64
import io
import json
import zlib
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from apps.evaluations.domain.slips import secret_text
from apps.evaluations.domain.states import Screen
from apps.evaluations.models import UrnEntry
from apps.evaluations.pdf import SlipSheet, slips_pdf
from apps.evaluations.services import switch_screens
from apps.meetings import services as meetings
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_session
from tests.factories.meetings import make_meeting
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIECE = 420
BIG = {"width": 1920, "height": 1080}


@pytest.fixture
def hall(transactional_db):
    return make_hall(n_slips=3)


def sign_in(page, live_server, client, session):
    user = make_user(role="clerk", scope=session.cycle.host)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


@pytest.fixture
def desk(page, live_server, client, hall):
    sign_in(page, live_server, client, hall.session)
    page.goto(live_server.url + reverse("evaluations:steward", args=[hall.session.pk]))
    return page


def frames_of(hall, slip, *, session=None, grades=("good",)):
    """What a phone shows that cannot send."""
    parcel = {
        "session": session or hall.session.pk,
        "selector": slip.selector,
        "secret": secret_text(slip.secret),
        "ciphertext": base64.b64encode(hall.seal(slip, hall.marks(*grades))).decode(),
    }
    whole = json.dumps(parcel, separators=(",", ":")).encode()
    text = base64.urlsafe_b64encode(whole).decode().rstrip("=")
    pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    return [
        f"SPKQ1|{n}|{len(pieces)}|{zlib.crc32(whole):08x}|{piece}" for n, piece in enumerate(pieces, start=1)
    ]


def scan(desk, *frames):
    """A hand scanner types what it reads and presses Enter."""
    for frame in frames:
        desk.locator("[data-frame]").fill(frame)
        desk.locator("[data-frame]").press("Enter")


def test_sealed_ballot_is_taken_over_by_a_hand_scanner(desk, hall):
    frames = frames_of(hall, hall.all_slips[0])
    first, *others = reversed(frames)  # the order does not matter, nor does scanning twice

    scan(desk, first, first)
    count = desk.locator("[data-count]").inner_text()
    scan(desk, *others)
    desk.locator("[data-done]").wait_for()

    entry = UrnEntry.objects.get()
    assert count.startswith(f"已扫到 1 / {len(frames)} 个")
    assert desk.locator("[data-tracker]").inner_text().replace("-", "") == entry.tracker
    assert entry.credential.selector == hall.all_slips[0].selector


def test_frames_made_by_the_phone_s_own_script_are_understood(desk, hall, live_server, open_window):
    slip = hall.all_slips[0]
    parcel = {
        "session": hall.session.pk,
        "selector": slip.selector,
        "secret": secret_text(slip.secret),
        "ciphertext": base64.b64encode(hall.seal(slip, hall.marks("good"))).decode(),
    }
    phone = open_window(PHONE)
    phone.goto(live_server.url + reverse("evaluations:cast", args=[hall.session.pk]))
    phone.add_script_tag(url=f"{live_server.url}/static/evaluations/frames.js")

    scan(desk, *phone.evaluate("parcel => SPKFrames.texts(parcel)", parcel))
    desk.locator("[data-done]").wait_for()

    assert UrnEntry.objects.get().credential.selector == slip.selector


def test_nothing_of_a_parcel_stays_in_the_steward_s_browser(desk, hall):
    slip = hall.all_slips[0]
    scan(desk, *frames_of(hall, slip))
    desk.locator("[data-done]").wait_for()

    kept = desk.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")

    assert secret_text(slip.secret) not in kept + desk.content()
    assert slip.selector not in kept
    assert desk.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert desk.locator("[data-frame]").input_value() == ""


def test_frames_of_two_phones_do_not_mix(desk, hall):
    one, other = (frames_of(hall, slip) for slip in hall.all_slips[:2])

    scan(desk, one[0], *other)
    desk.locator("[data-done]").wait_for()

    assert UrnEntry.objects.get().credential.selector == hall.all_slips[1].selector


def test_spoiled_frames_are_not_sent(desk, hall):
    frames = frames_of(hall, hall.all_slips[0])
    frames[-1] = frames[-1][:-4] + "AAAA"

    scan(desk, *frames)

    desk.get_by_text("拼不起来").wait_for()
    assert not UrnEntry.objects.exists()


def test_ballot_of_another_session_and_a_strange_code_are_refused_in_words(desk, hall):
    scan(desk, *frames_of(hall, hall.all_slips[0], session=hall.session.pk + 1))
    desk.get_by_text("不属于本场次").wait_for()
    scan(desk, "https://example.org/")
    desk.get_by_text("不是密封选票的二维码").wait_for()

    assert not UrnEntry.objects.exists()


def test_refusal_of_the_urn_is_shown(desk, hall):
    from apps.evaluations.services import void_slip

    slip = hall.all_slips[0]
    frames = frames_of(hall, slip)
    void_slip(hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT)

    scan(desk, *frames)

    desk.get_by_text("已经作废").wait_for()


def test_parcel_is_kept_and_sent_again_while_the_server_is_out_of_reach(desk, hall):
    desk.route("**/submit", lambda route: route.abort())
    scan(desk, *frames_of(hall, hall.all_slips[0]))
    desk.get_by_text("正在自动再试").wait_for()
    desk.unroute("**/submit")

    desk.locator("[data-done]").wait_for()
    assert UrnEntry.objects.count() == 1


def test_photos_of_the_frames_are_read(desk, hall):
    pictures = []
    for n, frame in enumerate(frames_of(hall, hall.all_slips[0])):
        out = io.BytesIO()
        code = zxingcpp.create_barcode(frame, zxingcpp.BarcodeFormat.QRCode, ec_level="L").to_image(scale=6)
        Image.frombytes("L", code.shape[::-1], bytes(memoryview(code))).save(out, "png")
        pictures.append({"name": f"{n}.png", "mimeType": "image/png", "buffer": out.getvalue()})

    desk.locator("[data-photo]").set_input_files(pictures)
    desk.locator("[data-done]").wait_for()

    assert UrnEntry.objects.count() == 1


def test_printed_slip_is_read_from_a_photo(desk, hall, live_server):
    slip = hall.all_slips[0]
    hall.cast(slip)
    sheet = SlipSheet("测评", f"{live_server.url}{reverse('evaluations:cast', args=[hall.session.pk])}")
    paper = pypdfium2.PdfDocument(slips_pdf(sheet, [slip]))[0].render(scale=3).to_pil()
    out = io.BytesIO()
    paper.crop((0, 0, paper.width // 2, paper.height // 4)).save(out, "PNG")
    sent = []
    desk.on("request", lambda request: sent.append(request.post_data or ""))

    photo = {"name": "slip.png", "mimeType": "image/png", "buffer": out.getvalue()}
    desk.locator("[data-slip-photo] input").set_input_files([photo])
    desk.locator("#slip-answer").get_by_text("已交", exact=True).wait_for()

    assert any(f"selector={slip.selector}" in body for body in sent)
    assert not any(secret_text(slip.secret) in body for body in sent)


def test_hand_scanner_at_the_slip_field_sends_the_number_only(desk, hall):
    slip = hall.all_slips[0]
    sent = []
    desk.on("request", lambda request: sent.append(request.post_data or ""))

    field = desk.locator("#id_selector")
    field.fill(f"http://10.0.0.1/evaluations/cast/1#{slip.fragment}")
    field.press("Enter")
    desk.locator("#slip-answer").get_by_text("未交", exact=True).wait_for()

    assert not any(secret_text(slip.secret) in body for body in sent)
    assert field.input_value() == ""


@pytest.fixture
def meeting_hall(transactional_db):
    cycle = make_cycle(stage="meeting")
    people = [make_reviewee(cycle=cycle) for _ in range(3)]
    meeting = make_meeting(cycle=cycle, speakers=people, minutes_each=2)
    return make_session(cycle=cycle, meeting=meeting), meeting, people


def hall_url(live_server, session):
    return live_server.url + reverse("evaluations:hall", args=[session.hall_key])


def test_screen_follows_the_remote_control_and_runs_the_clock(live_server, meeting_hall, open_window):
    session, meeting, people = meeting_hall
    clerk = make_user(role="clerk", scope=session.cycle.host)
    screen = open_window(BIG)
    screen.goto(hall_url(live_server, session))
    screen.get_by_text("用手机相机扫自己测评票上的二维码").wait_for()

    switch_screens(session.pk, screen=Screen.AGENDA, actor=clerk, at=AT)
    meetings.call_speaker(meeting.pk, reviewee_id=people[0].pk, actor=clerk, at=timezone.now())
    meetings.start_clock(meeting.pk, actor=clerk, at=timezone.now())
    cache.clear()
    screen.locator("[data-clock]").wait_for(timeout=15_000)

    assert screen.locator(".floor h2").inner_text() == people[0].name
    assert screen.locator("[data-clock]").inner_text().startswith("1:")
    screen.get_by_text("述职中").wait_for()


def test_last_minute_is_said_in_words_not_by_colour_alone(live_server, meeting_hall, open_window):
    session, meeting, people = meeting_hall
    clerk = make_user(role="clerk", scope=session.cycle.host)
    start = timezone.now() - timedelta(seconds=75)
    meetings.call_speaker(meeting.pk, reviewee_id=people[0].pk, actor=clerk, at=start)
    meetings.start_clock(meeting.pk, actor=clerk, at=start)
    screen = open_window(BIG)
    screen.goto(hall_url(live_server, session) + "?view=agenda")

    screen.get_by_text("最后 60 秒").wait_for()
    assert "is-warning" in screen.locator(".floor").get_attribute("class")


def test_screen_out_of_reach_says_so_and_keeps_its_picture(live_server, hall, open_window):
    screen = open_window(BIG)
    screen.goto(hall_url(live_server, hall.session) + "?view=turnout")
    screen.route("**/part/**", lambda route: route.abort())
    screen.reload()
    screen.get_by_text("暂时连不上服务器").wait_for()

    assert screen.locator("table.turnout").is_visible()


@pytest.mark.parametrize("view", [screen.value for screen in Screen])
@pytest.mark.parametrize("viewport", [BIG, {"width": 1366, "height": 768}, PHONE])
def test_every_picture_fits_its_screen(live_server, hall, meeting_hall, open_window, view, viewport):
    session, meeting, people = meeting_hall
    clerk = make_user(role="clerk", scope=session.cycle.host)
    meetings.call_speaker(meeting.pk, reviewee_id=people[0].pk, actor=clerk, at=timezone.now())
    screen = open_window(viewport)
    screen.goto(hall_url(live_server, session) + f"?view={view}")

    over = screen.evaluate(
        "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
    )
    smallest = screen.evaluate(
        """() => Math.min(...Array.from(document.querySelectorAll("main *")).filter(e => e.innerText && !e.children.length
              && e.className !== "sr").map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert over[0] <= 0
    assert viewport == PHONE or over[1] <= 0
    assert smallest >= (18 if viewport == PHONE else 16 if viewport["width"] < 1920 else 22)
