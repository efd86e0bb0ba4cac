"""Wording with named fields: looked up whole, never evaluated, never read as mark-up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.official_documents.domain.wording import check_wording, fields_in, fill
from apps.official_documents.errors import WordingRefused

plain = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=40)


@given(plain, plain)
def test_text_without_braces_stays_as_it_is(text, value):
    assert fill(text, {"姓名": value}) == text


@given(plain, plain, st.text(max_size=40))
def test_values_are_put_in_as_they_are(before, after, value):
    assert fill(f"{before}{{姓名}}{after}", {"姓名": value}) == f"{before}{value}{after}"


def test_field_may_stand_many_times_and_with_blanks():
    text = "{姓名}：{ 姓名 }、{年}"

    assert fields_in(text) == ["姓名", "年"]
    assert fill(text, {"姓名": "{年}", "年": "2026"}) == "{年}：{年}、2026"


def test_unknown_field_is_refused_in_words():
    with pytest.raises(WordingRefused) as refusal:
        check_wording("请{性名}查收", ["姓名", "年"])

    assert refusal.value.message == "没有名为“性名”的字段。这里可以使用：{姓名}、{年}。"


@pytest.mark.parametrize("text", ["请{姓名查收", "请姓名}查收", "{{姓名}}", "{姓\n名}"])
def test_brace_without_partner_is_refused(text):
    with pytest.raises(WordingRefused):
        check_wording(text, ["姓名"])


@pytest.mark.parametrize("text", ["{姓名.__class__}", "{0}", "{姓名!r:>10}", "{}", "{% x %}"])
def test_nothing_is_evaluated(text):
    with pytest.raises(WordingRefused):
        fill(text, {"姓名": "某某"})
