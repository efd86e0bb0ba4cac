"""A comparison tells both texts completely, whatever changed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from apps.duty_reports.domain.diffs import ADDED, REMOVED, SAME, Piece, compare, sentences

texts = st.text(alphabet="我们到村走访，。！\n问题", max_size=120)


def told(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(texts, texts)
def test_same_and_removed_are_the_old_text_same_and_added_the_new(old, new):
    pieces = compare(old, new)

    assert told(pieces, SAME, REMOVED) == old
    assert told(pieces, SAME, ADDED) == new


@given(texts)
def test_text_compared_with_itself_is_all_the_same(text):
    assert compare(text, text) == ([Piece(SAME, text)] if text else [])


@given(texts, texts)
def test_neighbouring_pieces_differ_in_kind(old, new):
    kinds = [piece.kind for piece in compare(old, new)]

    assert all(a != b for a, b in pairwise(kinds))


@given(texts)
def test_sentences_joined_are_the_text(text):
    assert "".join(sentences(text)) == text


def test_change_inside_a_sentence_is_shown_by_character():
    assert compare("我到村走访三次。问题不少。", "我到村走访五次。问题不少。") == [
        Piece(SAME, "我到村走访"),
        Piece(REMOVED, "三"),
        Piece(ADDED, "五"),
        Piece(SAME, "次。问题不少。"),
    ]


def test_sentence_that_says_something_else_is_replaced_whole():
    pieces = compare("支部学习不经常。", "今年发展党员八名！")

    assert pieces == [Piece(REMOVED, "支部学习不经常。"), Piece(ADDED, "今年发展党员八名！")]


def test_long_rewrite_is_shown_whole():
    old, new = "甲" * 300 + "乙" * 200, "甲" * 300 + "丙" * 200

    assert compare(old, new) == [Piece(REMOVED, old), Piece(ADDED, new)]
