"""What people type into cells."""

import contextlib
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.rosters.domain.cells import CellProblem, read_code, read_day, read_phone, read_text

days = st.dates(date(1920, 1, 1), date(2100, 12, 31))
NOTATIONS = [
    "{y}-{m:02}-{d:02}",
    "{y}-{m}-{d}",
    "{y}.{m}.{d}",
    "{y}/{m}/{d}",
    "{y}年{m}月{d}日",
    "{y}{m:02}{d:02}",
    " {y} 年 {m} 月 {d} 日 ",
    "{y}-{m:02}-{d:02} 00:00:00",
]
FULL_WIDTH = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")


@settings(max_examples=60)
@given(days, st.sampled_from(NOTATIONS), st.booleans())
def test_every_notation_means_the_same_day(day, notation, is_full_width):
    text = notation.format(y=day.year, m=day.month, d=day.day)

    assert read_day(text.translate(FULL_WIDTH) if is_full_width else text) == day


@settings(max_examples=40)
@given(days)
def test_spreadsheet_days_and_moments_are_days(day):
    serial = (day - date(1899, 12, 30)).days

    assert read_day(day) == day
    assert read_day(datetime.combine(day, time())) == day
    assert read_day(float(serial)) == day
    assert read_day(str(serial)) == day


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1980-05", date(1980, 5, 1)),
        ("1980.05", date(1980, 5, 1)),
        (1980.05, date(1980, 5, 1)),
        ("1980年5月", date(1980, 5, 1)),
        ("１９８０．０５", date(1980, 5, 1)),
        (198005.0, date(1980, 5, 1)),
        (20210701.0, date(2021, 7, 1)),
        ("", None),
        ("　", None),
        (None, None),
    ],
)
def test_months_and_nothing(value, expected):
    assert read_day(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("去年", "看不懂"),
        ("2021-02-30", "没有这一天"),
        ("2021-13", "没有这一天"),
        (1980.1, "分不清是 1 月还是 10 月"),
        ("1021-01-01", "年份不合理"),
        (12.0, "看不懂"),
        (True, "不是日期"),
        (time(8), "不是日期"),
        (timedelta(1), "不是日期"),
    ],
)
def test_what_cannot_be_understood_is_refused(value, reason):
    with pytest.raises(CellProblem, match=reason):
        read_day(value)


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes()
    )
)
def test_no_cell_breaks_the_readers(value):
    for read in (read_text, read_code, read_phone):
        assert isinstance(read(value), str)
    with contextlib.suppress(CellProblem):
        assert read_day(value) is None or read_day(value).year >= 1900


@pytest.mark.parametrize(
    ("value", "expected"),
    [(150802001.0, "150802001"), (" Ａ－01 ", "A-01"), ("01 02", "0102"), (1.5, "1.5"), (None, "")],
)
def test_codes(value, expected):
    assert read_code(value) == expected


@pytest.mark.parametrize(
    "value", [13800001234.0, "138 0000 1234", "138-0000-1234", "+8613800001234", "１３８００００１２３４"]
)
def test_phones(value):
    assert read_phone(value) == "13800001234"


def test_names_keep_their_full_width_brackets():
    assert read_text("  中共（联合）\n支部\u200b ") == "中共（联合） 支部"
