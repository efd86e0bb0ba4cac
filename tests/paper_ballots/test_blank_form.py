"""The printed form says what the screen says, for everybody in the same order."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    Item,
    ItemKind,
    Option,
    Orientation,
    PaperTemplate,
    RuleKind,
    Scale,
    ValidityRule,
)
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, Subject
from apps.paper_ballots.pdf import blank_form_pdf
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_session

OPTIONS = tuple(Option(v, v, Decimal(90 - n)) for n, v in enumerate(("好", "较好", "一般", "差")))
SCALE = Scale("grades", "等次", OPTIONS)
BANDS = Scale(
    "bands",
    "分数段",
    (
        Option("a", "好", Decimal(90), Decimal(16), Decimal(20)),
        Option("b", "差", Decimal(50), Decimal(0), Decimal(15)),
    ),
)

BLANK_BALLOT = ValidityRule(RuleKind.BLANK, Consequence.BALLOT)
MULTI_BALLOT = ValidityRule(RuleKind.MULTI_MARK, Consequence.BALLOT)


def graded(n_items):
    return tuple(Item(f"i{n}", f"测评项目{n}", scale="grades") for n in range(n_items))


def paper(n_subjects, n_items=4, **changes):
    template = PaperTemplate("述职评议测评表", graded(n_items), (SCALE, BANDS), **changes)
    return BallotPaper(
        session_id=1,
        title="2026年度述职评议现场测评",
        parts=(Part("1", 1, "测评表", template),),
        subjects=tuple(
            Subject(n, n, f"书记{n}", "青山镇党委" * (n % 5 + 1), "党委书记", "现场述职")
            for n in range(1, n_subjects + 1)
        ),
    )


LAYOUTS = list(Orientation)


def pages_of(content):
    with pdfplumber.open(BytesIO(content)) as document:
        return [page.extract_text() for page in document.pages], [page.rects for page in document.pages]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("n_subjects", "n_items"), [(0, 1), (1, 1), (10, 4), (11, 4), (40, 8)])
def test_everybody_is_on_the_form_with_a_box_per_option(n_subjects, n_items, layout):
    texts, rects = pages_of(blank_form_pdf(paper(n_subjects, n_items, shows_example=False), "", layout))

    whole = "\n".join(texts)
    boxes = [r for page in rects for r in page if round(r["width"]) == round(r["height"]) == 9]
    assert [f"书记{n}\n" in whole or f"书记{n} " in whole for n in range(1, n_subjects + 1)] == [
        True
    ] * n_subjects
    assert len(boxes) == n_subjects * n_items * 4
    assert all("2026年度述职评议现场测评表" in text for text in texts)
    assert all(f"第 {n} 页，共 {len(texts)} 页" in text for n, text in enumerate(texts, 1))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("comments", list(CommentPolicy))
def test_nothing_leaves_the_page(layout, comments):
    crowded = blank_form_pdf(paper(25, 8, comments=comments), "说明" * 300, layout)

    with pdfplumber.open(BytesIO(crowded)) as document:
        for page in document.pages:
            assert all(c["x0"] >= 0 and c["x1"] <= page.width and c["top"] >= 0 for c in page.chars)
            assert all(r["bottom"] <= page.height - 12 and r["x1"] <= page.width for r in page.rects)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_kind_of_item_has_its_place(layout):
    items = (
        Item("g", "总体评价", scale="grades", section="总体"),
        Item("n", "德", ItemKind.NUMBER, maximum=Decimal(20), scale="bands", section="德能勤绩廉"),
        Item("r", "名次", ItemKind.RANK),
        Item("t", "优点", ItemKind.TEXT),
    )
    template = PaperTemplate(
        "民主测评表", items, (SCALE, BANDS), subtitle="乙表", notes="逐项填写。", footer="无记名"
    )
    form = replace(paper(3), parts=(Part("1", 1, "表", template), Part("2", 2, "表二", template)))

    texts, _ = pages_of(blank_form_pdf(form, "请独立填写。", layout))

    assert len(texts) == 2
    for text in texts:
        whole = text.replace("\n", "")
        for words in (
            "民主测评表",
            "乙表",
            "逐项填写。",
            "请独立填写。",
            "填写示例",
            "无记名",
            "0–20分",
            "好16–20",
            "名次",
            "优点",
        ):
            assert words in whole


@pytest.mark.parametrize(
    ("required", "rules", "said", "unsaid"),
    [
        ("", (), "不填按弃权计", "＊"),
        ("ab", (), "不填按弃权计", "＊"),  # no rule: nothing becomes void
        ("ab", (BLANK_BALLOT,), "每项必填，漏填的，整张票无效", "弃权"),
        ("a", (BLANK_BALLOT,), "带＊的必填，漏填的，整张票无效", "乙项＊"),
        ("", (MULTI_BALLOT,), "同一项选两个及以上的，整张票无效", "该项无效"),
    ],
)
def test_words_say_what_the_rules_of_this_form_make_void(required, rules, said, unsaid):
    items = tuple(
        Item(key, f"{name}项", scale="grades", is_required=key in required)
        for key, name in (("a", "甲"), ("b", "乙"))
    )
    template = PaperTemplate("民主测评表", items, (SCALE,), rules)

    texts, _ = pages_of(blank_form_pdf(replace(paper(1), parts=(Part("1", 1, "表", template),))))

    whole = texts[0].replace("\n", "")
    assert said in whole
    assert unsaid not in whole
    assert ("甲项＊" in whole) == ("带＊" in said)


def test_form_without_boxes_shows_no_tick():
    template = PaperTemplate("考评票", (Item("n", "得分", ItemKind.NUMBER, maximum=Decimal(100)),), (SCALE,))

    texts, _ = pages_of(blank_form_pdf(replace(paper(1), parts=(Part("1", 1, "表", template),))))

    assert ("填写示例" in texts[0], "√" in texts[0]) == (False, False)


def test_a_table_wider_than_any_sheet_becomes_a_sheet_per_person():
    wide = paper(2, 40, orientation=Orientation.MATRIX)

    texts, _ = pages_of(blank_form_pdf(wide))

    assert all("测评内容" in text for text in texts)


def test_two_copies_are_equal():
    assert blank_form_pdf(paper(3)) == blank_form_pdf(paper(3))


@pytest.mark.django_db
def test_form_is_printed_for_staff_of_the_host(client):
    cycle = make_cycle(stage="meeting")
    reviewee = make_reviewee(cycle=cycle)
    session = make_session(cycle=cycle)
    url = reverse("paper_ballots:blank_form", args=[session.pk])
    client.force_login(
        make_user(role="clerk", scope=cycle.host), backend="django.contrib.auth.backends.ModelBackend"
    )

    response = client.get(url)

    assert response["Content-Type"] == "application/pdf"
    assert reviewee.name in pages_of(response.content)[0][0]
    client.force_login(make_user(role="clerk"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url).status_code == 404
    client.force_login(make_user(role="secretary"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url).status_code == 403
