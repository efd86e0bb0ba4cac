"""Kinds of posts, and days of a term."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.secretaries.domain.careers import days_in_words, is_in_office, overlaps
from apps.secretaries.domain.kinds import AppointmentKind, appointment_kind_of

SECRETARY, ACTING, FIRST, OTHER = AppointmentKind
POSTS = {
    SECRETARY: ("党支部书记", "党委书记", "党组书记、局长", "党工委书记", "党支部书记、村委会主任", "临时党支部书记",
                "新时代党支部书记", "现代农业园党支部书记", "党支部书记、集体经济负责人"),
    ACTING: ("党委副书记（主持工作）", "主持党委工作", "代书记", "代理书记", "代党支部书记", "党支部书记（代理）",
             "党组织负责人", "党支部临时负责人", "时代广场代书记"),
    FIRST: ("第一书记", "驻村第一书记", "党支部第一书记", "副书记、第一书记"),
    OTHER: ("副书记", "委员", "党委委员、纪委书记", "团支部书记", "书记员", "村委会主任", "党组成员"),
}  # fmt: skip
days = st.dates(date(2020, 1, 1), date(2020, 1, 20))
terms = st.tuples(days, st.none() | days).filter(lambda term: term[1] is None or term[1] >= term[0])


@pytest.mark.parametrize(("kind", "post"), [(kind, post) for kind, posts in POSTS.items() for post in posts])
def test_kind_is_read_from_the_words_of_a_post(kind, post):
    assert appointment_kind_of(post) is kind
    assert appointment_kind_of(f" {post[0]} {post[1:]}　") is kind


@given(terms, terms)
def test_terms_overlap_exactly_when_they_share_a_day(one, other):
    calendar = [date(2020, 1, 1) + timedelta(n) for n in range(25)]
    shared = any(is_in_office(*one, day) and is_in_office(*other, day) for day in calendar)

    assert overlaps(*one, *other) == overlaps(*other, *one) == shared


def test_a_successor_may_start_on_the_day_the_predecessor_ends():
    day = date(2024, 5, 10)

    assert not overlaps(date(2021, 1, 1), day, day, None)
    assert overlaps(date(2021, 1, 1), day + timedelta(1), day, None)


def test_days_in_words():
    assert days_in_words(date(2021, 3, 1), None) == "自 2021-03-01 起"
    assert days_in_words(date(2021, 3, 1), date(2024, 5, 10)) == "2021-03-01 至 2024-05-10"
