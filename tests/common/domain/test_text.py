from hypothesis import given
from hypothesis import strategies as st

from apps.common.domain.text import normalized, search_words


def test_full_width_and_stray_spaces_do_not_matter():
    assert normalized("　ＡＢ１２３ ") == "AB123"
    assert search_words("甲镇　党委\0 ") == ["甲镇", "党委"]


@given(st.text(max_size=60))
def test_normalizing_twice_changes_nothing(text):
    once = normalized(text)

    assert normalized(once) == once


@given(st.text(max_size=200))
def test_search_words_are_few_and_harmless(text):
    words = search_words(text)

    assert len(words) <= 8
    assert all(word and "\0" not in word and not word.isspace() for word in words)
