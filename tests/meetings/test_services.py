from datetime import UTC, datetime, timedelta

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.duty_reports.models import Problem
from apps.meetings import services
from apps.meetings.domain.lots import draw
from apps.meetings.errors import (
    AgendaEmpty,
    BadCount,
    CommentaryHasProblems,
    LotsAlreadyDrawn,
    MeetingClosed,
    NotOnAgenda,
    TextMissing,
)
from apps.meetings.models import AgendaItem, Attendance, Commentary, ReviewMeeting
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.meetings import make_commentary, make_meeting

AT = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return make_cycle(stage="meeting")


@pytest.fixture
def clerk(cycle):
    return make_user("clerk", cycle.host)


@pytest.fixture
def people(cycle):
    return [make_reviewee(cycle=cycle) for _ in range(3)]


@pytest.fixture
def meeting(cycle, people):
    return make_meeting(cycle=cycle, speakers=people)


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def order_of(meeting):
    return list(AgendaItem.objects.filter(meeting=meeting).values_list("order_no", "reviewee_id"))


def create(cycle, clerk):
    return services.create_meeting(
        cycle.pk, title="述职评议会", starts_at=AT, place="礼堂", minutes_each=10, actor=clerk, at=AT
    )


def test_create_meeting_stores_it_and_one_audit_entry(cycle, clerk):
    meeting = create(cycle, clerk)

    assert ReviewMeeting.objects.get().minutes_each == meeting.minutes_each == 10
    assert actions() == ["meetings.created"]


@pytest.mark.parametrize("stage", ["draft", "grading", "rectifying", "archived"])
def test_create_meeting_refuses_other_stages(stage):
    cycle = make_cycle(stage=stage)

    with pytest.raises(MeetingClosed):
        create(cycle, make_user("clerk", cycle.host))

    assert not ReviewMeeting.objects.exists()


def update(meeting, clerk, **changes):
    values = {"title": "新名称", "starts_at": AT, "place": "二楼", "minutes_each": 6} | changes
    return services.update_meeting(meeting.pk, **values, actor=clerk, at=AT)


def test_update_meeting_raises_the_version(meeting, clerk):
    saved = update(meeting, clerk, version=1)

    assert (saved.title, saved.version) == ("新名称", 2)
    assert actions() == ["meetings.updated"]


def test_update_meeting_refuses_an_old_version(meeting, clerk):
    update(meeting, clerk, version=1)

    with pytest.raises(StaleVersion):
        update(meeting, clerk, title="别的", version=1)

    assert ReviewMeeting.objects.get().title == "新名称"


def test_update_meeting_refuses_after_the_meeting(people, clerk):
    meeting = make_meeting(cycle=make_cycle(stage="grading"))

    with pytest.raises(MeetingClosed):
        update(meeting, clerk)


def test_set_agenda_keeps_the_given_order(meeting, people, clerk):
    wanted = [people[2].pk, people[0].pk]

    services.set_agenda(meeting.pk, wanted, actor=clerk, at=AT)

    assert order_of(meeting) == [(1, people[2].pk), (2, people[0].pk)]
    assert actions() == ["meetings.agenda_set"]


def test_set_agenda_twice_writes_one_audit_entry(meeting, people, clerk):
    wanted = [people[2].pk]
    for _ in range(2):
        services.set_agenda(meeting.pk, wanted, actor=clerk, at=AT)

    assert actions() == ["meetings.agenda_set"]


def test_set_agenda_refuses_written_reporters_and_strangers(meeting, cycle, clerk):
    written = make_reviewee(cycle=cycle, mode="written")
    stranger = make_reviewee()
    before = order_of(meeting)

    for one in (written, stranger):
        with pytest.raises(NotOnAgenda):
            services.set_agenda(meeting.pk, [one.pk], actor=clerk, at=AT)

    assert order_of(meeting) == before


def test_set_agenda_refuses_a_speaker_of_another_meeting(meeting, cycle, people, clerk):
    other = make_meeting(cycle=cycle, title="第二场")

    with pytest.raises(NotOnAgenda, match="述职评议会"):
        services.set_agenda(other.pk, [people[0].pk], actor=clerk, at=AT)


def test_set_agenda_keeps_who_was_commented_on(meeting, people, clerk):
    make_commentary(meeting=meeting, reviewee=people[1], recorded_by=clerk)

    with pytest.raises(NotOnAgenda):
        services.set_agenda(meeting.pk, [people[0].pk], actor=clerk, at=AT)


def test_set_agenda_refuses_after_the_meeting(clerk):
    cycle = make_cycle(stage="grading")
    meeting = make_meeting(cycle=cycle)

    with pytest.raises(MeetingClosed):
        services.set_agenda(meeting.pk, [make_reviewee(cycle=cycle).pk], actor=clerk, at=AT)


@pytest.mark.parametrize(
    ("who", "to", "expected"), [(0, 2, [1, 0, 2]), (2, 0, [2, 0, 1]), (0, 99, [1, 2, 0])]
)
def test_move_agenda_item(meeting, people, clerk, who, to, expected):
    services.move_agenda_item(meeting.pk, reviewee_id=people[who].pk, to=to, actor=clerk, at=AT)

    assert order_of(meeting) == [(n, people[i].pk) for n, i in enumerate(expected, start=1)]


def test_move_agenda_item_refuses_a_stranger(meeting, cycle, clerk):
    with pytest.raises(NotOnAgenda):
        services.move_agenda_item(
            meeting.pk, reviewee_id=make_reviewee(cycle=cycle).pk, to=1, actor=clerk, at=AT
        )


def test_draw_lots_can_be_repeated_from_the_recorded_seed(meeting, people, clerk):
    services.draw_lots(meeting.pk, seed="八二六四", actor=clerk, at=AT)

    meeting.refresh_from_db()
    repeated = [lot.reviewee_id for lot in draw("八二六四", [p.pk for p in people])]
    assert [one for _, one in order_of(meeting)] == repeated
    assert (meeting.lot_seed, meeting.lots_drawn_at) == ("八二六四", AT)
    assert AuditEntry.objects.get().details == {"seed": "八二六四", "order": repeated}


def test_draw_lots_makes_its_own_seed(meeting, clerk):
    services.draw_lots(meeting.pk, actor=clerk, at=AT)

    assert len(ReviewMeeting.objects.get().lot_seed) == 32


def test_draw_lots_twice_is_refused_unless_wanted(meeting, clerk):
    services.draw_lots(meeting.pk, seed="一", actor=clerk, at=AT)

    with pytest.raises(LotsAlreadyDrawn):
        services.draw_lots(meeting.pk, seed="二", actor=clerk, at=AT)
    services.draw_lots(meeting.pk, seed="三", redraw=True, actor=clerk, at=AT)

    assert ReviewMeeting.objects.get().lot_seed == "三"
    assert actions() == ["meetings.lots_drawn", "meetings.lots_redrawn"]
    assert AuditEntry.objects.get(action="meetings.lots_redrawn").details["before"] == {"seed": "一"}


def test_draw_lots_refuses_an_empty_agenda(cycle, clerk):
    with pytest.raises(AgendaEmpty):
        services.draw_lots(make_meeting(cycle=cycle).pk, actor=clerk, at=AT)


def test_draw_lots_refuses_once_commentary_was_recorded(meeting, people, clerk):
    make_commentary(meeting=meeting, reviewee=people[0], recorded_by=clerk)

    with pytest.raises(MeetingClosed):
        services.draw_lots(meeting.pk, actor=clerk, at=AT)


def test_record_attendance_replaces_counts(meeting, cycle, clerk):
    first, second = cycle.scheme.voter_groups.all()
    services.record_attendance(meeting.pk, counts={first.pk: (10, 8)}, actor=clerk, at=AT)

    services.record_attendance(meeting.pk, counts={first.pk: (10, 9), second.pk: (5, 5)}, actor=clerk, at=AT)

    found = Attendance.objects.order_by("voter_group__order_no").values_list("n_expected", "n_present")
    assert list(found) == [(10, 9), (5, 5)]


@pytest.mark.parametrize("pair", [(5, 6), (-1, 0), (3, -1)])
def test_record_attendance_refuses_impossible_counts(meeting, cycle, clerk, pair):
    group = cycle.scheme.voter_groups.first()

    with pytest.raises(BadCount):
        services.record_attendance(meeting.pk, counts={group.pk: pair}, actor=clerk, at=AT)

    assert not Attendance.objects.exists()


def test_record_attendance_refuses_groups_of_another_cycle(meeting, clerk):
    stranger = make_cycle().scheme.voter_groups.first()

    with pytest.raises(BadCount):
        services.record_attendance(meeting.pk, counts={stranger.pk: (1, 1)}, actor=clerk, at=AT)


def record(meeting, reviewee, clerk, text="党员教育形式单一。", **options):
    values = {"leader_name": "王副书记", "at": AT} | options
    return services.record_commentary(meeting.pk, reviewee_id=reviewee.pk, text=text, actor=clerk, **values)


def test_record_commentary_creates_then_replaces(meeting, people, clerk):
    first = record(meeting, people[0], clerk)

    second = record(meeting, people[0], clerk, text="改过的点评。", version=first.version)

    assert (second.pk, second.text, second.version) == (first.pk, "改过的点评。", 2)


def test_record_commentary_autosave_logs_a_sitting_once(meeting, people, clerk):
    for n in range(4):
        record(meeting, people[0], clerk, text=f"第{n}次保存", at=AT + timedelta(seconds=n))
    record(meeting, people[0], clerk, text="一小时后", at=AT + timedelta(hours=1))

    assert actions() == ["meetings.commentary_recorded"] * 2


def test_record_commentary_same_text_changes_nothing(meeting, people, clerk):
    record(meeting, people[0], clerk)

    again = record(meeting, people[0], clerk)

    assert again.version == 1


def test_record_commentary_refuses_an_old_version(meeting, people, clerk):
    record(meeting, people[0], clerk)
    record(meeting, people[0], clerk, text="别人写的", version=1)

    with pytest.raises(StaleVersion):
        record(meeting, people[0], clerk, text="我写的", version=1)

    assert Commentary.objects.get().text == "别人写的"


def test_record_commentary_refuses_to_start_twice(meeting, people, clerk):
    record(meeting, people[0], clerk)

    with pytest.raises(StaleVersion):
        record(meeting, people[0], clerk, text="", version=0)


def test_record_commentary_refuses_people_off_the_agenda(meeting, cycle, clerk):
    with pytest.raises(NotOnAgenda):
        record(meeting, make_reviewee(cycle=cycle), clerk)


def test_record_commentary_needs_a_leader(meeting, people, clerk):
    with pytest.raises(TextMissing):
        record(meeting, people[0], clerk, leader_name="  ")


def test_record_commentary_refuses_before_the_meeting():
    cycle = make_cycle(stage="reporting")
    person = make_reviewee(cycle=cycle)
    meeting = make_meeting(cycle=cycle, speakers=[person])

    with pytest.raises(MeetingClosed):
        record(meeting, person, make_user("clerk", cycle.host))


@pytest.fixture
def commentary(meeting, people, clerk):
    return make_commentary(meeting=meeting, reviewee=people[0], recorded_by=clerk)


def add_problem(commentary, clerk, text="党员教育形式单一"):
    return services.add_commentary_problem(commentary.pk, text=text, actor=clerk, at=AT)


def test_add_commentary_problem_belongs_to_the_organization(commentary, people, clerk):
    problem = add_problem(commentary, clerk)

    found = Problem.objects.get()
    assert (found.organization_id, found.reviewee_id) == (people[0].organization_id, people[0].pk)
    assert (found.source, found.raised_by, found.commentary_link.commentary) == (
        "commentary",
        "王副书记",
        commentary,
    )
    assert problem == found


def test_add_commentary_problem_twice_gives_the_same(commentary, clerk):
    assert add_problem(commentary, clerk) == add_problem(commentary, clerk)
    assert Problem.objects.count() == 1


def test_add_commentary_problem_refuses_empty_text(commentary, clerk):
    with pytest.raises(TextMissing):
        add_problem(commentary, clerk, text=" \n")


def test_update_commentary_problem_rewords(commentary, clerk):
    problem = add_problem(commentary, clerk)

    services.update_commentary_problem(problem.pk, text="教育形式太单一", version=1, actor=clerk, at=AT)

    assert Problem.objects.get().text == "教育形式太单一"


def test_remove_commentary_problem_keeps_the_commentary_and_may_be_repeated(commentary, clerk):
    problem = add_problem(commentary, clerk)

    for _ in range(2):
        services.remove_commentary_problem(problem.pk, actor=clerk, at=AT)

    assert not Problem.objects.exists()
    assert Commentary.objects.get() == commentary


def test_problems_stand_after_sign_off(cycle, commentary, clerk):
    problem = add_problem(commentary, clerk)
    type(cycle).objects.filter(pk=cycle.pk).update(stage="rectifying")

    with pytest.raises(MeetingClosed):
        services.remove_commentary_problem(problem.pk, actor=clerk, at=AT)
    with pytest.raises(MeetingClosed):
        services.update_commentary_problem(problem.pk, text="别的", actor=clerk, at=AT)
    with pytest.raises(MeetingClosed):
        add_problem(commentary, clerk, text="又一条问题")


def test_remove_commentary_refuses_while_problems_stand_on_it(commentary, clerk):
    add_problem(commentary, clerk)

    with pytest.raises(CommentaryHasProblems):
        services.remove_commentary(commentary.pk, actor=clerk, at=AT)


def test_remove_commentary_deletes_it(commentary, clerk):
    services.remove_commentary(commentary.pk, actor=clerk, at=AT)

    assert not Commentary.objects.exists()
    assert actions() == ["meetings.commentary_removed"]
