"""What the database refuses to keep is shown, at any depth."""

import json

from hypothesis import given
from hypothesis import strategies as st

from apps.audit.domain.storable import storable

any_text = st.text(st.characters(exclude_characters="\\") | st.sampled_from("\0\ud800"), max_size=8)
plain_json = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
)


def test_nul_and_half_a_pair_are_shown():
    assert storable({"path": "/a\0b", "list": ["\ud800", 3, None]}) == {
        "path": "/a␀b",
        "list": ["?", 3, None],
    }


@given(plain_json)
def test_whatever_comes_can_be_stored_and_stays_so(value):
    kept = storable(value)

    text = json.dumps(kept, ensure_ascii=False)
    assert text.encode()
    assert "\\u0000" not in text
    assert storable(kept) == kept


@given(
    st.recursive(st.integers() | st.text("述评考ab\n", max_size=5), lambda inner: st.lists(inner, max_size=3))
)
def test_ordinary_details_stay_as_they_are(value):
    assert storable(value) == value
