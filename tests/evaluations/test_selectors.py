from datetime import date

import pytest

from apps.evaluations.selectors import (
    ledger_lines,
    mark_rows,
    returned_counts,
    session_todos,
    sessions_visible_to,
    slip_lines,
    turnout_lines,
)
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_hall, make_opened_marks, make_session, move_to

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
    for state in ("draft", "keyed", "open", "closed", "opened", "released"):
        move_to(session, state)
        titles.append([todo.title.partition("：")[2] for todo in session_todos(clerk, TODAY)])

    assert titles == [
        ["生成密钥、打印测评票"],
        ["试开钥匙卡、开始投票"],
        ["正在投票，到时截止"],
        ["请监票人开箱"],
        ["核对得分后发布测评结果"],
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


def test_slip_lines_say_what_is_missing_from_the_plan():
    hall = make_hall(n_slips=3, state="keyed")
    hall.session.groups.update(n_planned=5)

    assert [(line.n_issued, line.n_void, line.n_missing) for line in slip_lines(hall.session)] == [
        (3, 0, 2)
    ] * 2


def test_reads_cost_the_same_for_many_slips(django_assert_num_queries):
    hall = make_hall(n_slips=8)
    for slip in hall.all_slips:
        hall.cast(slip)
    hall.session.refresh_from_db()

    with django_assert_num_queries(3):
        ledger_lines(hall.session)
    with django_assert_num_queries(4):
        turnout_lines(hall.session)
