import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evaluations.domain import crockford, slips

codes = st.text(alphabet=crockford.ALPHABET, min_size=15, max_size=15).map(crockford.with_check)


@given(st.binary(min_size=1, max_size=50))
def test_base32_reads_back(data):
    assert crockford.decode(crockford.encode(data), len(data)) == data


def test_base32_has_no_look_alikes():
    assert set("ILOU") & set(crockford.ALPHABET) == set()


@given(codes, st.integers(0, 15), st.sampled_from(crockford.ALPHABET))
def test_one_wrong_character_is_noticed(code, place, other):
    wrong = code[:place] + other + code[place + 1 :]

    assert crockford.is_checked(wrong) == (wrong == code)


@given(codes, st.integers(0, 14))
def test_swapped_neighbours_are_noticed(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert crockford.is_checked(swapped) == (swapped == code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("000000000000000", "0000000000000000"),
        ("7KQ2ABCDEFGHJKM", "7KQ2ABCDEFGHJKMB"),
        ("ZZZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZN"),
    ],
)
def test_check_character_known_answers(body, code):
    assert crockford.with_check(body) == code


def new_slip():
    return slips.make_slip("A票", choose=secrets.choice, random_bytes=secrets.token_bytes)


def test_typed_code_is_read_however_it_is_typed():
    slip = new_slip()
    sloppy = slip.typed_code.lower().replace("0", "o").replace("1", "l").replace("-", "  ")

    assert slips.read_typed_code(sloppy) == (slip.selector, slip.typed)


@pytest.mark.parametrize("text", ["", "7KQ2", "7KQ2-ABCD-EFGH-JKM0", "７KQ2-ABCD-EFGH-JKMT中"])
def test_wrong_typed_code_is_none(text):
    assert slips.read_typed_code(text) is None


@given(st.binary(min_size=16, max_size=16))
def test_secret_reads_back(secret):
    assert slips.read_secret(slips.secret_text(secret)) == secret


@pytest.mark.parametrize("text", ["", "A" * 21, "A" * 21 + "B", "*" * 22, "中" * 22])
def test_other_text_is_no_secret(text):
    assert slips.read_secret(text) is None


def test_verifier_depends_on_session_selector_and_secret():
    stored = slips.fast_verifier(1, "ABCD", b"s" * 16)

    assert slips.is_secret_right(stored, 1, "ABCD", b"s" * 16)
    assert not slips.is_secret_right(stored, 2, "ABCD", b"s" * 16)
    assert not slips.is_secret_right(stored, 1, "ABCE", b"s" * 16)
    assert not slips.is_secret_right(stored, 1, "ABCD", b"t" * 16)
