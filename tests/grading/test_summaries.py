"""The summary table of a cycle."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest

from apps.grading.pdf import summary_table
from apps.grading.selectors import contents
from tests.factories.grading import make_signed_deliberation


def text_of(pdf):
    with pdfplumber.open(BytesIO(pdf)) as book:
        return "".join("".join(page.extract_text() for page in book.pages).split())


@pytest.mark.django_db
def test_summary_table_holds_what_was_decided():
    deliberation = make_signed_deliberation(["good", "poor"], n_votes=(6, 7))

    table = contents.summary_table(
        deliberation.cycle, made_on=date(2026, 12, 28), signed_on=date(2026, 12, 25)
    )
    text = text_of(summary_table(table))

    assert [(line.total, line.rank, line.overall_grade) for line in table.lines] == [
        (Decimal("95.00"), 1, "好"),
        (Decimal("60.00"), 2, "差"),
    ]
    assert "95.00" in text
    assert "签发日期：2026年12月25日" in text


@pytest.mark.django_db
def test_summary_table_hides_scores_of_few_ballots():
    deliberation = make_signed_deliberation(["good"], n_votes=(2, 2), rules={"good_quota": 100})

    [line] = contents.summary_table(deliberation.cycle, made_on=date(2026, 12, 28), signed_on=None).lines

    assert (line.ballot_score, line.total, line.rank, line.overall_grade) == (None, None, 1, "好")
    assert line.remark == "有效票少，得分不显示"
