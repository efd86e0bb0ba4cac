from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.domain.chinese_dates import chinese_date, chinese_date_in_words, chinese_weekday, parse_date


def test_date_has_no_leading_noughts():
    assert chinese_date(date(2026, 1, 5)) == "2026年1月5日"


def test_date_in_words_uses_the_round_nought():
    assert chinese_date_in_words(date(2026, 10, 21)) == "二〇二六年十月二十一日"


def test_weekday_is_named():
    assert [chinese_weekday(date(2026, 11, 23)), chinese_weekday(date(2026, 11, 29))] == ["星期一", "星期日"]


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_date_reads_back_in_every_spelling(day):
    spellings = [
        chinese_date(day), day.isoformat(), f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}",
    ]  # fmt: skip

    assert {parse_date(text) for text in spellings} == {day}


@pytest.mark.parametrize("text", ["", "2026-02-30", "20261301", "明天", "2026-1-5-6"])
def test_text_that_is_no_date_is_none(text):
    assert parse_date(text) is None
