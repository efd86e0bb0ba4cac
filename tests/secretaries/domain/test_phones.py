"""Masking of numbers."""

import pytest

from apps.secretaries.domain.phones import is_mobile, mask_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13812341234", "138****1234"), ("", ""), ("1234567", "*******"), ("12345678", "123*5678")],
)
def test_mask(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("number", "expected"),
    [("13812341234", True), ("12812341234", False), ("1381234123", False), ("１３８１２３４１２３４", False)],
)
def test_is_mobile(number, expected):
    assert is_mobile(number) is expected
