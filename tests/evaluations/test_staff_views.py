"""Pages on which staff set a session up, hold the ceremony, rehearse, print and handle slips."""

from io import BytesIO

import pdfplumber
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.evaluations.models import Credential, EvaluationSession, UrnEntry
from apps.evaluations.services import seal_and_cast
from apps.evaluations.services.rehearsals import start_rehearsal
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_session, make_session_hall, pass_rehearsal
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.django_db
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def url(name, session, **more):
    return reverse(f"evaluations:{name}", kwargs={"session_id": session.pk} | more)


def sign_in(client, session):
    client.force_login(make_user(role="clerk", scope=session.cycle.host), backend=MODEL_BACKEND)
    return client


@pytest.fixture
def hall():
    return make_hall()


@pytest.fixture
def staff(client, hall):
    return sign_in(client, hall.session)


def pdf_pages(response):
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store, private"
    with pdfplumber.open(BytesIO(response.content)) as document:
        return [page.extract_text() or "" for page in document.pages]


def card_texts(response):
    """Read the three cards off the printed pages; the fourth page is the hold."""
    texts = []
    for page in pdf_pages(response)[:3]:
        groups = [w for w in page.split() if len(w) == 4 and w.isascii() and w.isalnum() and w.upper() == w]
        start = groups.index("SPK1")
        texts.append("-".join(groups[start : start + 19]))
    return texts


def typed_code(response):
    return next(word for word in pdf_pages(response)[0].split() if word.count("-") == 3)


def form_data(cycle, n="7", **more):
    planned = {f"planned_{group.pk}": n for group in cycle.scheme.voter_groups.all()}
    papers = [paper.pk for paper in cycle.scheme.papers.all()]
    return {"title": "第二场", "meeting": "", "notes": "", "halls": "", "papers": papers} | planned | more


def test_session_list_costs_the_same_for_many(staff, hall):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            response = staff.get(reverse("evaluations:session_list"))
        assert response.status_code == 200
        counts.append(len(queries))
        make_session(cycle=hall.session.cycle)
        make_session(cycle=hall.session.cycle)

    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_rehearsals_are_not_in_the_list(client):
    hall = make_hall(state="keyed")
    start_rehearsal(hall.session.pk, actor=hall.actor, at=AT)

    page = sign_in(client, hall.session).get(reverse("evaluations:session_list")).content.decode()

    assert hall.session.title in page
    assert "【彩排】" not in page


def test_session_is_created_from_the_page(staff, hall):
    cycle = hall.session.cycle
    address = f"{reverse('evaluations:session_create')}?cycle={cycle.pk}"

    page = staff.get(address).content.decode()
    response = staff.post(address, form_data(cycle, halls="礼堂\n三楼", closes_at="2026-12-20T11:30"))

    made = EvaluationSession.objects.get(title="第二场")
    assert 'value="12"' in page  # heads expected are proposed
    assert response["Location"] == url("session_detail", made)
    assert {group.n_planned for group in made.groups.all()} == {7}
    assert [one.name for one in made.halls.all()] == ["礼堂", "三楼"]
    assert made.closes_at.isoformat() == "2026-12-20T03:30:00+00:00"


def test_urns_apart_make_a_session_per_hall(staff, hall):
    cycle = hall.session.cycle
    data = form_data(cycle, halls="礼堂\n三楼", urns="apart")

    response = staff.post(f"{reverse('evaluations:session_create')}?cycle={cycle.pk}", data)

    assert response["Location"] == reverse("evaluations:session_list")
    assert set(EvaluationSession.objects.filter(title__startswith="第二场").values_list("title", flat=True)) == {
        "第二场（礼堂）", "第二场（三楼）",
    }  # fmt: skip


def test_session_form_tells_what_is_missing_and_keeps_the_rest(staff, hall):
    response = staff.post(
        f"{reverse('evaluations:session_create')}?cycle={hall.session.cycle_id}",
        {"title": "", "halls": "礼堂"},
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert "请填写“名称”" in text
    assert "请选择“测评表”" in text
    assert "礼堂</textarea>" in text
    assert EvaluationSession.objects.count() == 1


def test_create_page_without_a_cycle_says_what_to_do(client):
    client.force_login(make_user(role="clerk"), backend=MODEL_BACKEND)

    assert "没有可以新增测评场次的周期" in client.get(reverse("evaluations:session_create")).content.decode()


def test_draft_is_edited_and_deleted_from_the_page(client):
    cycle = make_cycle(stage="meeting")
    make_reviewee(cycle=cycle)
    session = make_session(cycle=cycle, planned=3)
    make_session_hall(session, "礼堂")
    sign_in(client, session)

    page = client.get(url("session_edit", session)).content.decode()
    saved = client.post(url("session_edit", session), form_data(cycle, n="4", title="改名"))
    session.refresh_from_db()
    deleted = client.post(url("session_delete", session))

    assert "礼堂</textarea>" in page
    assert 'value="3"' in page
    assert saved["Location"] == url("session_detail", session)
    assert session.title == "改名"
    assert deleted["Location"] == reverse("evaluations:session_list")
    assert not EvaluationSession.objects.exists()


def test_session_with_a_key_cannot_be_edited(staff, hall):
    response = staff.get(url("session_edit", hall.session), follow=True)

    assert "测评表随之冻结" in response.content.decode()


def test_session_page_shows_one_primary_button_at_a_time(client):
    hall = make_hall(state="keyed")
    sign_in(client, hall.session)
    pages = [client.get(url("session_detail", hall.session)).content.decode()]
    pass_rehearsal(hall.session)
    pages.append(client.get(url("session_detail", hall.session)).content.decode())
    client.post(url("voting_open", hall.session))
    pages.append(client.get(url("session_detail", hall.session)).content.decode())

    assert [page.count("btn-primary") for page in pages] == [1, 1, 1]
    assert [page.count('aria-current="step"') for page in pages] == [1, 1, 1]
    assert [page.count("现在做") for page in pages] == [1, 1, 1]


def test_session_page_costs_the_same_for_many_groups_of_slips(staff, hall, django_assert_max_num_queries):
    for _ in range(3):
        make_session_hall(hall.session, f"会场{hall.session.halls.count()}")

    with django_assert_max_num_queries(16):
        staff.get(url("session_detail", hall.session))


def test_whole_session_with_its_rehearsal_through_the_pages(client):
    """Key, trial, rehearsal from its key to its wiping, slips, open, cast, close."""
    cycle = make_cycle(stage="meeting")
    make_reviewee(cycle=cycle)
    session = make_session(cycle=cycle, planned=2)
    sign_in(client, session)
    key_and_trial(client, session)

    client.post(url("rehearsal_start", session), {"n_slips": "1"})
    rehearsal = session.rehearsals.get()
    cards = key_and_trial(client, rehearsal)
    cast_one_of_each(client, rehearsal, "1")
    banded = [
        client.get(url(name, rehearsal)).content.decode() for name in ("session_detail", "slips", "turnout")
    ]
    client.post(url("voting_close", rehearsal))
    open_urn(rehearsal, cards)
    ready = client.get(url("rehearsal", session)).content.decode()
    finished = client.post(url("rehearsal_finish", session), follow=True).content.decode()
    cast_one_of_each(client, session, "2")
    closed = client.post(url("voting_close", session))

    session.refresh_from_db()
    assert ["彩排 · 数据将被清除" in page for page in banded] == [True] * 3
    assert "彩排 · 数据将被清除" not in client.get(url("session_detail", session)).content.decode()
    assert "完成彩排，清除数据" in ready
    assert "已清除，剩余 0 行" in finished
    assert "票箱里的密封选票" in finished
    assert not EvaluationSession.objects.exclude(pk=session.pk).exists()
    assert closed["Location"] == url("ledger", session)
    assert UrnEntry.objects.count() == session.groups.count()


def key_and_trial(client, session):
    cards = card_texts(client.post(url("key_make", session)))
    trial = client.post(url("ceremony", session), {"card_1": cards[0], "card_2": cards[2]})
    assert trial["Location"] == url("session_detail", session)
    return cards


def cast_one_of_each(client, session, n_slips):
    codes = [
        typed_code(client.post(url("slips_print", session, group_id=group.pk), {"n_slips": n_slips}))
        for group in session.groups.all()
    ]
    assert client.post(url("voting_open", session))["Location"] == url("turnout", session)
    for code in codes:
        bare = code.replace("-", "")
        seal_and_cast(session.pk, selector=bare[:4], secret=bare[4:], marks={})


def open_urn(session, cards):
    from apps.evaluations.services import open_urn

    open_urn(session.pk, cards=cards[:2], actor=make_user(role="clerk"), at=AT)


def test_rehearsal_page_before_the_key_leads_to_it(client):
    session = make_session()

    page = sign_in(client, session).get(url("rehearsal", session)).content.decode()

    assert "先给正式场次生成密钥" in page


def test_rehearsal_is_given_up_from_the_page(client):
    hall = make_hall(state="keyed")
    sign_in(client, hall.session)
    client.post(url("rehearsal_start", hall.session), {"n_slips": "2"})
    early = client.post(url("rehearsal_finish", hall.session), follow=True).content.decode()

    page = client.post(url("rehearsal_discard", hall.session), follow=True).content.decode()

    assert "彩排还没有走完" in early
    assert "已放弃这次彩排" in page
    assert not hall.session.rehearsals.exists()


def test_rehearsal_wants_a_number_of_slips(client):
    hall = make_hall(state="keyed")

    page = sign_in(client, hall.session).post(
        url("rehearsal_start", hall.session), {"n_slips": "0"}, follow=True
    )

    assert "大于" in page.content.decode()
    assert not hall.session.rehearsals.exists()


def test_key_cards_and_hold_are_four_pages_once(client):
    session = make_session()
    make_reviewee(cycle=session.cycle)

    pages = pdf_pages(sign_in(client, session).post(url("key_make", session)))

    assert len(pages) == 4
    assert "封存页" in pages[3]


def test_wrong_card_is_refused_on_the_ceremony_page(client):
    hall = make_hall(state="keyed")

    response = sign_in(client, hall.session).post(
        url("ceremony", hall.session), {"card_1": hall.cards[0], "card_2": ""}
    )

    assert response.status_code == 422
    assert "不够两张" in response.content.decode()


def test_cards_open_with_the_sealed_page_when_the_file_is_lost(client):
    from apps.evaluations.kit import holds

    hall = make_hall(state="keyed")
    holds.shred_hold(hall.session.pk, bytes(hall.session.public_key))
    sign_in(client, hall.session)
    cards = {"card_1": hall.cards[0], "card_2": hall.cards[1]}

    without = client.post(url("ceremony", hall.session), cards)
    with_page = client.post(url("ceremony", hall.session), cards | {"hold": hall.hold_text})

    assert (without.status_code, "封存页" in without.content.decode()) == (422, True)
    assert with_page["Location"] == url("session_detail", hall.session)


def test_slips_are_printed_for_one_hall(client):
    hall = make_hall(state="keyed", n_slips=1)
    room = make_session_hall(hall.session, "三楼会议室")
    group = hall.session.groups.first()
    address = url("slips_print", hall.session, group_id=group.pk)
    sign_in(client, hall.session)

    without = client.post(address, {"n_slips": "2"}, follow=True).content.decode()
    pages = pdf_pages(client.post(address, {"n_slips": "2", "hall": room.pk}))

    assert "请选择打印哪个会场" in without
    assert "三楼会议室" in pages[0].replace("\n", "")
    assert room.credentials.count() == 2


@pytest.mark.parametrize(
    ("name", "state"), [("slip_void", "void"), ("slip_spoil", "spoiled"), ("slip_exchange", "paper")]
)
def test_slip_in_hand_is_handled_from_the_page(staff, hall, name, state):
    slip, typed = hall.all_slips[:2]

    done = staff.post(url(name, hall.session), {"selector": slip.selector.lower()}, follow=True)
    staff.post(url(name, hall.session), {"selector": typed.typed_code})
    staff.post(url(name, hall.session), {"selector": "123"})

    selectors = Credential.objects.filter(state=state).values_list("selector", flat=True)
    assert set(selectors) == {slip.selector, typed.selector}
    assert slip.selector not in done.content.decode()


def test_slips_page_never_tells_who_has_voted(staff, hall):
    before = staff.get(url("slips", hall.session)).content
    hall.cast(hall.all_slips[0])

    after = staff.get(url("slips", hall.session)).content

    assert strip_token(after) == strip_token(before)


def strip_token(page):
    import re

    return re.sub(rb'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"', b"", page)


def test_refusals_of_the_buttons_are_told_in_words(client):
    session = make_session()
    sign_in(client, session)
    group_id = session.groups.first().pk

    pages = [
        client.post(url(name, session, **more), data, follow=True).content.decode()
        for name, more, data in [
            ("voting_open", {}, {}), ("voting_close", {}, {}), ("release", {}, {}),
            ("slips_print", {"group_id": group_id}, {"n_slips": "0"}), ("slips_reprint", {"group_id": group_id}, {}),
            ("slip_void", {}, {"selector": "ABCD"}),
        ]
    ]  # fmt: skip

    words = ("还没有生成密钥", "投票还没有开始", "还没有开箱", "大于", "不需要重新打印", "没有这个票号")
    assert [word in page for word, page in zip(words, pages, strict=True)] == [True] * 6


def test_meeting_page_is_linked_from_the_session(client):
    cycle = make_cycle(stage="meeting")
    meeting = make_meeting(cycle=cycle, speakers=[make_reviewee(cycle=cycle)])
    session = make_session(cycle=cycle, meeting=meeting)

    page = sign_in(client, session).get(url("session_detail", session)).content.decode()

    assert reverse("meetings:meeting_detail", args=[meeting.pk]) in page
