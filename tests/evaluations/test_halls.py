"""The hall screen: what it shows, what it costs, and how it is switched."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError
from apps.cycles.domain.papers.presets import PRESETS
from apps.evaluations.domain.states import Screen
from apps.evaluations.services import exchange_slip, switch_screens
from apps.evaluations.services.rehearsals import start_rehearsal
from apps.meetings import services as meetings
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_paper, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_session, make_session_hall
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return make_hall(n_slips=12)


def part(client, key, **query):
    return client.get(reverse("evaluations:hall_part", args=[key]), query)


def text_of(client, key, **query):
    cache.clear()
    return part(client, key, **query).content.decode()


def sign_in(client, session):
    user = make_user(role="clerk", scope=session.cycle.host)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_turnout_is_rounded_and_small_groups_are_hidden(client, hall):
    group_a, group_b = list(hall.slips.values())[:2]
    for slip in [*group_a[:8], *group_b[:3]]:
        hall.cast(slip)

    text = text_of(client, hall.session.hall_key, view="turnout")

    assert "5 张以上" in text
    assert "不足 5 张" in text
    assert "8 张" not in text
    assert (
        text == client.get(reverse("evaluations:hall_turnout", args=[hall.session.hall_key])).content.decode()
    )


def test_group_with_fewer_slips_than_k_min_is_not_shown(client):
    hall = make_hall(n_slips=4)
    for slip in hall.all_slips:
        hall.cast(slip)

    text = text_of(client, hall.session.hall_key, view="turnout")

    assert text.count("不足 5 张") == hall.session.groups.count()
    assert "张以上" not in text


def test_numbers_move_at_most_every_fifteen_seconds_for_everybody(client, hall, settings):
    slips = next(iter(hall.slips.values()))
    key = hall.session.hall_key
    before = part(client, key, view="turnout").content
    for slip in slips[:5]:
        hall.cast(slip)
    cache.delete(f"hall-part:{key}:turnout:http://testserver")

    assert part(client, key, view="turnout").content == before
    page = sign_in(client, hall.session).get(reverse("evaluations:turnout", args=[hall.session.pk]))
    assert "5 张以上" not in page.content.decode()
    cache.clear()
    assert "5 张以上" in part(client, key, view="turnout").content.decode()


def test_exchanging_a_slip_does_not_take_the_number_back(client, hall):
    slips = next(iter(hall.slips.values()))
    for slip in slips[:5]:
        hall.cast(slip)
    exchange_slip(hall.session.pk, selector=slips[0].selector, actor=hall.actor, at=AT)

    assert "5 张以上" in text_of(client, hall.session.hall_key, view="turnout")


def test_screens_share_one_rendering_and_ask_no_database(client, hall, django_assert_num_queries):
    key = hall.session.hall_key
    first = part(client, key)

    with django_assert_num_queries(0):
        again = client.get(
            reverse("evaluations:hall_part", args=[key]), headers={"if-none-match": first["ETag"]}
        )
        fresh = part(client, key)

    assert (again.status_code, again.content) == (304, b"")
    assert fresh.content == first.content
    assert int(again["X-Server-Time"]) > 1_700_000_000_000
    assert first.cookies == {}


def test_page_is_public_strict_and_without_a_cookie(client, hall):
    response = client.get(reverse("evaluations:hall", args=[hall.session.hall_key]))

    assert response.cookies == {}
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "csrf" not in response.content.decode()


@pytest.mark.parametrize("name", ["hall", "hall_part", "hall_turnout"])
def test_unknown_key_is_404(client, name):
    assert client.get(reverse(f"evaluations:{name}", args=["nothing"])).status_code == 404


def test_instructions_show_the_address_as_a_qr_code_and_no_secret(client, hall):
    text = text_of(client, hall.session.hall_key, view="welcome")

    address = reverse("evaluations:cast", args=[hall.session.pk])
    assert f"testserver{address}" in text
    assert "<svg" in text
    assert text.count("<li>") == 4
    assert [slip.fragment in text for slip in hall.all_slips] == [False] * len(hall.all_slips)


def test_screen_stops_inviting_once_voting_is_closed(client, hall):
    before = text_of(client, hall.session.hall_key)
    hall.close()

    after = text_of(client, hall.session.hall_key)

    assert ("<svg" in before, "扫码" in before) == (True, True)
    assert ("<svg" in after, "扫码" in after, "投票已经截止" in after) == (False, False, True)


@pytest.mark.parametrize(("preset", "may_leave_blank"), [("standard", True), ("six_grades", False)])
def test_instructions_offer_blanks_only_where_they_void_nothing(client, preset, may_leave_blank):
    cycle = make_cycle(stage="draft")
    make_reviewee(cycle=cycle)
    paper = make_paper(cycle.scheme, template=PRESETS[preset].template, name="新表")
    session = make_session(cycle=cycle, planned=2, papers=[paper])
    make_hall(session=session, state="keyed")

    text = text_of(client, session.hall_key)

    assert ("按弃权计" in text, "必填" in text) == (may_leave_blank, not may_leave_blank)


def test_hall_has_a_screen_of_its_own(client, hall):
    one, other = make_session_hall(hall.session, "礼堂"), make_session_hall(hall.session, "三楼")
    switch_screens(hall.session.pk, screen=Screen.TURNOUT, hall_id=one.pk, actor=hall.actor, at=AT)

    assert 'class="screen turnout' in text_of(client, one.hall_key)
    assert 'class="screen welcome"' in text_of(client, other.hall_key)
    assert "礼堂" in client.get(reverse("evaluations:hall", args=[one.hall_key])).content.decode()


def test_all_screens_are_switched_together(hall):
    room = make_session_hall(hall.session)

    session = switch_screens(hall.session.pk, screen=Screen.AGENDA, actor=hall.actor, at=AT)

    room.refresh_from_db()
    assert (session.screen, room.screen) == ("agenda", "agenda")
    assert AuditEntry.objects.latest("seq").details == {"screen": "议程与倒计时"}


def test_screen_of_another_session_is_not_switched(hall):
    with pytest.raises(DomainError):
        switch_screens(
            hall.session.pk, screen=Screen.AGENDA, hall_id=make_session_hall(make_session()).pk, actor=hall.actor, at=AT
        )  # fmt: skip


@pytest.fixture
def meeting_hall():
    cycle = make_cycle(stage="meeting")
    people = [make_reviewee(cycle=cycle) for _ in range(3)]
    meeting = make_meeting(cycle=cycle, speakers=people, minutes_each=8)
    return make_session(cycle=cycle, meeting=meeting), meeting, people


def test_agenda_names_who_speaks_and_runs_the_clock(client, meeting_hall):
    session, meeting, people = meeting_hall
    clerk = make_user(role="clerk", scope=session.cycle.host)
    before = text_of(client, session.hall_key, view="agenda")
    now = timezone.now()
    meetings.call_speaker(meeting.pk, reviewee_id=people[1].pk, actor=clerk, at=now)
    meetings.start_clock(meeting.pk, actor=clerk, at=now)

    text = text_of(client, session.hall_key, view="agenda")

    assert "述职顺序" in before
    assert "data-clock" not in before
    assert f"<h2>{people[1].name}</h2>" in text
    assert "第 2 位，共 3 位" in text
    assert f'data-ends="{round(now.timestamp() * 1000) + 480_000}"' in text
    assert people[2].name in text.partition("接下来")[2]
    assert people[0].name not in text


def test_agenda_of_a_session_without_a_meeting_says_so(client, hall):
    assert "议程还没有排定" in text_of(client, hall.session.hall_key, view="agenda")


def test_rehearsal_shows_its_band_on_the_screen(client):
    hall = make_hall(state="keyed")
    rehearsal = start_rehearsal(hall.session.pk, actor=hall.actor, at=AT)

    pages = [
        client.get(reverse("evaluations:hall", args=[one.hall_key])).content.decode()
        for one in (rehearsal, hall.session)
    ]

    assert ["彩排 · 数据将被清除" in page for page in pages] == [True, False]


def test_remote_control_switches_and_shows_what_is_on(client, meeting_hall):
    session, _, people = meeting_hall
    room = make_session_hall(session, "三楼")
    sign_in(client, session)
    address = reverse("evaluations:hall_remote", args=[session.pk])

    client.post(address, {"screen": "agenda", "hall": room.pk})
    refused = client.post(address, {"screen": "results"}, follow=True).content.decode()
    page = client.get(address).content.decode()

    room.refresh_from_db()
    session.refresh_from_db()
    assert (session.screen, room.screen) == ("welcome", "agenda")
    assert "没有收到要切换的画面" in refused
    assert page.count('aria-pressed="true"') == 2
    assert room.hall_key in page
    assert f"请上：{people[0].name}" in page


def test_staff_turnout_is_renewed_like_the_screens(client, hall):
    sign_in(client, hall.session)
    address = reverse("evaluations:turnout_part", args=[hall.session.pk])
    first = client.get(address)

    again = client.get(address, headers={"if-none-match": first["ETag"]})

    assert "测评票" in first.content.decode()
    assert again.status_code == 304
