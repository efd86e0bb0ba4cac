"""Feedback letters: ordered, made once, resumed, bundled, read; and what stands in them."""

import zipfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest

from apps.cycles.domain.grades import Grade
from apps.documents.kit.readers import may_read
from apps.documents.models import Job, StoredFile
from apps.documents.selectors import file_bytes
from apps.documents.services import run_job
from apps.duty_reports.models import Problem
from apps.grading import errors, services
from apps.grading.domain.letters import ItemScore, LetterContent, appointment, strengths
from apps.grading.models import FeedbackLetter
from apps.grading.pdf import feedback_letter, summary_table
from apps.grading.selectors import contents
from tests.factories.accounts import make_user
from tests.factories.grading import AT, make_deliberation, make_signed_deliberation
from tests.factories.scoring import make_clerk

CONTENT = LetterContent(
    year=2026,
    number=3,
    issue_no=1,
    cycle_title="2026年度党组织书记抓基层党建工作述职评议考核",
    host="中共清河区委组织部",
    name="某某",
    post="党工委书记",
    organization="东山街道党工委",
    field="城市",
    ballot_score=Decimal("91.25"),
    total=Decimal("90.50"),
    rank=2,
    n_in_field=8,
    grade=Grade.FAIRLY_GOOD,
    items=[ItemScore("履行第一责任人职责", Decimal("93.10")), ItemScore("总体评价", Decimal("88.00"))],
    problems=["对两新组织党建研究不多。", "网格党支部作用发挥不够充分。"],
    rectification_due_on=date(2027, 1, 15),
    issued_on=date(2026, 12, 28),
)


def text_of(pdf):
    with pdfplumber.open(BytesIO(pdf)) as book:
        return "".join("".join(page.extract_text() for page in book.pages).split())


def run(job):
    return run_job(job.pk, clock=lambda: AT)


def order(deliberation, **options):
    cycle = deliberation.cycle
    return services.request_feedback_letters(cycle.pk, actor=make_clerk(cycle), at=AT, **options)


def test_letter_says_everything():
    text = text_of(feedback_letter(CONTENT))

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
    from dataclasses import replace

    hidden = replace(
        CONTENT, ballot_score=None, total=None, items=[], problems=[], rectification_due_on=None, issue_no=2
    )

    text = text_of(feedback_letter(hidden))

    assert "为保护填票人，得分不列示" in text
    assert "分得分较高" not in text
    assert "请对照职责自查" in text
    assert "第2次出具" in text


def test_same_letter_gives_the_same_bytes():
    assert feedback_letter(CONTENT) == feedback_letter(CONTENT)


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
    items = [
        ItemScore(name, Decimal(score)) for name, score in [("甲", 90), ("乙", 80), ("丙", 95), ("丁", 85)]
    ]

    assert [item.name for item in strengths(items)] == ["丙", "甲"]
    assert [item.name for item in strengths(items[:2])] == ["甲"]
    assert strengths([items[0], items[0]]) == []
    assert strengths([]) == []


@pytest.mark.django_db
def test_letters_need_signed_grades():
    with pytest.raises(errors.NotSignedOff):
        order(make_deliberation())


@pytest.mark.django_db
def test_batch_makes_one_letter_each_and_a_zip():
    deliberation = make_signed_deliberation(["good", "poor", "average"])

    job = run(order(deliberation))

    letters = list(FeedbackLetter.objects.order_by("number"))
    assert (job.state, job.n_done, job.n_total) == ("done", 3, 3)
    assert [(one.number, one.issue_no) for one in letters] == [(1, 1), (2, 1), (3, 1)]
    names = [one.file.name for one in letters]
    with zipfile.ZipFile(BytesIO(file_bytes(job.result))) as bundle:
        assert bundle.namelist() == names
        assert text_of(bundle.read(names[0])).startswith("〔2026〕1号")


@pytest.mark.django_db
def test_bundle_of_an_interrupted_run_is_found_again():
    deliberation = make_signed_deliberation(["good", "poor"])
    job = run(order(deliberation))
    issues = [(int(decision), int(issue)) for decision, issue in job.arguments["issues"]]

    again = services.bundle_letters(
        deliberation.cycle_id, issues, actor=job.requested_by, at=AT + timedelta(hours=3)
    )

    assert again == job.result
    assert StoredFile.objects.filter(kind="grading.letter_bundle").count() == 1


@pytest.mark.django_db
def test_letter_names_the_problems_of_its_reviewee_only():
    deliberation = make_signed_deliberation(["good", "poor"])
    for reviewee, words in zip(deliberation.cycle.reviewees.all(), ["甲的问题", "乙的问题"], strict=True):
        Problem.objects.create(
            cycle=deliberation.cycle,
            organization=reviewee.organization,
            reviewee=reviewee,
            source="commentary",
            text=words,
            created_at=AT,
        )

    run(order(deliberation))

    texts = [text_of(file_bytes(one.file)) for one in FeedbackLetter.objects.order_by("number")]
    assert ["甲的问题" in text for text in texts] == [True, False]
    assert ["乙的问题" in text for text in texts] == [False, True]


@pytest.mark.django_db
def test_interrupted_batch_resumes_without_doubles():
    deliberation = make_signed_deliberation(["good", "poor", "average"])
    job = order(deliberation)
    decision_id, issue_no = job.arguments["issues"][0]
    first = services.issue_letter(decision_id, issue_no, render=feedback_letter, actor=None, at=AT)
    Job.objects.filter(pk=job.pk).update(state="running")

    job = run(job)

    assert job.state == "done"
    assert FeedbackLetter.objects.count() == 3
    assert StoredFile.objects.filter(kind="grading.feedback_letter").count() == 3
    assert first in FeedbackLetter.objects.all()


@pytest.mark.django_db
def test_same_order_is_not_queued_twice():
    deliberation = make_signed_deliberation()

    assert order(deliberation) == order(deliberation)


@pytest.mark.django_db
def test_single_letter_is_its_own_result():
    deliberation = make_signed_deliberation()
    reviewee = deliberation.cycle.reviewees.last()

    job = run(order(deliberation, reviewee_ids=[reviewee.pk]))

    letter = FeedbackLetter.objects.get()
    assert letter.decision.reviewee == reviewee
    assert job.result == letter.file


@pytest.mark.django_db
def test_batch_skips_who_has_a_letter():
    deliberation = make_signed_deliberation()
    run(order(deliberation, reviewee_ids=[deliberation.cycle.reviewees.first().pk]))

    job = run(order(deliberation))

    assert job.n_total == 1
    assert FeedbackLetter.objects.count() == 2


@pytest.mark.django_db
def test_nothing_to_issue_is_said():
    deliberation = make_signed_deliberation()
    run(order(deliberation))

    with pytest.raises(errors.NothingToIssue):
        order(deliberation)


@pytest.mark.django_db
def test_reissue_counts_up_and_keeps_number_and_earlier_letter():
    deliberation = make_signed_deliberation(["good"])
    run(order(deliberation))

    run(order(deliberation, again=True))

    letters = list(FeedbackLetter.objects.order_by("issue_no"))
    assert [(one.number, one.issue_no) for one in letters] == [(1, 1), (1, 2)]
    assert "第2次出具" in text_of(file_bytes(letters[1].file))
    assert letters[1].file.name.endswith("（第2次）.pdf")


@pytest.mark.django_db
def test_only_the_addressed_person_marks_it_read():
    deliberation = make_signed_deliberation(["good"])
    run(order(deliberation))
    letter = FeedbackLetter.objects.get()
    own = make_user("secretary", secretary=letter.decision.reviewee.secretary)

    by_staff = services.mark_letter_read(letter.pk, actor=make_clerk(deliberation.cycle), at=AT).read_at
    first = services.mark_letter_read(letter.pk, actor=own, at=AT).read_at
    again = services.mark_letter_read(letter.pk, actor=own, at=AT.replace(hour=9)).read_at

    assert (by_staff, first, again) == (None, AT, AT)


@pytest.mark.django_db
def test_files_are_read_by_staff_of_the_cycle_and_the_addressed_person():
    deliberation = make_signed_deliberation(["good", "poor"])
    job = run(order(deliberation))
    own, other = FeedbackLetter.objects.order_by("number")
    user = make_user("secretary", secretary=own.decision.reviewee.secretary)
    clerk, stranger = make_clerk(deliberation.cycle), make_user("clerk")

    def allowed(who):
        return [may_read(who, file) for file in (own.file, other.file, job.result)]

    assert allowed(clerk) == [True, True, True]
    assert allowed(stranger) == [False, False, False]
    assert allowed(user) == [True, False, False]


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
