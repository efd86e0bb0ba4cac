"""History of one organization: hand-checked years, and laws for any changes in any order of entry."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from apps.organizations.domain.history import (
    EVERYTHING,
    Change,
    State,
    contradicted_by,
    day_of_value,
    exists_since,
    founding_day,
    periods_of,
    state_as_of,
)

FIRST = {"code": "A", "name": "甲村党支部", "kind": "branch", "field": "rural", "superior": 1}
START = date(2020, 1, 1)


def day(n):
    return START + timedelta(days=n)


def founded(on=START, **values):
    return Change(1, on, "founded", FIRST | {"exists": True, "founded_on": on and on.isoformat()} | values)


def names(changes, *days):
    states = [state_as_of(changes, one) for one in days]
    return [state.name if state else None for state in states]


def test_founded_renamed_abolished_and_reinstated():
    changes = [
        founded(),
        Change(2, day(100), "renamed", {"name": "甲村党总支"}),
        Change(3, day(200), "abolished", {"exists": False}),
        Change(4, day(300), "reinstated", {"exists": True}),
    ]

    assert names(changes, day(-1), day(0), day(99), day(100), day(199), day(200), day(299), day(300)) == [
        None, "甲村党支部", "甲村党支部", "甲村党总支", "甲村党总支", None, None, "甲村党总支",
    ]  # fmt: skip
    assert [(p.begins_on, p.ends_on, p.state.name) for p in periods_of(changes)] == [
        (day(0), day(100), "甲村党支部"),
        (day(100), day(200), "甲村党总支"),
        (day(300), None, "甲村党总支"),
    ]


def test_unknown_founding_reaches_back_for_ever():
    changes = [founded(None)]

    assert state_as_of(changes, date(1921, 7, 1)) == State("A", "甲村党支部", "branch", "rural", 1)
    assert [(p.begins_on, p.ends_on) for p in periods_of(changes)] == [(None, None)]
    assert exists_since(periods_of(changes)) == date.min


def test_founding_day_stated_later_moves_the_beginning():
    earlier = [founded(), Change(2, None, "corrected", {"founded_on": "2019-12-31"})]
    later = [founded(), Change(2, None, "corrected", {"founded_on": "2020-01-03"})]

    assert (founding_day(earlier), periods_of(earlier)[0].begins_on) == (day(-1), day(-1))
    assert names(later, day(1), day(2)) == [None, "甲村党支部"]


def test_mistake_put_right_counts_since_the_wrong_value_was_set():
    changes = [
        founded(),
        Change(2, day(50), "renamed", {"name": "乙村党支步"}),
    ]
    since = day_of_value(changes, "name")

    changes.append(Change(3, since, "corrected", {"name": "乙村党支部"}))

    assert since == day(50)
    assert names(changes, day(49), day(50), day(400)) == ["甲村党支部", "乙村党支部", "乙村党支部"]
    assert day_of_value(changes, "field") is None


def test_change_entered_late_takes_its_place_by_day():
    changes = [
        founded(),
        Change(2, day(80), "moved", {"superior": 9}),
        Change(3, day(40), "renamed", {"name": "新名"}),
    ]

    assert [(p.begins_on, p.state.name, p.state.superior) for p in periods_of(changes)] == [
        (day(0), "甲村党支部", 1),
        (day(40), "新名", 1),
        (day(80), "新名", 9),
    ]
    assert contradicted_by(changes, {"name", "exists"}, day(39)).id == 3
    assert contradicted_by(changes, {"name", "exists"}, day(40)) is None
    assert contradicted_by(changes, EVERYTHING, day(79)).id == 2
    assert contradicted_by(changes, {"name", "exists"}, day(-1)).id == 3


def test_abolished_on_the_day_of_founding_never_existed():
    changes = [founded(), Change(2, START, "abolished", {"exists": False})]

    assert periods_of(changes) == []
    assert state_as_of(changes, START) is None


def test_break_ends_the_time_without_a_break():
    changes = [
        founded(),
        Change(2, day(10), "abolished", {"exists": False}),
        Change(3, day(20), "reinstated", {"exists": True}),
        Change(4, day(30), "renamed", {"name": "新名"}),
    ]

    assert exists_since(periods_of(changes)) == day(20)
    assert exists_since(periods_of(changes[:2])) is None


values = st.one_of(
    st.fixed_dictionaries({"name": st.sampled_from("甲乙丙")}),
    st.fixed_dictionaries({"superior": st.integers(1, 4)}),
    st.fixed_dictionaries({"kind": st.sampled_from(["branch", "committee"]), "field": st.sampled_from(["new", "soe"])}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"founded_on": st.none() | st.integers(-5, 40).map(lambda n: day(n).isoformat())}),
)  # fmt: skip
any_changes = st.lists(st.tuples(st.none() | st.integers(-10, 40).map(day), values), max_size=12)


@given(st.none() | st.integers(-5, 20).map(day), any_changes)
def test_periods_say_the_same_as_the_replay_on_every_day(start, later):
    changes = [
        founded(start),
        *(Change(n, on, "corrected", after) for n, (on, after) in enumerate(later, start=2)),
    ]

    periods = periods_of(changes)

    for n in range(-15, 45):
        found = [
            one.state
            for one in periods
            if (one.begins_on or date.min) <= day(n) and (one.ends_on is None or day(n) < one.ends_on)
        ]
        assert found == [state for state in [state_as_of(changes, day(n))] if state is not None]


@given(st.none() | st.integers(-5, 20).map(day), any_changes)
def test_periods_are_in_order_apart_and_differ_from_their_neighbour(start, later):
    changes = [
        founded(start),
        *(Change(n, on, "corrected", after) for n, (on, after) in enumerate(later, start=2)),
    ]

    periods = periods_of(changes)

    for one, following in pairwise(periods):
        assert one.ends_on is not None
        assert following.begins_on is not None
        assert one.ends_on <= following.begins_on
        assert one.ends_on < following.begins_on or one.state != following.state
