"""What stands in a feedback letter."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pdfplumber
import pytest

from apps.official_documents.domain.dressing import dress_up
from apps.official_documents.domain.scopes import Format
from apps.official_documents.kinds.feedback_letter import (
    FeedbackLetterKind,
    ItemScore,
    appointment,
    strengths,
)
from apps.official_documents.kit.kinds import COMMON_FIELDS
from apps.official_documents.kit.rendering import render

KIND = FeedbackLetterKind()
CONTENT = KIND.demonstration()


def text_of(pdf):
    with pdfplumber.open(BytesIO(pdf)) as book:
        return "".join("".join(page.extract_text() for page in book.pages).split())


def letter(content=CONTENT, *, issue_no=1, **changes):
    values = {one.name: one.example for one in COMMON_FIELDS} | dict(KIND.values(content))
    dress = dress_up(
        replace(KIND.template, **changes),
        KIND.passages,
        KIND.switches,
        values,
        number=3,
        issue_no=issue_no,
        issued_on=date(2026, 12, 28),
    )
    return render(KIND, content, dress, Format.PDF)


def test_letter_says_everything():
    text = text_of(letter())

    for part in (
        "述职评议考核反馈意见书",
        "〔2026〕3号",
        "某某同志：",
        "（东山街道党工委书记）",
        "91.25分",
        "90.50分",
        "第2名（共8人）",
        "较好",
        "“履行第一责任人职责”（93.10分）得分较高",
        "1.对两新组织党建研究不多。",
        "2.网格党支部作用发挥不够充分。",
        "于2027年1月15日前完成整改",
        "中共清河区委组织部",
        "2026年12月28日",
    ):
        assert part in text


def test_letter_hides_what_may_not_be_shown():
    hidden = replace(CONTENT, ballot_score=None, total=None, items=[], problems=[], rectification_due_on=None)

    text = text_of(letter(hidden, issue_no=2))

    assert "为保护填票人，得分不列示" in text
    assert "分得分较高" not in text
    assert "请对照职责自查" in text
    assert "第2次出具" in text


def test_disclosure_is_a_setting():
    text = text_of(letter(switches={"score": False, "rank": False, "strengths": False}))

    assert not [part for part in ("91.25", "90.50", "第2名", "93.10", "得分") if part in text]
    assert "较好" in text
    assert "三、整改要求" in text


def test_same_letter_gives_the_same_bytes():
    assert letter() == letter()


@pytest.mark.parametrize(
    ("organization", "post", "words"),
    [
        ("东山街道党工委", "党工委书记", "东山街道党工委书记"),
        ("东山街道党工委", "书记", "东山街道党工委书记"),
        ("某某区卫生健康委员会党委", "党委副书记", "某某区卫生健康委员会党委党委副书记"),
        ("第一党支部", "党总支书记", "第一党支部党总支书记"),
    ],
)
def test_appointment_says_the_body_once(organization, post, words):
    assert appointment(organization, post) == words


def test_strengths_are_the_best_two_and_never_the_worst():
    items = [ItemScore(name, score) for name, score in [("甲", 90), ("乙", 80), ("丙", 95), ("丁", 85)]]

    assert [item.name for item in strengths(items)] == ["丙", "甲"]
    assert [item.name for item in strengths(items[:2])] == ["甲"]
    assert strengths([items[0], items[0]]) == []
    assert strengths([]) == []
