"""Planning, changing and deleting a session: each way out."""

from datetime import UTC, datetime

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations import services
from apps.evaluations.models import EvaluationSession, SessionHall
from apps.evaluations.services import SessionPlan
from apps.evaluations.services.rehearsals import start_rehearsal
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_opened_marks, make_session
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    cycle = make_cycle(stage="meeting")
    for _ in range(3):
        make_reviewee(cycle=cycle)
    return cycle


@pytest.fixture
def clerk(cycle):
    return make_user(role="clerk", scope=cycle.host)


def plan_of(cycle, n=9, **changes):
    groups = cycle.scheme.voter_groups.all()
    return SessionPlan(**({"title": "测评", "planned": {group.pk: n for group in groups}} | changes))


def make(cycle, clerk, **changes):
    return services.plan_session(cycle.pk, plan=plan_of(cycle, **changes), actor=clerk, at=AT)


def test_session_gets_all_that_was_planned(cycle, clerk):
    closes_at = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)

    session = make(cycle, clerk, halls=["礼堂", " 三楼 ", ""], closes_at=closes_at, notes="打分要求")

    assert session.closes_at == closes_at
    assert [hall.name for hall in session.halls.all()] == ["礼堂", "三楼"]
    assert len({hall.hall_key for hall in session.halls.all()} | {session.hall_key}) == 3
    assert [row.paper for row in session.papers.all()] == list(cycle.scheme.papers.all())
    assert {group.n_planned for group in session.groups.all()} == {9}
    assert session.subjects.count() == 3
    assert AuditEntry.objects.latest("seq").action == "evaluations.session_created"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"halls": ["礼堂", "礼堂"]}, "hall_twice"),
        ({"halls": [str(n) for n in range(21)]}, "too_many_halls"),
        ({"paper_ids": []}, "no_papers"),
        ({"paper_ids": [0]}, "foreign_paper"),
        ({"meeting_id": 0}, "foreign_meeting"),
        ({"planned": {}}, "nothing_planned"),
        ({"planned": {0: 3}}, "foreign_group"),
    ],
)
def test_plan_that_cannot_be_is_refused_and_nothing_stays(cycle, clerk, changes, code):
    with pytest.raises(DomainError) as refusal:
        make(cycle, clerk, **changes)

    assert refusal.value.code == code
    assert not EvaluationSession.objects.exists()


def test_halls_with_urns_apart_get_a_session_each(cycle, clerk):
    sessions = services.plan_session_per_hall(
        cycle.pk, plan=plan_of(cycle, n=7, halls=["礼堂", "三楼", "四楼"]), actor=clerk, at=AT
    )

    assert [one.title for one in sessions] == ["测评（礼堂）", "测评（三楼）", "测评（四楼）"]
    assert [{g.n_planned for g in one.groups.all()} for one in sessions] == [{3}, {2}, {2}]
    assert not SessionHall.objects.exists()


def test_one_hall_needs_no_urn_apart(cycle, clerk):
    with pytest.raises(DomainError) as refusal:
        services.plan_session_per_hall(cycle.pk, plan=plan_of(cycle, halls=["礼堂"]), actor=clerk, at=AT)

    assert refusal.value.code == "too_few_halls"


def test_draft_is_changed_and_follows_the_agenda(cycle, clerk):
    session = make(cycle, clerk, halls=["礼堂", "三楼"])
    key = session.halls.get(name="三楼").hall_key
    people = list(cycle.reviewees.order_by("order_no"))
    meeting = make_meeting(cycle=cycle, speakers=[people[2], people[0]])

    services.update_session(
        session.pk,
        plan=plan_of(cycle, n=4, title="改名", meeting_id=meeting.pk, halls=["三楼", "四楼"]),
        actor=clerk,
        at=AT,
    )

    session.refresh_from_db()
    assert (session.title, session.meeting) == ("改名", meeting)
    assert [subject.reviewee for subject in session.subjects.all()] == [people[2], people[0], people[1]]
    assert [(hall.order_no, hall.name) for hall in session.halls.all()] == [(1, "三楼"), (2, "四楼")]
    assert session.halls.get(name="三楼").hall_key == key
    assert {group.n_planned for group in session.groups.all()} == {4}
    assert AuditEntry.objects.latest("seq").action == "evaluations.session_updated"


def test_hall_with_printed_slips_is_not_taken_out(cycle, clerk):
    session = make(cycle, clerk, halls=["礼堂", "三楼"])
    hall = session.halls.get(name="三楼")
    group = session.groups.first()
    services.issue_slips(session.pk, group_id=group.pk, n_slips=1, hall_id=hall.pk, actor=clerk, at=AT)

    with pytest.raises(DomainError) as refusal:
        services.update_session(session.pk, plan=plan_of(cycle, halls=["礼堂"]), actor=clerk, at=AT)

    assert refusal.value.code == "hall_in_use"
    assert session.halls.count() == 2


def test_session_with_a_key_is_neither_changed_nor_deleted():
    hall = make_hall(state="keyed")

    with pytest.raises(NotAllowedNow, match="不能再修改"):
        services.update_session(hall.session.pk, plan=plan_of(hall.session.cycle), actor=hall.actor, at=AT)
    with pytest.raises(NotAllowedNow, match="不能再删除"):
        services.delete_session(hall.session.pk, actor=hall.actor, at=AT)


def test_rehearsal_is_not_changed_on_its_own():
    hall = make_hall(state="keyed")
    rehearsal = start_rehearsal(hall.session.pk, actor=hall.actor, at=AT)

    with pytest.raises(NotAllowedNow, match="彩排场次"):
        services.delete_session(rehearsal.pk, actor=hall.actor, at=AT)


def test_draft_is_deleted_with_all_its_parts(cycle, clerk):
    session = make(cycle, clerk, halls=["礼堂"])

    services.delete_session(session.pk, actor=clerk, at=AT)

    assert not EvaluationSession.objects.exists()
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.details["title"]) == ("evaluations.session_deleted", "测评")


def test_draft_with_printed_slips_is_kept(cycle, clerk):
    session = make(cycle, clerk)
    services.issue_slips(session.pk, group_id=session.groups.first().pk, n_slips=1, actor=clerk, at=AT)

    with pytest.raises(NotAllowedNow, match="已经打印过测评票"):
        services.delete_session(session.pk, actor=clerk, at=AT)


def test_rehearsal_neither_is_released_nor_holds_up_the_cycle(clerk):
    cycle = make_cycle(stage="meeting")
    reviewee = make_reviewee(cycle=cycle)
    group = cycle.scheme.voter_groups.first()
    opened = make_opened_marks(make_session(cycle=cycle), [(reviewee.pk, group.pk, {})])
    waiting = make_session(cycle=cycle)
    EvaluationSession.objects.filter(pk=waiting.pk).update(rehearsal_of=opened)

    with pytest.raises(NotAllowedNow, match="彩排不发布"):
        services.release_results(waiting.pk, actor=clerk, at=AT)
    EvaluationSession.objects.filter(pk=opened.pk).update(
        verified_at=AT, verification={"agrees": True, "marks_hash": ""}
    )
    services.release_results(opened.pk, actor=clerk, at=AT)

    cycle.refresh_from_db()
    assert cycle.stage == "grading"
