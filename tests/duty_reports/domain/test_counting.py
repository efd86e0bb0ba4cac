"""How long a text is: by example (the same for the browser's rule) and by law."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.duty_reports.domain.counting import Count, clean_text, count, problem_share, total
from apps.duty_reports.domain.submission import percent

EXAMPLES = json.loads((Path(__file__).parents[1] / "counting_examples.json").read_text(encoding="utf-8"))
texts = st.text(max_size=80)


@pytest.mark.parametrize(("text", "n_chars", "n_plain", "n_i", "n_we"), EXAMPLES)
def test_examples(text, n_chars, n_plain, n_i, n_we):
    assert count(text) == Count(n_chars, n_plain, n_i, n_we)


@given(texts, texts)
def test_counts_add_up_across_a_line_end(a, b):
    assert count(f"{a}\n{b}") == total([count(a), count(b)])


@given(texts)
def test_blanks_never_count(text):
    assert count("".join(text.split())).n_chars == count(text).n_chars


@given(texts)
def test_without_punctuation_is_never_more(text):
    n = count(text)

    assert 0 <= n.n_without_punctuation <= n.n_chars <= len(text)


@given(texts)
def test_cleaning_is_done_once_and_loses_no_counted_character(text):
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned
    assert count(cleaned).n_chars == count(text).n_chars
    assert "\x00" not in cleaned
    assert "\r" not in cleaned


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_share_lies_between_nought_and_hundred(part, rest):
    share = problem_share(part, part + rest)

    assert 0 <= share < 100


def test_share_of_nothing_is_not_nought():
    assert problem_share(0, 0) is None


@pytest.mark.parametrize(
    ("share", "words"),
    [(Fraction(33), "33%"), (Fraction(3299, 100), "32.9%"), (Fraction(100, 3), "33.3%"), (Fraction(0), "0%")],
)
def test_percent_is_rounded_down(share, words):
    assert percent(share) == words
