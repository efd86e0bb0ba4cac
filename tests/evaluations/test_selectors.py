from datetime import date

import pytest

from apps.evaluations.domain.states import SlipState
from apps.evaluations.selectors import (
    group_slips,
    ledger_lines,
    mark_rows,
    returned_counts,
    session_todos,
    sessions_visible_to,
    slip_state,
    turnout_lines,
)
from apps.evaluations.services import exchange_slip, issue_slips, spoil_slip, void_slip
from apps.evaluations.services.rehearsals import start_rehearsal
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import (
    AT,
    make_hall,
    make_opened_marks,
    make_session,
    make_session_hall,
    move_to,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 20)


def test_sessions_are_seen_in_the_own_subtree_by_staff_only():
    session = make_session()
    host = session.cycle.host

    assert list(sessions_visible_to(make_user(role="clerk", scope=host))) == [session]
    assert not sessions_visible_to(make_user(role="clerk")).exists()
    assert not sessions_visible_to(make_user(role="leader", scope=host)).exists()
    assert not sessions_visible_to(make_user(role="audit_admin")).exists()


def test_todo_names_the_next_step_until_results_are_released():
    session = make_session()
    clerk = make_user(role="clerk", scope=session.cycle.host)
    titles = []
    for state in ("draft", "keyed", "rehearsed", "open", "closed", "opened", "released"):
        move_to(session, state)
        titles.append([todo.title.partition("：")[2] for todo in session_todos(clerk, TODAY)])

    assert titles == [
        ["生成密钥"],
        ["试开钥匙卡、彩排"],
        ["打印测评票、开始投票"],
        ["正在投票，到时截止"],
        ["请监票人开箱"],
        ["复核后发布测评结果"],
        [],
    ]
    assert session_todos(make_user(role="secretary"), TODAY) == []


def test_marks_are_given_out_after_opening_only():
    hall = make_hall(n_slips=1, n_reviewees=1)
    hall.cast(hall.all_slips[0])
    hall.close()

    assert list(mark_rows(hall.session.cycle_id)) == []
    assert returned_counts(hall.session.cycle_id) == {}
    hall.open()
    assert len(list(mark_rows(hall.session.cycle_id))) == 1


def test_counts_of_several_sessions_add_up():
    cycle = make_cycle(stage="meeting")
    reviewee = make_reviewee(cycle=cycle)
    group = cycle.scheme.voter_groups.first()
    for n in (2, 3):
        make_opened_marks(make_session(cycle=cycle), [(reviewee.pk, group.pk, {})] * n)

    assert returned_counts(cycle.pk)[group.pk] == 5
    assert len(list(mark_rows(cycle.pk))) == 5


def test_slips_are_counted_per_group_and_hall():
    session = make_session(planned=5)
    halls = [make_session_hall(session, name) for name in ("礼堂", "三楼")]
    actor = make_user(role="clerk", scope=session.cycle.host)
    group = session.groups.first()
    slips = [
        issue_slips(session.pk, group_id=group.pk, n_slips=n, hall_id=hall.pk, actor=actor, at=AT)
        for hall, n in zip(halls, (3, 2), strict=True)
    ]
    void_slip(session.pk, selector=slips[0][0].selector, actor=actor, at=AT)
    spoil_slip(session.pk, selector=slips[0][1].selector, actor=actor, at=AT)
    exchange_slip(session.pk, selector=slips[1][0].selector, actor=actor, at=AT)

    first, second = group_slips(session)[:2]

    lines = [(ln.hall, ln.n_issued, ln.n_void, ln.n_spoiled, ln.n_paper) for ln in first.lines]
    assert lines == [(halls[0], 3, 1, 1, 0), (halls[1], 2, 0, 0, 1)]
    assert (first.n_issued, first.n_missing) == (5, 2)
    assert (second.n_issued, second.n_missing) == (0, 5)


def test_slip_state_tells_what_became_of_a_slip():
    hall = make_hall(n_slips=2)
    slip, other = hall.all_slips[:2]
    hall.cast(slip)

    assert slip_state(hall.session, slip.selector) is SlipState.ONLINE
    assert slip_state(hall.session, other.selector) is SlipState.UNUSED
    assert slip_state(make_session(), slip.selector) is None


def test_number_on_the_screen_never_goes_back_when_slips_are_exchanged():
    hall = make_hall(n_slips=6)
    slips = next(iter(hall.slips.values()))
    for slip in slips[:5]:
        hall.cast(slip)
    before = turnout_lines(hall.session)[0].n_shown
    exchange_slip(hall.session.pk, selector=slips[0].selector, actor=hall.actor, at=AT)

    assert (before, turnout_lines(hall.session)[0].n_shown) == (5, 5)


def test_rehearsals_are_nobodys_todo():
    hall = make_hall(state="keyed")
    clerk = make_user(role="clerk", scope=hall.session.cycle.host)
    start_rehearsal(hall.session.pk, actor=clerk, at=AT)

    assert len(session_todos(clerk, TODAY)) == 1


def test_reads_cost_the_same_for_many_slips(django_assert_num_queries):
    hall = make_hall(n_slips=8)
    for slip in hall.all_slips:
        hall.cast(slip)
    hall.session.refresh_from_db()

    with django_assert_num_queries(7):
        ledger_lines(hall.session)
    with django_assert_num_queries(4):
        turnout_lines(hall.session)
