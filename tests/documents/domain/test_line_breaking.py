"""Laws of Chinese line breaking."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.documents.domain.line_breaking import (
    HALF_BLANK,
    NO_START,
    break_lines,
    can_break,
    printable,
)
from apps.documents.domain.titles import break_title

prose = st.text(alphabet="党建书记评，。、；：？！）》”（《“—…2026年95.5%AB c", max_size=200)
widths = st.integers(6, 28)


def lines_of(text, width, first=None):
    advances = [0.5 if c.isascii() else 1.0 for c in text]
    return break_lines(text, advances, width=width, first_width=first or width, em=1.0)


@given(prose, widths)
def test_nothing_is_lost_but_blanks_at_line_ends(text, width):
    lines = lines_of(text, width)

    joined = "".join(text[line.start : line.end] for line in lines)
    assert joined.replace(" ", "") == text.replace(" ", "")


@given(prose, widths)
def test_lines_fit_after_narrowing(text, width):
    for line in lines_of(text, width):
        natural = sum(0.5 if c.isascii() else 1.0 for c in text[line.start : line.end])
        marks = sum(c in HALF_BLANK for c in text[line.start : line.end])
        assert natural - line.narrowing * marks <= width + 1e-6
        assert 0 <= line.narrowing <= 0.5


@given(prose, widths)
def test_a_line_ends_where_it_must_not_only_if_it_cannot_end_anywhere(text, width):
    for line, after in pairwise(lines_of(text, width)):
        if not can_break(text, after.start):
            assert not any(can_break(text, at) for at in range(line.start + 1, line.end))


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from(["党组织书记", "述职评议", "2026", "好", "抓基层党建"]), min_size=4, max_size=40
    ),
    widths,
)
def test_no_line_of_real_prose_starts_with_a_mark(words, width):
    text = "，".join(words) + "。"

    for line in lines_of(text, max(width, 12))[1:]:
        assert text[line.start] not in NO_START


def test_marks_are_pulled_up_by_narrowing():
    text = "一二，四五六七八九十，二"

    first = lines_of(text, 10)[0]

    assert text[first.start : first.end] == "一二，四五六七八九十，"
    assert first.narrowing == 0.5


def test_character_goes_down_when_there_is_nothing_to_narrow():
    text = "一二三四五六七八九十，二"

    lines = lines_of(text, 10)

    assert [text[line.start : line.end] for line in lines] == ["一二三四五六七八九", "十，二"]
    assert lines[0].room == 1.0


def test_words_and_numbers_stay_whole_unless_longer_than_a_line():
    text = "得分95.50分，网址" + "x" * 60

    lines = [text[line.start : line.end] for line in lines_of(text, 8)]

    assert lines[0] == "得分95.50分，网"
    assert lines[1:] == ["址", "x" * 16, "x" * 16, "x" * 16, "x" * 12]


def test_dashes_and_dots_stay_together():
    text = "一二三四五六七——十"

    assert [text[line.start : line.end] for line in lines_of(text, 8)] == ["一二三四五六", "七——十"]
    assert not can_break("——", 1)
    assert not can_break("……", 1)


def test_unseen_characters_go_and_odd_blanks_become_blanks():
    assert printable("甲\u200b乙\ufeff丙\u00a0丁\t戊\x07") == "甲乙丙 丁 戊"


def test_title_keeps_words_whole_and_lines_alike():
    title = "关于2026年度党组织书记抓基层党建工作述职评议考核综合评价意见的反馈"

    assert break_title(title, 20) == [
        "关于2026年度党组织书记抓基层党建工作",
        "述职评议考核综合评价意见的反馈",
    ]
    assert break_title("反馈意见", 20) == ["反馈意见"]
    assert break_title("上行\n下行", 20) == ["上行", "下行"]


@given(
    st.text(alphabet="党组织书记抓基层党建工作述职评议考核，的", min_size=1, max_size=80), st.integers(8, 20)
)
def test_title_lines_fit_and_lose_nothing(title, per_line):
    lines = break_title(title, per_line)

    assert "".join(lines) == title
    assert max(map(len, lines)) <= per_line
