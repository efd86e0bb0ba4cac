"""The printed form says what the screen says, for everybody in the same order."""

from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from apps.evaluations.domain.ballot_papers import BallotPaper, Item, Option, Subject
from apps.paper_ballots.pdf import blank_form_pdf
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_session


def paper(n_subjects, n_items=4):
    return BallotPaper(
        session_id=1,
        title="2026年度述职评议现场测评",
        items=tuple(Item(n, f"测评项目{n}") for n in range(n_items)),
        options=tuple(Option(v, v) for v in ("好", "较好", "一般", "差")),
        subjects=tuple(
            Subject(n, n, f"书记{n}", "青山镇党委" * (n % 5 + 1), "党委书记", "现场述职")
            for n in range(1, n_subjects + 1)
        ),
    )


def pages_of(content):
    with pdfplumber.open(BytesIO(content)) as document:
        return [page.extract_text() for page in document.pages], [page.rects for page in document.pages]


@pytest.mark.parametrize(("n_subjects", "n_items"), [(0, 1), (1, 1), (10, 4), (11, 4), (40, 8)])
def test_everybody_is_on_the_form_with_a_box_per_option(n_subjects, n_items):
    texts, rects = pages_of(blank_form_pdf(paper(n_subjects, n_items)))

    whole = "\n".join(texts)
    boxes = [r for page in rects for r in page if round(r["width"]) == round(r["height"]) == 9]
    assert [f"书记{n}\n" in whole or f"书记{n} " in whole for n in range(1, n_subjects + 1)] == [
        True
    ] * n_subjects
    assert len(boxes) == n_subjects * n_items * 4
    assert all("2026年度述职评议现场测评表" in text for text in texts)
    assert all(f"第 {n} 页，共 {len(texts)} 页" in text for n, text in enumerate(texts, 1))


def test_nothing_leaves_the_page():
    with pdfplumber.open(BytesIO(blank_form_pdf(paper(25, 8), "说明" * 300))) as document:
        for page in document.pages:
            assert all(c["x0"] >= 0 and c["x1"] <= page.width and c["top"] >= 0 for c in page.chars)
            assert all(r["bottom"] <= page.height - 12 for r in page.rects)


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
