"""What the kinds read: the same figures as the pages, nothing that may not be shown."""

from datetime import UTC, date, datetime

import pytest

from apps.assessments.models import Veto
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.kinds import KINDS
from apps.official_documents.kinds.reading import count_grades, person_lines
from tests.factories.cycles import make_cycle
from tests.factories.duty_reports import make_problem
from tests.factories.grading import make_deliberation, make_signed_deliberation
from tests.factories.scoring import make_clerk, make_scored_cycle
from tests.official_documents.kinds.samples import BY_KEY, file_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
FIELDS = ("rural", "rural", "urban")


@pytest.fixture
def signed():
    deliberation = make_signed_deliberation(("good", "average", "fairly_good"), fields=FIELDS)
    cycle = deliberation.cycle
    make_problem(
        cycle=cycle, reviewee=cycle.reviewees.first(), organization=cycle.reviewees.first().organization
    )
    return cycle


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_is_made_of_a_signed_cycle(kind, signed):
    assert kind.why_not(signed) == ""

    subjects = kind.subjects(signed)

    assert len(subjects) == {Scope.REVIEWEE: 3, Scope.FIELD: 2, Scope.CYCLE: 1}[kind.scope]
    for file_format in set(kind.formats) - {Format.DOCX}:
        assert file_of(kind, kind.contents(subjects[0]), file_format)


@pytest.mark.parametrize(
    "key", ["circular", "annual_report", "grade_register", "field_register", "feedback_letter"]
)
def test_decided_grades_are_told_only_after_the_sign_off(key):
    deliberation = make_deliberation()

    assert "还没有签发" in BY_KEY[key].why_not(deliberation.cycle)


@pytest.mark.parametrize("key", ["summary_table", "result_sheet", "deliberation_sheet", "meeting_record"])
def test_what_is_missing_is_told(key):
    cycle = make_cycle()

    assert "不能出具" in BY_KEY[key].why_not(cycle)
    assert BY_KEY["result_sheet"].subjects(cycle) == []


def test_lines_stand_by_field_and_rank(signed):
    lines = person_lines(signed)

    assert [(one.field, one.rank, one.n_in_field, one.grade) for one in lines] == [
        ("rural", 1, 2, "good"), ("rural", 2, 2, "average"), ("urban", 1, 1, "fairly_good"),
    ]  # fmt: skip
    assert [one.name for one in person_lines(signed, "urban")] == [lines[2].name]
    assert [(x.label, x.n, x.counts, x.n_open) for x in count_grades(lines)] == [
        ("农区", 2, (1, 0, 1, 0), 0), ("城市", 1, (0, 1, 0, 0), 0), ("合计", 3, (1, 1, 1, 0), 0),
    ]  # fmt: skip


def test_hidden_score_reaches_no_kind():
    cycle = make_scored_cycle(("good", "average"), n_votes=(2, 2), rules={"k_min": 5})
    exact = set(cycle.score_runs.get().summaries.values_list("total", flat=True))

    lines = person_lines(cycle)

    assert exact
    assert [(one.total, one.ballot_score, one.is_hidden) for one in lines] == [(None, None, True)] * 2
    assert [one.rank for one in lines] == [1, 2]


def test_sheet_of_a_field_names_quota_ties_and_vetoes():
    deliberation = make_deliberation(("good", "good", "average"), fields=("rural",) * 3)
    cycle = deliberation.cycle
    first = cycle.reviewees.first()
    Veto.objects.create(
        reviewee=first, caps_at="fairly_good", reason="重大事故", entered_by=make_clerk(cycle), entered_at=AT
    )

    content = BY_KEY["deliberation_sheet"].contents(Subject(cycle.pk, field="rural"))

    assert content.quota.n_members == 3
    assert content.quota.n_undecided == 3
    assert len(content.ties) == 1
    assert content.ties[0].endswith("并列第1名")
    assert content.vetoes == ((first.name, "重大事故，最高只能评为“较好”"),)
    assert not content.is_signed


def test_circular_names_by_field_and_tells_no_rank(signed):
    content = BY_KEY["circular"].contents(Subject(signed.pk))

    assert [one.field for one in content.praised] == ["农区"]
    assert [one.field for one in content.criticized] == ["农区"]
    assert content.counts[-1].n == content.n_oral + content.n_written == 3


def test_register_holds_the_day_of_the_sign_off_and_no_score(signed):
    content = BY_KEY["grade_register"].contents(Subject(signed.pk))

    assert content.signed_on == date(2026, 12, 25)
    assert content.totals == "共3人，其中好1人、较好1人、一般1人、差0人"
    assert not [name for name in content.lines[0].__slots__ if "score" in name or "total" in name]


def test_report_adds_up(signed):
    content = BY_KEY["annual_report"].contents(Subject(signed.pk))

    assert content.n_oral + content.n_written == 3
    assert content.grades[-1].n == 3
    assert sum(n for _, n in content.sources) == content.problems[-1].n_problems == 1
