"""Every way out of every write on reports and problems."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.cycles import services as cycles
from apps.duty_reports import services
from apps.duty_reports.domain.rounds import Mark
from apps.duty_reports.domain.states import ProblemSource
from apps.duty_reports.errors import (
    BadProblem,
    NobodyToRemind,
    NotUnderReview,
    ProblemInUse,
    ReasonMissing,
    ReportIncomplete,
    ReportingClosed,
    RevisionConflict,
    TextTooLong,
)
from apps.duty_reports.models import DutyReport, FollowUp, Problem, Reminder, ReportRound
from apps.duty_reports.selectors import problems_visible_to
from apps.duty_reports.signals import report_approved, report_returned, report_submitted
from apps.notifications.models import Notification
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.duty_reports import long_text, make_duty_report, make_follow_up, make_problem
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def host():
    return make_organization(name="区委")


@pytest.fixture
def clerk(host):
    return make_user("clerk", host)


@pytest.fixture
def cycle(host):
    return make_cycle(host=host, reports_due_on=date(2026, 12, 1))


@pytest.fixture
def report(cycle):
    return make_duty_report(reviewee=make_reviewee(cycle=cycle), filled=True)


@pytest.fixture
def author(report):
    return make_user("secretary", secretary=report.reviewee.secretary)


@pytest.fixture
def submitted(report, author):
    return services.submit_duty_report(report.pk, actor=author, at=AT)


@pytest.fixture
def heard():
    news = []
    signals = {"submitted": report_submitted, "returned": report_returned, "approved": report_approved}
    receivers = {
        name: (lambda *, signal, name=name, **named: news.append((name, named["report_id"])))
        for name in signals
    }
    for name, signal in signals.items():
        signal.connect(receivers[name])
    yield news
    for name, signal in signals.items():
        signal.disconnect(receivers[name])


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def first(report):
    return report.texts.order_by("section__order_no").first()


# coming into being


def test_opening_a_cycle_makes_every_report_with_all_headings(host, clerk):
    draft = make_cycle(stage="draft", host=host)
    people = [make_reviewee(cycle=draft) for _ in range(2)]

    cycles.open_cycle(draft.pk, actor=clerk, at=AT)

    reports = DutyReport.objects.filter(reviewee__in=people)
    assert [(r.state, r.texts.count(), r.n_chars) for r in reports] == [("draft", 5, 0)] * 2


def test_create_reports_twice_changes_nothing(cycle, clerk):
    make_reviewee(cycle=cycle)

    assert services.create_reports(cycle.pk, actor=clerk, at=AT) == 1
    assert services.create_reports(cycle.pk, actor=clerk, at=AT) == 0
    assert actions() == ["duty_reports.created"]


def test_follow_up_is_added_once(report):
    facts = {
        "source_year": 2025,
        "source_key": "item-1",
        "problem": "旧问题",
        "state_then": "整改中",
        "at": AT,
    }

    a = services.add_follow_up(report.pk, **facts)
    again = services.add_follow_up(report.pk, **facts)
    b = services.add_follow_up(report.pk, **facts | {"source_key": "item-2"})

    assert (a.pk == again.pk, a.order_no, b.order_no) == (True, 1, 2)


# autosave


def save(row, author, text, revision=0, at=AT):
    return services.save_section(
        row.report_id, section_id=row.section_id, text=text, revision=revision, actor=author, at=at
    )


def test_save_section_raises_the_revision_and_recounts(report, author):
    row = save(first(report), author, "我到村里去。\r\n我来。\x00")

    report.refresh_from_db()
    assert (row.text, row.revision) == ("我到村里去。\n我来。", 1)
    assert (report.n_chars, report.saved_at) == (9 + 200 * 3 + 400, AT)


def test_sending_the_same_text_again_is_acknowledged(report, author):
    save(first(report), author, "新文字")

    again = save(first(report), author, "新文字", revision=0)

    assert again.revision == 1


def test_stale_revision_is_refused_with_the_stored_text(report, author):
    save(first(report), author, "第一个窗口")

    with pytest.raises(RevisionConflict) as refusal:
        save(first(report), author, "第二个窗口", revision=0)

    assert (refusal.value.stored_text, refusal.value.stored_revision) == ("第一个窗口", 1)
    assert first(report).text == "第一个窗口"


def test_one_sitting_leaves_one_entry_in_the_log(report, author):
    row = first(report)
    for n in range(3):
        row = save(row, author, f"文字{n}", revision=n, at=AT + timedelta(seconds=n))

    assert actions() == ["duty_reports.saved"]


def test_next_sitting_is_logged_again(report, author):
    save(first(report), author, "上午")
    save(first(report), author, "下午", revision=1, at=AT + timedelta(hours=3))

    assert actions() == ["duty_reports.saved"] * 2


def test_text_far_too_long_is_refused(report, author):
    before = first(report).text

    with pytest.raises(TextTooLong, match="误粘贴"):
        save(first(report), author, "字" * 50_001)

    assert first(report).text == before


@pytest.mark.parametrize(
    ("stage", "state"),
    [("reporting", "submitted"), ("reporting", "approved"), ("meeting", "draft"), ("archived", "returned")],
)
def test_saving_outside_the_time_is_refused(host, stage, state):
    report = make_duty_report(reviewee=make_reviewee(cycle=make_cycle(stage=stage, host=host)), state=state)
    author = make_user("secretary", secretary=report.reviewee.secretary)

    with pytest.raises(ReportingClosed):
        save(first(report), author, "迟到的文字")

    assert first(report).text == ""


def test_answer_is_saved_by_the_same_rules(report, author):
    item = make_follow_up(report=report)
    who = {"actor": author, "at": AT}

    services.save_follow_up_answer(item.pk, answer="已整改", revision=0, **who)
    with pytest.raises(RevisionConflict):
        services.save_follow_up_answer(item.pk, answer="没整改", revision=0, **who)

    assert (FollowUp.objects.get().answer, FollowUp.objects.get().revision) == ("已整改", 1)


# handing in


def test_submit_keeps_a_round_and_tells(report, author, heard):
    make_follow_up(report=report, answer="已办结")

    services.submit_duty_report(report.pk, actor=author, at=AT)

    report.refresh_from_db()
    kept = ReportRound.objects.get()
    assert (report.state, report.submitted_at, kept.round_no, kept.decision) == (
        "submitted",
        AT,
        1,
        "pending",
    )
    assert [s["title"] for s in kept.texts["sections"]] == [
        t.section.title for t in report.texts.order_by("section__order_no")
    ]
    assert [a["answer"] for a in kept.texts["answers"]] == ["已办结"]
    assert (heard, actions()) == ([("submitted", report.pk)], ["duty_reports.submitted"])


def test_submitting_twice_changes_nothing(submitted, author, heard):
    services.submit_duty_report(submitted.pk, actor=author, at=AT + timedelta(days=1))

    submitted.refresh_from_db()
    assert (submitted.submitted_at, ReportRound.objects.count(), heard) == (AT, 1, [])


def test_incomplete_report_is_refused_with_every_gap(report, author, heard):
    make_follow_up(report=report, problem="学习不经常")
    report.texts.filter(section__kind="problems").update(text=long_text(150))

    with pytest.raises(ReportIncomplete) as refusal:
        services.submit_duty_report(report.pk, actor=author, at=AT)

    report.refresh_from_db()
    assert refusal.value.gaps == (
        "“存在的突出问题和原因”写了150字，最少200字，还差50字。",
        "问题与原因占全文18.7%，方案要求不少于33%。",
        "上年度问题“学习不经常”还没有填写整改情况。",
    )
    assert (report.state, ReportRound.objects.count(), heard, actions()) == ("draft", 0, [], [])


def test_submitting_after_the_reporting_stage_is_refused(host):
    report = make_duty_report(
        reviewee=make_reviewee(cycle=make_cycle(stage="meeting", host=host)), filled=True
    )

    with pytest.raises(ReportingClosed, match="会议测评"):
        services.submit_duty_report(report.pk, actor=make_user(), at=AT)


# review


def test_return_keeps_reason_and_passages_and_tells_the_author(submitted, author, clerk, heard):
    section = first(submitted).section
    marks = [Mark(section.pk, "逐个支部", "写具体"), Mark(section.pk, " ", ""), Mark(0, "别处", "别处")]

    services.return_duty_report(submitted.pk, reason=" 问题不具体 ", marks=marks, actor=clerk, at=AT)

    submitted.refresh_from_db()
    kept = ReportRound.objects.get()
    assert (submitted.state, kept.decision, kept.reason, kept.decided_by, kept.decided_at) == (
        "returned", "returned", "问题不具体", clerk, AT,
    )  # fmt: skip
    assert kept.marks == [{"section": section.pk, "quote": "逐个支部", "note": "写具体"}]
    assert list(Notification.objects.values_list("recipient_id", "title")) == [
        (author.pk, "述职报告已退回修改")
    ]
    assert heard == [("returned", submitted.pk)]


def test_return_without_reason_is_refused(submitted, clerk):
    with pytest.raises(ReasonMissing):
        services.return_duty_report(submitted.pk, reason="  ", actor=clerk, at=AT)

    submitted.refresh_from_db()
    assert (submitted.state, ReportRound.objects.get().decision) == ("submitted", "pending")


def test_every_round_is_kept(submitted, author, clerk):
    services.return_duty_report(submitted.pk, reason="再改", actor=clerk, at=AT)
    row = first(submitted)
    save(row, author, row.text + "补充。", revision=row.revision)

    services.submit_duty_report(submitted.pk, actor=author, at=AT)

    texts = [r.texts["sections"][0]["text"] for r in ReportRound.objects.order_by("round_no")]
    assert (ReportRound.objects.count(), texts[1]) == (2, texts[0] + "补充。")


def test_approve_tells_the_author(submitted, author, clerk, heard):
    services.approve_duty_report(submitted.pk, actor=clerk, at=AT)

    submitted.refresh_from_db()
    assert (submitted.state, submitted.approved_at, ReportRound.objects.get().decision) == (
        "approved",
        AT,
        "approved",
    )
    assert (heard, Notification.objects.get().title) == ([("approved", submitted.pk)], "述职报告已审核通过")


def test_approving_twice_changes_nothing(submitted, clerk, heard):
    services.approve_duty_report(submitted.pk, actor=clerk, at=AT)
    services.approve_duty_report(submitted.pk, actor=clerk, at=AT + timedelta(days=1))

    assert (len(heard), ReportRound.objects.get().decided_at) == (1, AT)


def test_deciding_on_a_draft_is_refused(report, clerk):
    with pytest.raises(NotUnderReview, match="草稿"):
        services.return_duty_report(report.pk, reason="原因", actor=clerk, at=AT)
    with pytest.raises(NotUnderReview, match="草稿"):
        services.approve_duty_report(report.pk, actor=clerk, at=AT)


def test_returning_an_approved_report_is_refused(submitted, clerk):
    services.approve_duty_report(submitted.pk, actor=clerk, at=AT)

    with pytest.raises(NotUnderReview):
        services.return_duty_report(submitted.pk, reason="原因", actor=clerk, at=AT)


# reminders


def test_reminder_records_whom_it_reached(cycle, clerk):
    waiting = make_duty_report(reviewee=make_reviewee(cycle=cycle, name="甲", organization_name="甲镇"))
    silent = make_duty_report(reviewee=make_reviewee(cycle=cycle, name="乙", organization_name="乙镇"))
    done = make_duty_report(reviewee=make_reviewee(cycle=cycle), state="submitted")
    user = make_user("secretary", secretary=waiting.reviewee.secretary)
    make_user("secretary", secretary=done.reviewee.secretary)

    outcome = services.remind_authors(cycle.pk, actor=clerk, at=AT)

    assert (outcome.reached, outcome.unreached) == (("甲镇 甲",), ("乙镇 乙",))
    assert list(Reminder.objects.order_by("report_id").values_list("report_id", "is_reached", "sent_by")) == [
        (waiting.pk, True, clerk.pk),
        (silent.pk, False, clerk.pk),
    ]
    assert [(n.recipient_id, n.body) for n in Notification.objects.all()] == [
        (user.pk, "您的述职报告还没有提交，截止日期2026-12-01。")
    ]
    assert AuditEntry.objects.get().details == {"reached": ["甲镇 甲"], "unreached": ["乙镇 乙"]}


def test_disabled_account_is_not_reached(report, cycle, clerk, author):
    author.is_active = False
    author.save()

    outcome = services.remind_authors(cycle.pk, actor=clerk, at=AT)

    assert (len(outcome.reached), len(outcome.unreached), Notification.objects.count()) == (0, 1, 0)


def test_one_report_alone_can_be_reminded(report, cycle, clerk):
    make_duty_report(reviewee=make_reviewee(cycle=cycle))

    services.remind_authors(cycle.pk, report_ids=[report.pk], actor=clerk, at=AT)

    assert list(Reminder.objects.values_list("report_id", flat=True)) == [report.pk]


def test_nobody_to_remind_is_told(submitted, cycle, clerk):
    with pytest.raises(NobodyToRemind):
        services.remind_authors(cycle.pk, actor=clerk, at=AT)

    assert Reminder.objects.count() == 0


# problems


def add(report, actor, **fields):
    facts = {
        "cycle_id": report.reviewee.cycle_id,
        "organization_id": report.reviewee.organization_id,
        "source": ProblemSource.COMMENTARY,
        "raised_by": "王副书记",
        "text": "党员教育形式单一。",
        "actor": actor,
        "at": AT,
    }
    return services.add_problem(**facts | fields)


def test_add_problem_records_it(report, clerk):
    problem = add(report, clerk, reviewee_id=report.reviewee_id, text=" 形式单一。 ")

    assert (problem.text, problem.source, problem.raised_by, problem.created_at) == (
        "形式单一。",
        "commentary",
        "王副书记",
        AT,
    )
    assert actions() == ["duty_reports.problem_added"]


@pytest.mark.parametrize(("text", "message"), [("  ", "是空的"), ("字" * 1001, "最多1000字")])
def test_empty_or_endless_problem_is_refused(report, clerk, text, message):
    with pytest.raises(BadProblem, match=message):
        add(report, clerk, text=text)

    assert Problem.objects.count() == 0


def test_problem_of_a_strange_organization_is_refused(report, clerk):
    with pytest.raises(BadProblem, match="不在“区委”之下"):
        add(report, clerk, organization_id=make_organization().pk)


def test_problem_of_another_cycles_reviewee_is_refused(report, clerk):
    with pytest.raises(BadProblem, match="不一致"):
        add(report, clerk, reviewee_id=make_reviewee().pk)


def test_problem_in_an_archived_cycle_is_refused(host, clerk):
    report = make_duty_report(reviewee=make_reviewee(cycle=make_cycle(stage="archived", host=host)))

    with pytest.raises(BadProblem, match="已归档"):
        add(report, clerk)


def test_update_problem_and_stale_version(report, clerk):
    problem = add(report, clerk)

    services.update_problem(problem.pk, text="改后", version=1, actor=clerk, at=AT)
    with pytest.raises(StaleVersion):
        services.update_problem(problem.pk, text="又改", version=1, actor=clerk, at=AT)

    assert (Problem.objects.get().text, Problem.objects.get().version) == ("改后", 2)


def test_remove_problem(report, clerk):
    services.remove_problem(add(report, clerk).pk, actor=clerk, at=AT)

    assert (Problem.objects.count(), actions()[-1]) == (0, "duty_reports.problem_removed")


def test_problem_under_rectification_cannot_be_removed(report, clerk):
    from apps.rectification.models import RectificationItem

    problem = add(report, clerk)
    RectificationItem.objects.create(problem=problem, cycle=problem.cycle, organization=problem.organization)

    with pytest.raises(ProblemInUse):
        services.remove_problem(problem.pk, actor=clerk, at=AT)

    assert (Problem.objects.count(), actions()) == (1, ["duty_reports.problem_added"])


def test_author_lists_and_takes_back_own_problems(report, author):
    problem = services.add_own_problem(report.pk, text="走访少", actor=author, at=AT)

    assert (problem.source, problem.raised_by, problem.reviewee_id) == (
        "own_report",
        report.reviewee.name,
        report.reviewee_id,
    )
    services.remove_own_problem(report.pk, problem_id=problem.pk, actor=author, at=AT)
    services.remove_own_problem(report.pk, problem_id=problem.pk, actor=author, at=AT)
    assert Problem.objects.count() == 0


def test_author_cannot_take_back_a_leaders_problem(report, author, clerk):
    problem = add(report, clerk, reviewee_id=report.reviewee_id)

    services.remove_own_problem(report.pk, problem_id=problem.pk, actor=author, at=AT)

    assert Problem.objects.count() == 1


def test_author_lists_nothing_after_handing_in(submitted, author):
    with pytest.raises(ReportingClosed):
        services.add_own_problem(submitted.pk, text="走访少", actor=author, at=AT)


def test_secretary_sees_a_leaders_problem_only_after_feedback(report, author, cycle):
    problem = make_problem(cycle=cycle, organization=report.reviewee.organization, reviewee=report.reviewee)

    before = list(problems_visible_to(author))
    type(cycle).objects.filter(pk=cycle.pk).update(stage="rectifying")

    assert (before, list(problems_visible_to(author))) == ([], [problem])
