"""Figures as they are typed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.domain.figures import (
    FigureProblem,
    doubled_places_in_words,
    figure_problem,
    read_number,
    source_problem,
)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, None), ("", None), ("  ", None), (0, "0"), (88, "88"), (88.5, "88.5"), ("88.50", "88.5"), ("８８．５", "88.5"),
        (" 90 ", "90"), ("1,000", "1000"), (Decimal("7.25"), "7.25"), (1e2, "100"), ("1e2", "100"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_meant(cell, expected):
    assert read_number(cell) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    "cell",
    ["九十", "90分", "优秀", "90%", True, 1 / 3, "88.123", "nan", "inf", 10**7, "=1+1", "--", object()],
)
def test_what_is_no_figure_is_told(cell):
    with pytest.raises(FigureProblem):
        read_number(cell)


@given(st.decimals(min_value=0, max_value=999_999, places=2))
def test_a_number_is_the_same_from_decimal_float_and_text(number):
    assert read_number(number) == read_number(float(number)) == read_number(f"{number}") == number


@pytest.mark.parametrize(
    ("value", "out_of", "is_place", "expected"),
    [
        (0, 100, False, ""), (100, 100, False, ""), (-1, 100, False, "不能是负数"), ("100.01", 100, False, "超过满分 100"),
        (1, 0, False, "满分应大于 0"), (1, 30, True, ""), (30, 30, True, ""), (31, 30, True, "名次超过参评总数 30"),
        (0, 30, True, "名次应是从 1 开始的整数"), ("1.5", 30, True, "名次应是从 1 开始的整数"),
    ],
)  # fmt: skip
def test_figures_that_do_not_fit_are_told(value, out_of, is_place, expected):
    assert figure_problem(Decimal(value), Decimal(out_of), is_place=is_place) == expected


def test_source_is_needed_and_not_too_long():
    assert source_problem("通报") == ""
    assert source_problem("") == "没有填，请写文号或考核通报名称"
    assert source_problem("长" * 201) == "太长了，最多 200 个字"


def test_shared_places_are_named_best_first():
    places = [
        ("甲", Decimal(2)),
        ("乙", Decimal(1)),
        ("丙", Decimal(2)),
        ("甲", Decimal(1)),
        ("丁", Decimal(3)),
    ]

    assert doubled_places_in_words(places) == ["第 1 名有 2 人：乙、甲。", "第 2 名有 2 人：甲、丙。"]
