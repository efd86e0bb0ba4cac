"""Verification codes as people type them."""

from hypothesis import given
from hypothesis import strategies as st

from apps.official_documents.domain.codes import N_BYTES, code_from, read_code, shown_code

codes = st.binary(min_size=N_BYTES, max_size=N_BYTES).map(code_from)


@given(codes)
def test_code_is_read_however_it_was_typed(code):
    shown = shown_code(code)

    assert len(shown) == 14
    for typed in (shown, shown.lower(), f"  {shown.replace('-', ' ')} ", code, f"http://10.0.0.5/v/#{shown}"):
        assert read_code(typed) == code


@given(codes, st.integers(0, 11), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_noticed(code, place, other):
    wrong = code[:place] + other + code[place + 1 :]

    assert (read_code(wrong) == "") == (wrong != code)


def test_what_is_no_code_is_empty():
    assert [read_code(typed) for typed in ("", "7K3M", "你好", "7K3M-9XQ2-ABCD-EFGH", "#")] == [""] * 5
