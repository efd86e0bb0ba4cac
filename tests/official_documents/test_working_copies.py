"""Summary tables that staff take along without issuing them."""

from hashlib import sha256
from io import BytesIO

import pypdfium2
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.cycles.domain.grades import Grade
from apps.official_documents.models import IssuedDocument
from tests.factories.cycles import make_cycle
from tests.factories.grading import (
    decide_all,
    make_deliberation,
    make_reconsideration,
    make_signed_deliberation,
)
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(client):
    def send(cycle, file_format="pdf", key="summary_table"):
        client.force_login(make_clerk(cycle), backend="django.contrib.auth.backends.ModelBackend")
        return client.get(
            reverse("official_documents:working_copy", args=[cycle.pk, key, file_format]), follow=True
        )

    return send


def text_of(answer):
    pdf = pypdfium2.PdfDocument(answer.content)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    pdf.close()
    return text


def cells_of(answer):
    return [list(row) for row in load_workbook(BytesIO(answer.content)).worksheets[0].values]


def test_pdf_and_workbook_carry_the_same_figures(take):
    cycle = make_signed_deliberation(["good", "poor"], n_votes=6).cycle

    text, rows = text_of(take(cycle)), cells_of(take(cycle, "xlsx"))

    top = next(place for place, row in enumerate(rows) if "测评得分" in row)
    places = [rows[top].index(head) for head in ("测评得分", "总分", "领域内名次", "综合评价等次")]
    assert [[row[at] for at in places] for row in rows[top + 1 :]] == [[95, 95, 1, "好"], [60, 60, 2, "差"]]
    assert "95.0095.001好好" in text
    assert "60.0060.002差差" in text
    assert "签发日期：2026年12月25日" in text


def test_before_the_sign_off_it_says_so(take):
    cycle = decide_all(make_deliberation(["good", "poor"])).cycle

    text, rows = text_of(take(cycle)), cells_of(take(cycle, "xlsx"))

    assert "等次尚未签发，供研究使用" in text
    assert any("等次尚未签发，供研究使用" in str(cell) for row in rows for cell in row)


def test_scores_of_few_ballots_stay_hidden(take):
    cycle = make_signed_deliberation(["good"], n_votes=(2, 2), rules={"good_quota": 100}).cycle

    text = text_of(take(cycle))

    assert "不显示不显示1—较好" in text  # a hidden score proposes nothing
    assert "95.00" not in text


def test_reconsidered_grade_is_told_with_what_it_was(take):
    deliberation = make_signed_deliberation()
    make_reconsideration(deliberation.decisions.get(overall_grade="fairly_good"), Grade.GOOD)

    cells = [cell for row in cells_of(take(deliberation.cycle, "xlsx")) for cell in row]

    assert "复核后由“较好”改为“好”" in cells


def test_nothing_is_issued_but_the_download_is_on_record(take):
    cycle = make_signed_deliberation().cycle

    content = take(cycle, "xlsx").content

    entry = AuditEntry.objects.get(action="official_documents.working_copy_taken")
    assert entry.details == {
        "kind": "结果汇总表",
        "format": "Excel",
        "sha256": sha256(content).hexdigest(),
    }
    assert not IssuedDocument.objects.exists()


@pytest.mark.parametrize(
    ("key", "file_format"),
    [
        ("summary_table", "docx"),
        ("summary_table", "exe"),
        ("circular", "pdf"),
        ("field_summary", "pdf"),
        ("nothing", "pdf"),
    ],
)
def test_only_what_has_a_working_copy(take, key, file_format):
    cycle = make_signed_deliberation().cycle

    assert take(cycle, file_format, key).status_code == 404


def test_without_scores_the_next_page_tells_why(take):
    page = take(make_cycle())

    assert "还没有计分" in page.content.decode()
    assert not AuditEntry.objects.filter(action="official_documents.working_copy_taken").exists()
