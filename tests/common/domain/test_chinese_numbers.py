import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.domain.chinese_numbers import LIMIT, chinese_digits, chinese_number, parse_chinese_number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (123, "一百二十三"),
        (1005, "一千零五"), (2026, "二千零二十六"), (10_000, "一万"), (10_010, "一万零一十"), (100_000, "十万"),
        (1_000_001, "一百万零一"), (100_000_000, "一亿"), (100_001_000, "一亿零一千"),
        (1_234_500_000_000, "一万二千三百四十五亿"), (10**12, "一万亿"), (10**12 + 5 * 10**8, "一万零五亿"),
    ],
)  # fmt: skip
def test_number_is_written_as_people_write_it(value, words):
    assert chinese_number(value) == words


@given(st.integers(0, LIMIT - 1))
def test_number_reads_back(value):
    assert parse_chinese_number(chinese_number(value)) == value


@given(st.integers(0, LIMIT - 1))
def test_number_never_doubles_or_ends_with_nought(value):
    words = chinese_number(value)

    assert "零零" not in words
    assert value == 0 or not words.endswith("零")


@pytest.mark.parametrize("value", [-1, LIMIT])
def test_number_out_of_range_is_refused(value):
    with pytest.raises(ValueError):
        chinese_number(value)


@pytest.mark.parametrize("text", ["", "abc", "十x"])
def test_text_that_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        parse_chinese_number(text)


def test_year_uses_the_round_nought():
    assert chinese_digits(2026) == "二〇二六"
    assert parse_chinese_number("一百〇五") == 105
    assert parse_chinese_number("两千") == 2000
