"""Pages of reports: autosave answers, the way without scripts, handing in, review, lists, and who sees what."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.duty_reports import services
from apps.duty_reports.models import DutyReport, Problem, Reminder
from apps.duty_reports.selectors import duty_reports_visible_to, problems_visible_to, todos_of
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.duty_reports import long_text, make_duty_report, make_follow_up, make_problem
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def host():
    return make_organization(name="区委")


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
def clerk(host):
    return make_user("clerk", host)


@pytest.fixture
def pen(client, author):
    """The author's browser."""
    client.force_login(author, backend=BACKEND)
    return client


@pytest.fixture
def desk(client, clerk):
    """The clerk's browser."""
    client.force_login(clerk, backend=BACKEND)
    return client


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def first(report):
    return report.texts.order_by("section__order_no").first()


def page_fields(report, **changes):
    data = {}
    for row in report.texts.all():
        data |= {
            f"section-{row.section_id}": row.text,
            f"revision-section-{row.section_id}": str(row.revision),
        }
    for item in report.follow_ups.all():
        data |= {f"follow-up-{item.pk}": item.answer, f"revision-follow-up-{item.pk}": str(item.revision)}
    return data | changes


# autosave


def test_autosave_answers_the_new_revision(pen, report):
    row = first(report)

    answer = pen.post(
        f"/duty-reports/{report.pk}/sections/{row.section_id}/", {"text": "新文字", "revision": "0"}
    )

    assert (answer.status_code, answer.json()["revision"], first(report).text) == (200, 1, "新文字")


def test_autosave_conflict_answers_the_stored_text(pen, report, author):
    row = first(report)
    services.save_section(
        report.pk, section_id=row.section_id, text="先存的", revision=0, actor=author, at=AT
    )

    answer = pen.post(
        f"/duty-reports/{report.pk}/sections/{row.section_id}/", {"text": "后来的", "revision": "0"}
    )

    assert answer.status_code == 409
    assert answer.json() | {"detail": ""} == {
        "code": "revision_conflict", "detail": "", "stored_text": "先存的", "stored_revision": 1,
    }  # fmt: skip
    assert first(report).text == "先存的"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "１"])
def test_autosave_without_a_readable_revision_is_a_conflict(pen, report, revision):
    url = f"/duty-reports/{report.pk}/sections/{first(report).section_id}/"

    assert pen.post(url, {"text": "文字", "revision": revision}).status_code == 409


def test_autosave_after_handing_in_says_why(pen, report, author):
    services.submit_duty_report(report.pk, actor=author, at=AT)

    answer = pen.post(
        f"/duty-reports/{report.pk}/sections/{first(report).section_id}/", {"text": "晚了", "revision": "0"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "reporting_closed")


def test_autosave_of_a_strange_heading_or_answer_is_not_found(pen, report):
    other = make_duty_report()
    item = make_follow_up(report=other)

    assert pen.post(f"/duty-reports/{report.pk}/sections/{first(other).section_id}/").status_code == 404
    assert pen.post(f"/duty-reports/{report.pk}/follow-ups/{item.pk}/").status_code == 404


def test_answer_is_saved_by_autosave(pen, report):
    item = make_follow_up(report=report)

    answer = pen.post(f"/duty-reports/{report.pk}/follow-ups/{item.pk}/", {"text": "办结", "revision": "0"})

    item.refresh_from_db()
    assert (answer.json()["revision"], item.answer) == (1, "办结")


# without scripts


def test_save_button_saves_the_whole_page(pen, report):
    item = make_follow_up(report=report)
    row = first(report)
    data = page_fields(report) | {f"section-{row.section_id}": "按钮保存", f"follow-up-{item.pk}": "已整改"}

    answer = pen.post(f"/duty-reports/{report.pk}/save/", data)

    item.refresh_from_db()
    assert (answer.status_code, first(report).text, item.answer) == (302, "按钮保存", "已整改")


def test_save_button_keeps_what_could_not_be_saved_on_the_page(pen, report, author):
    row = first(report)
    data = page_fields(report) | {f"section-{row.section_id}": "第二个窗口写的"}
    services.save_section(
        report.pk, section_id=row.section_id, text="第一个窗口", revision=0, actor=author, at=AT
    )

    answer = pen.post(f"/duty-reports/{report.pk}/save/", data)

    page = answer.content.decode()
    assert (answer.status_code, "第二个窗口写的" in page, "第一个窗口" in page) == (409, True, True)


def test_submit_saves_first_and_hands_in(pen, report):
    row = first(report)
    data = page_fields(report) | {f"section-{row.section_id}": "最后一句。"}

    pen.post(f"/duty-reports/{report.pk}/submit/", data)

    report.refresh_from_db()
    assert (report.state, report.rounds.get().texts["sections"][0]["text"]) == ("submitted", "最后一句。")


def test_submit_pressed_twice_is_harmless(pen, report):
    data = page_fields(report)
    pen.post(f"/duty-reports/{report.pk}/submit/", data)

    answer = pen.post(f"/duty-reports/{report.pk}/submit/", data, follow=True)

    assert (answer.status_code, report.rounds.count()) == (200, 1)


def test_submit_lists_the_gaps_and_keeps_the_text(pen, report):
    make_follow_up(report=report, problem="学习不经常")
    problems = report.texts.get(section__kind="problems")
    data = page_fields(report) | {f"section-{problems.section_id}": long_text(150)}

    answer = pen.post(f"/duty-reports/{report.pk}/submit/", data)

    page = answer.content.decode()
    report.refresh_from_db()
    problems.refresh_from_db()
    assert answer.status_code == 409
    assert ("还差50字" in page, "还没有填写整改情况" in page) == (True, True)
    assert (report.state, problems.text) == ("draft", long_text(150))


def test_problem_is_listed_and_taken_back_without_scripts(pen, report):
    row = first(report)
    data = page_fields(report) | {f"section-{row.section_id}": "顺手写的", "text": "走访少"}

    pen.post(f"/duty-reports/{report.pk}/problems/", data)
    problem = Problem.objects.get()
    text = first(report).text
    pen.post(f"/duty-reports/{report.pk}/problems/{problem.pk}/remove/")

    assert (problem.text, text, Problem.objects.count()) == ("走访少", "顺手写的", 0)


def test_problem_list_is_answered_alone_to_htmx(pen, report):
    answer = pen.post(f"/duty-reports/{report.pk}/problems/", {"text": " "}, headers={"HX-Request": "true"})

    page = answer.content.decode()
    assert page.startswith('<div id="own-problems">')
    assert "问题内容是空的" in page


# reading


def test_my_report_leads_to_writing_then_to_reading(pen, report, author):
    assert pen.get("/duty-reports/mine/").url == f"/duty-reports/{report.pk}/edit/"

    services.submit_duty_report(report.pk, actor=author, at=AT)

    assert pen.get("/duty-reports/mine/").url == f"/duty-reports/{report.pk}/"
    assert pen.get(f"/duty-reports/{report.pk}/edit/").url == f"/duty-reports/{report.pk}/"


def test_text_is_escaped_everywhere(pen, report, author, clerk, client):
    row = first(report)
    services.save_section(
        report.pk,
        section_id=row.section_id,
        text="</textarea><script>x</script>",
        revision=0,
        actor=author,
        at=AT,
    )
    edit = pen.get(f"/duty-reports/{report.pk}/edit/").content.decode()
    services.submit_duty_report(report.pk, actor=author, at=AT)
    services.return_duty_report(report.pk, reason="<b>改</b>", actor=clerk, at=AT)
    services.save_section(
        report.pk, section_id=row.section_id, text="<script>y</script>", revision=1, actor=author, at=AT
    )
    services.submit_duty_report(report.pk, actor=author, at=AT)

    pages = [edit] + [
        pen.get(f"/duty-reports/{report.pk}/{part}").content.decode() for part in ("", "rounds/", "print/")
    ]

    assert [("<script>x" in page, "<script>y" in page, "<b>改" in page) for page in pages] == [
        (False, False, False)
    ] * 4


def test_rounds_page_shows_what_changed(pen, report, author, clerk):
    services.submit_duty_report(report.pk, actor=author, at=AT)
    services.return_duty_report(report.pk, reason="再写具体些", actor=clerk, at=AT)
    row = first(report)
    services.save_section(
        report.pk, section_id=row.section_id, text=f"{row.text}新增一句。", revision=0, actor=author, at=AT
    )
    services.submit_duty_report(report.pk, actor=author, at=AT)

    page = pen.get(f"/duty-reports/{report.pk}/rounds/").content.decode()

    assert ("新增一句。</ins>" in page, "再写具体些" in page) == (True, True)


# review


def test_return_page_asks_for_a_reason(desk, report, author):
    services.submit_duty_report(report.pk, actor=author, at=AT)

    answer = desk.post(f"/duty-reports/{report.pk}/return/", {"reason": " "})

    report.refresh_from_db()
    assert (answer.status_code, "请填写“退回原因”。" in answer.content.decode(), report.state) == (
        422,
        True,
        "submitted",
    )


def test_return_with_a_passage_reaches_the_authors_page(desk, report, author, client):
    services.submit_duty_report(report.pk, actor=author, at=AT)
    key = first(report).section_id

    desk.post(
        f"/duty-reports/{report.pk}/return/",
        {"reason": "改", f"quote-{key}": "到村走访", f"note-{key}": "几次？"},
    )
    client.force_login(author, backend=BACKEND)
    page = client.get(f"/duty-reports/{report.pk}/edit/").content.decode()

    assert ("<q>到村走访</q>" in page, "几次？" in page) == (True, True)


def test_approve_button(desk, report, author):
    services.submit_duty_report(report.pk, actor=author, at=AT)

    desk.post(f"/duty-reports/{report.pk}/approve/")
    answer = desk.post(f"/duty-reports/{report.pk}/return/", {"reason": "晚了"})

    report.refresh_from_db()
    assert (report.state, answer.status_code) == ("approved", 409)


def test_nobody_decides_on_the_own_report(client, host, report, author):
    from tests.factories.accounts import give_role

    give_role(author, "head", host)
    services.submit_duty_report(report.pk, actor=author, at=AT)
    client.force_login(author, backend=BACKEND)

    assert client.post(f"/duty-reports/{report.pk}/approve/").status_code == 403


def test_town_staff_reads_but_does_not_decide(client, report, author):
    services.submit_duty_report(report.pk, actor=author, at=AT)
    client.force_login(make_user("clerk", report.reviewee.organization), backend=BACKEND)

    assert client.get(f"/duty-reports/{report.pk}/").status_code == 200
    assert client.post(f"/duty-reports/{report.pk}/approve/").status_code == 403


# board and reminders


def test_board_counts_by_state_and_unit(desk, cycle, host):
    town = make_organization(superior=host, name="甲镇")
    village = make_organization(superior=town)
    make_duty_report(reviewee=make_reviewee(cycle=cycle, organization=town), state="submitted")
    make_duty_report(reviewee=make_reviewee(cycle=cycle, organization=village))
    make_duty_report(
        reviewee=make_reviewee(cycle=cycle, organization=make_organization(superior=host, name="乙镇"))
    )

    context = desk.get("/duty-reports/board/").context

    assert [(line.label, line.counts, line.n_all) for line in context["lines"]] == [
        ("甲镇", (1, 1, 0, 0), 2),
        ("乙镇", (1, 0, 0, 0), 1),
    ]
    assert (context["whole"].counts, context["n_waiting"]) == ((2, 1, 0, 0), 2)


def test_remind_button_tells_whom_it_missed(desk, cycle, report, author):
    make_duty_report(reviewee=make_reviewee(cycle=cycle, name="丁", organization_name="丁镇"))

    answer = desk.post(f"/duty-reports/cycles/{cycle.pk}/remind/", follow=True)

    assert told(answer) == ["已催办1人，登录后即可看到。", "下列1人没有可用的账号，请打电话：丁镇 丁。"]
    assert Reminder.objects.count() == 2
    assert [(one.n_reached, one.n_unreached) for one in answer.context["reminders"]] == [(1, 1)]


# lists


def count_queries(browser, url):
    browser.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("n", [1, 3])
def test_report_list_costs_the_same_queries(desk, cycle, n):
    for _ in range(n):
        make_duty_report(reviewee=make_reviewee(cycle=cycle))

    assert count_queries(desk, "/duty-reports/") == 8


def test_filtered_report_list_costs_no_more(desk, cycle, report):
    unit = report.reviewee.organization_id

    assert count_queries(desk, f"/duty-reports/?cycle={cycle.pk}&unit={unit}") == 8


@pytest.mark.parametrize("n", [1, 3])
def test_problem_list_costs_the_same_queries(desk, cycle, n):
    for _ in range(n):
        reviewee = make_reviewee(cycle=cycle)
        make_problem(cycle=cycle, organization=reviewee.organization, reviewee=reviewee)

    assert count_queries(desk, "/duty-reports/problems/") == 7


@pytest.mark.parametrize("n", [1, 3])
def test_board_costs_the_same_queries(desk, cycle, n):
    for _ in range(n):
        make_duty_report(reviewee=make_reviewee(cycle=cycle))

    assert count_queries(desk, "/duty-reports/board/") == 8


def test_list_is_filtered_by_unit_and_exported(desk, cycle, host):
    town = make_organization(superior=host)
    make_duty_report(
        reviewee=make_reviewee(cycle=cycle, organization=make_organization(superior=town), name="甲")
    )
    make_duty_report(reviewee=make_reviewee(cycle=cycle, name="乙"))

    answer = desk.get(f"/duty-reports/?unit={town.pk}&export=xlsx&col=name&col=state")

    assert list(load_workbook(BytesIO(answer.content)).active.values)[-2:] == [
        ("姓名", "状态"),
        ("甲", "草稿"),
    ]


# who sees what


def test_scope_decides_which_reports_are_seen(host, report, author):
    other = make_duty_report()

    assert set(duty_reports_visible_to(make_user("clerk", host))) == {report}
    assert set(duty_reports_visible_to(make_user("leader", other.reviewee.cycle.host))) == {other}
    assert set(duty_reports_visible_to(author)) == {report}
    for role in ("discipline", "system_admin", "security_admin", "audit_admin"):
        assert set(duty_reports_visible_to(make_user(role, host))) == set()


def test_discipline_sees_problems_but_no_reports(host, cycle, report):
    problem = make_problem(cycle=cycle, organization=report.reviewee.organization)
    user = make_user("discipline", host)

    assert (list(problems_visible_to(user)), list(duty_reports_visible_to(user))) == ([problem], [])


def test_todos_follow_the_state(report, author, clerk):
    before = [todo.title for todo in todos_of(author, date(2026, 12, 2))]
    services.submit_duty_report(report.pk, actor=author, at=AT)
    staff = [(todo.title, todo.count) for todo in todos_of(clerk, date(2026, 12, 2))]
    author_waits = todos_of(author, date(2026, 12, 2))
    services.return_duty_report(report.pk, reason="改", actor=clerk, at=AT)
    after = [todo.title for todo in todos_of(author, date(2026, 11, 30))]

    assert before == ["2026年度述职报告还没有提交（已过截止日期）"]
    assert staff == [(f"{report.reviewee.cycle.title}：有述职报告等待审核", 1)]
    assert author_waits == []
    assert after == ["2026年度述职报告被退回，请修改后再提交"]
    assert todos_of(clerk, date(2026, 11, 30)) == []


def test_report_of_another_year_stays_readable(pen, report, author, host):
    old = make_duty_report(
        reviewee=make_reviewee(
            cycle=make_cycle(host=host, year=2025, stage="archived"),
            secretary=report.reviewee.secretary,
            organization=report.reviewee.organization,
        ),
        state="approved",
    )

    page = pen.get(f"/duty-reports/{report.pk}/edit/").content.decode()

    assert f"/duty-reports/{old.pk}/" in page
    assert pen.get(f"/duty-reports/{old.pk}/").status_code == 200
    assert DutyReport.objects.count() == 2


def test_staff_are_told_of_reports_not_handed_in_after_their_day(report, clerk):
    cycle = report.reviewee.cycle

    on_the_day = todos_of(clerk, date(2026, 12, 1))
    later = [(todo.title, todo.count, todo.url) for todo in todos_of(clerk, date(2026, 12, 2))]

    assert on_the_day == []
    assert later == [(f"催交{cycle.year}年度述职报告", 1, f"/duty-reports/board/?cycle={cycle.pk}")]
