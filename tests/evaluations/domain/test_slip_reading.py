"""A slip in hand is known by its stub, its typed code or its QR code."""

import secrets

import pytest

from apps.evaluations.domain.slips import make_slip, read_selector


def slip():
    return make_slip("A票", choose=secrets.choice, random_bytes=secrets.token_bytes)


def test_all_three_ways_lead_to_the_same_number():
    one = slip()
    texts = [
        one.selector,
        f" {one.selector.lower()} ",
        one.typed_code,
        one.typed_code.replace("-", "").lower(),
        f"http://10.0.0.1/evaluations/cast/3#{one.fragment}",
    ]

    assert [read_selector(text) for text in texts] == [one.selector] * 5


@pytest.mark.parametrize(
    "text",
    ["", "AB", "ABCDE", "AB!D", "http://10.0.0.1/evaluations/cast/3", "http://10.0.0.1/#", "http://10.0.0.1/#ABCDxyz", "#"],
)  # fmt: skip
def test_anything_else_is_no_slip(text):
    assert read_selector(text) is None


def test_mistyped_code_is_no_slip():
    code = slip().typed_code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")

    assert read_selector(wrong) is None
