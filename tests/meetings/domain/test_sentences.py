import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.meetings.domain.sentences import MIN_CHARS, bare_sentence, proposals, split


def texts(found):
    return [one.text for one in found]


def test_split_cuts_at_closing_punctuation_and_line_ends():
    text = "总体工作扎实有序。党员教育形式单一！流动党员管理不到位；\n阵地作用发挥不够？"

    assert texts(split(text)) == [
        "总体工作扎实有序", "党员教育形式单一", "流动党员管理不到位", "阵地作用发挥不够",
    ]  # fmt: skip


def test_split_cuts_counted_clauses_and_drops_their_numbers():
    text = "主要问题有三个方面：一是党员教育形式单一，二是发展党员不规范，三是集体经济薄弱，收入来源少。"

    assert texts(split(text)) == [
        "主要问题有三个方面", "党员教育形式单一", "发展党员不规范", "集体经济薄弱，收入来源少",
    ]  # fmt: skip


@pytest.mark.parametrize("head", ["1. ", "（1）", "一、", "(二) ", "第三，", "- "])
def test_bare_sentence_drops_numbering(head):
    assert bare_sentence(f"{head}组织生活不经常。") == "组织生活不经常"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("党建与业务两张皮的现象仍然存在", True),
        ("后备干部比较缺乏", True),
        ("阵地建设不断加强", False),
        ("工作思路清晰", False),
    ],
)
def test_lack_is_recognized_and_praise_is_not(sentence, expected):
    assert [one.names_a_lack for one in split(sentence)] == [expected]


def test_short_fragments_and_repetitions_are_left_out():
    assert texts(split("好的。很好！党员教育形式单一。党员教育形式单一。")) == ["党员教育形式单一"]


def test_proposals_leave_out_what_is_already_a_problem():
    text = "一是党员教育形式单一，二是发展党员不规范。"

    assert texts(proposals(text, ["党员教育形式单一，年轻党员不愿参加。"])) == ["发展党员不规范"]


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_every_sentence_stands_in_the_text_and_is_long_enough(text):
    for one in split(text):
        assert one.text in text
        assert len(one.text) >= MIN_CHARS
