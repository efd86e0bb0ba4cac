"""The clock of the meeting: services each way out, and the page that turns it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.meetings import services
from apps.meetings.errors import MeetingClosed, NotOnAgenda
from apps.meetings.models import MeetingClock
from apps.meetings.selectors import clock_of
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.meetings import make_meeting

AT = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return make_cycle(stage="meeting")


@pytest.fixture
def people(cycle):
    return [make_reviewee(cycle=cycle) for _ in range(2)]


@pytest.fixture
def meeting(cycle, people):
    return make_meeting(cycle=cycle, speakers=people, minutes_each=8)


@pytest.fixture
def clerk(cycle):
    return make_user("clerk", cycle.host)


def face(meeting):
    found = clock_of(meeting)
    return found.reviewee_id, found.seconds_left, found.ends_at


def test_called_speaker_has_the_full_time_standing(meeting, people, clerk):
    services.call_speaker(meeting.pk, reviewee_id=people[1].pk, actor=clerk, at=AT)

    assert face(meeting) == (people[1].pk, 480, None)
    assert AuditEntry.objects.latest("seq").action == "meetings.speaker_called"


def test_only_a_speaker_of_the_meeting_is_called(meeting, clerk, cycle):
    stranger = make_reviewee(cycle=cycle)

    with pytest.raises(NotOnAgenda):
        services.call_speaker(meeting.pk, reviewee_id=stranger.pk, actor=clerk, at=AT)


def test_clock_runs_and_stands_again(meeting, people, clerk):
    services.call_speaker(meeting.pk, reviewee_id=people[0].pk, actor=clerk, at=AT)
    services.start_clock(meeting.pk, actor=clerk, at=AT)
    services.start_clock(meeting.pk, actor=clerk, at=AT + timedelta(seconds=30))
    running = face(meeting)
    services.pause_clock(meeting.pk, actor=clerk, at=AT + timedelta(seconds=500))
    services.pause_clock(meeting.pk, actor=clerk, at=AT + timedelta(seconds=900))

    assert running == (people[0].pk, 480, AT + timedelta(seconds=480))
    assert face(meeting) == (people[0].pk, -20, None)


def test_clock_does_not_start_for_nobody(meeting, clerk):
    with pytest.raises(NotOnAgenda):
        services.start_clock(meeting.pk, actor=clerk, at=AT)


def test_reset_gives_the_full_time_again(meeting, people, clerk):
    services.call_speaker(meeting.pk, reviewee_id=people[0].pk, actor=clerk, at=AT)
    services.start_clock(meeting.pk, actor=clerk, at=AT)
    services.reset_clock(meeting.pk, actor=clerk, at=AT + timedelta(seconds=100))

    assert face(meeting) == (people[0].pk, 480, None)


def test_clock_of_an_archived_cycle_stands_still(clerk, people, meeting, cycle):
    type(cycle).objects.filter(pk=cycle.pk).update(stage="archived")

    with pytest.raises(MeetingClosed):
        services.call_speaker(meeting.pk, reviewee_id=people[0].pk, actor=clerk, at=AT)


def test_time_left_counts_below_nought(meeting, people, clerk):
    services.call_speaker(meeting.pk, reviewee_id=people[0].pk, actor=clerk, at=AT)
    services.start_clock(meeting.pk, actor=clerk, at=AT)

    assert clock_of(meeting).milliseconds_left(AT + timedelta(seconds=481)) == -1000


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def turn(desk, meeting, **data):
    return desk.post(reverse("meetings:clock", args=[meeting.pk]), data, HTTP_ACCEPT="application/json")


def test_starting_on_the_page_of_another_speaker_calls_him_first(desk, meeting, people):
    first = turn(desk, meeting, act="start", reviewee=people[0].pk).json()
    second = turn(desk, meeting, act="start", reviewee=people[1].pk).json()

    assert (first["reviewee"], first["running"], first["refusal"]) == (people[0].pk, True, "")
    assert (second["reviewee"], second["running"]) == (people[1].pk, True)


def test_refusal_of_the_clock_is_told(desk, meeting):
    answer = turn(desk, meeting, act="start")

    assert (answer.status_code, "还没有请上述职人" in answer.json()["refusal"]) == (409, True)


def test_form_without_script_goes_back_to_where_it_came_from(desk, meeting, people):
    url = reverse("meetings:clock", args=[meeting.pk])

    back = desk.post(url, {"act": "call", "reviewee": people[0].pk, "next": "/meetings/"})
    away = desk.post(url, {"act": "pause", "next": "https://elsewhere.example/"})

    assert back["Location"] == "/meetings/"
    assert away["Location"] == reverse("meetings:countdown", args=[meeting.pk])
    assert MeetingClock.objects.get().reviewee == people[0]


def test_page_shows_who_has_the_floor(desk, meeting, people):
    turn(desk, meeting, act="call", reviewee=people[1].pk)

    context = desk.get(reverse("meetings:countdown", args=[meeting.pk])).context

    assert (context["line"].reviewee, context["has_floor"], context["left"]) == (people[1], True, 480_000)


def test_leader_watches_but_does_not_turn(client, meeting, people, cycle):
    client.force_login(make_user("leader", cycle.host), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("meetings:countdown", args=[meeting.pk]))

    assert page.status_code == 200
    assert "data-toggle" not in page.content.decode()
    assert turn(client, meeting, act="start", reviewee=people[0].pk).status_code == 403
