import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.domain.passwords import ALPHABET, one_time_password
from apps.accounts.domain.usernames import canonical_username, free_username, is_valid_username


@given(st.text(max_size=30), st.sets(st.text("abz0123", max_size=6), max_size=20))
def test_free_name_is_valid_and_nobodys(syllables, taken):
    name = free_username(syllables, taken)

    assert is_valid_username(name)
    assert name not in taken


def test_free_names_are_numbered():
    assert free_username("zhangwei", {"zhangwei", "zhangwei2"}) == "zhangwei3"


@given(st.text(max_size=60))
def test_name_has_one_spelling(text):
    once = canonical_username(text)

    assert canonical_username(once) == once


def test_width_case_and_spaces_do_not_make_another_name():
    assert {canonical_username(text) for text in ("Admin", "ＡＤＭＩＮ", " admin ")} == {"admin"}


@pytest.mark.parametrize("name", ["", "a", "-ab", "甲乙", "a b", "x" * 61])
def test_odd_names_are_not_valid(name):
    assert not is_valid_username(name)


@given(st.integers())
def test_one_time_password_can_be_typed_from_paper(seed):
    password = one_time_password(random.Random(seed).choice)

    assert len(password) == 14
    assert set(password) <= set(ALPHABET) | {"-"}
    assert not set(password) & set("l1o0i")
