from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.grading.models import Deliberation, GradeDecision
from apps.insights.selectors import years_of
from apps.scoring.models import ScoreRun, ScoreSummary
from apps.secretaries.kit.cards import parts_for
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.duty_reports import make_duty_report, make_problem
from tests.factories.organizations import make_organization
from tests.factories.rectification import make_closed_item, make_item

AT = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def sign_off(cycle, actor, results):
    """Give each reviewee a grade and a total, and sign off. ``results``: reviewee → (grade, exact total, hidden)."""
    run = ScoreRun.objects.create(
        cycle=cycle, state="done", is_current=True, software_version="1", requested_by=actor, started_at=AT
    )
    deliberation = Deliberation.objects.create(cycle=cycle, run=run)
    for reviewee, (grade, exact, is_hidden) in results.items():
        ScoreSummary.objects.create(
            run=run,
            reviewee=reviewee,
            total_exact=exact,
            total=Decimal(str(float(Fraction(exact)))),
            hides_score=is_hidden,
        )
        GradeDecision.objects.create(
            deliberation=deliberation, reviewee=reviewee, proposed_grade=grade, overall_grade=grade
        )
    Deliberation.objects.filter(pk=deliberation.pk).update(signed_off_at=AT, signed_off_by=actor)


@pytest.fixture
def host():
    return make_organization()


@pytest.fixture
def clerk(host):
    return make_user("clerk", host)


@pytest.fixture
def other(host):
    return make_user("clerk", host)


@pytest.fixture
def years(host, clerk, other):
    """2025 archived and signed off, 2026 collecting reports; one organization has problems in both."""
    earlier = make_cycle(stage="archived", host=host, year=2025)
    later = make_cycle(stage="reporting", host=host, year=2026)
    rural = make_organization(superior=host, field="rural")
    health = make_organization(superior=host, field="health")
    first, second = (make_reviewee(cycle=earlier, organization=one) for one in (rural, health))
    third = make_reviewee(cycle=earlier, organization=make_organization(superior=host, field="rural"))
    now = make_reviewee(cycle=later, organization=rural, secretary=first.secretary)
    results = {
        first: ("good", "181/2", False), second: ("average", "70", False), third: ("fairly_good", "99", True),
    }  # fmt: skip
    sign_off(earlier, clerk, results)
    make_closed_item(cycle=earlier, reviewee=first, applied_by=clerk, verified_by=other)
    make_item(cycle=earlier, reviewee=first)
    make_item(cycle=earlier, reviewee=second)
    make_problem(cycle=later, organization=rural, reviewee=now)
    make_duty_report(reviewee=now, state="submitted", submitted_at=AT)
    return earlier, later, first, now


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name):
    return reverse(f"insights:{name}")


def values(section):
    return {line.label: [cell.value for cell in line.cells] for line in section.lines}


def sections_of(answer):
    return {one.key: one for one in answer.context["sections"]}


def test_comparison_shows_the_latest_two_years(desk, years):
    shown = sections_of(desk.get(url("comparison")))

    assert values(shown["grades"]) == {
        "农区": [1, 1, 0, 0, 0, 0, 0, 0, 0, 1],
        "卫健": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        "合计": [1, 1, 1, 0, 0, 0, 0, 0, 0, 1],
    }
    assert values(shown["reports"]) == {
        "应交报告（份）": [0, 1, 1], "已提交（份）": [0, 1, 1], "审核通过（份）": [0, 0, 0], "退回修改（次）": [0, 0, 0],
    }  # fmt: skip


def test_comparison_leaves_hidden_scores_out_of_the_mean(desk, years):
    shown = sections_of(desk.get(url("comparison")))

    assert values(shown["totals"]) == {
        "农区": [Decimal("90.50"), None, None],
        "卫健": [Decimal("70.00"), None, None],
        "合计": [Decimal("80.25"), None, None],
    }


def test_comparison_of_problems_and_recurring_organizations(desk, years):
    shown = sections_of(desk.get(url("comparison")))

    assert values(shown["rectified"]) == {
        "农区": [2, 1, Decimal("50.0"), 1, 0, None],
        "卫健": [1, 0, Decimal("0.0"), 0, 0, None],
        "合计": [3, 1, Decimal("33.3"), 1, 0, None],
    }
    assert values(shown["recurring"]) == {years[2].organization.name: ["农区", 2, 1, 1, 0]}


def test_figures_lead_to_the_rows_behind_them(desk, years):
    page = desk.get(url("comparison"))
    cells = {line.label: line.cells for line in sections_of(page)["rectified"].lines}

    behind = desk.get(cells["农区"][0].url)

    assert cells["农区"][0].value == len(behind.context["lines"]) == 2
    for section in page.context["sections"]:
        for line in section.lines:
            for cell in line.cells:
                assert not cell.url or desk.get(cell.url).status_code == 200


def test_comparison_without_signed_off_grades_shows_none(desk, years):
    later = years[1]
    sign_off_missing = ScoreRun.objects.create(
        cycle=later,
        state="done",
        is_current=True,
        software_version="1",
        requested_by=make_user(),
        started_at=AT,
    )
    ScoreSummary.objects.create(run=sign_off_missing, reviewee=years[3], total_exact="88", total=Decimal(88))

    shown = sections_of(desk.get(url("comparison")))

    assert values(shown["totals"])["农区"][1] is None


@pytest.mark.parametrize("n", [1, 3])
def test_comparison_costs_the_same_queries(desk, host, clerk, django_assert_num_queries, n):
    for year in (2025, 2026):
        cycle = make_cycle(stage="rectifying", host=host, year=year)
        for _ in range(n):
            make_item(cycle=cycle)

    with django_assert_num_queries(8):
        answer = desk.get(url("comparison"))

    assert values(sections_of(answer)["rectified"])["合计"][0] == n


@pytest.mark.parametrize("n", [1, 3])
def test_overview_costs_the_same_queries(desk, host, django_assert_num_queries, n):
    cycle = make_cycle(stage="rectifying", host=host)
    for _ in range(n):
        make_item(cycle=cycle)

    with django_assert_num_queries(7):
        answer = desk.get(url("overview"))

    assert (answer.context["progress"].n_items, answer.context["progress"].n_reviewees) == (n, n)


def test_export_holds_exactly_what_the_page_shows(desk, years):
    page = desk.get(url("comparison"))

    book = load_workbook(BytesIO(desk.get(f"{url('comparison')}?{page.context['export_query']}").content))

    assert book.sheetnames == [one.title for one in page.context["sections"]]
    for section in page.context["sections"]:
        rows = [[cell.value for cell in row] for row in book[section.title].iter_rows()]
        shown = [
            [line.label, *(float(c.value) if isinstance(c.value, Decimal) else c.value for c in line.cells)]
            for line in section.lines
        ]
        blank = [["" if value is None else value for value in row] for row in shown]
        found = [["" if value is None else value for value in row] for row in rows[len(rows) - len(shown) :]]
        assert found == blank


def test_pairs_of_two_hosts_or_out_of_sight_are_not_compared(desk, years, host):
    foreign = make_cycle(year=2024)
    town = make_cycle(host=make_organization(superior=host), year=2024)

    assert desk.get(url("comparison"), {"a": foreign.pk, "b": years[1].pk}).status_code == 404
    assert "pair" not in desk.get(url("comparison"), {"a": town.pk, "b": years[1].pk}).context
    assert desk.get(url("comparison"), {"a": years[1].pk, "b": years[0].pk}).context["pair"] == list(
        years[:2]
    )


def test_a_single_year_says_what_to_do_next(desk, host):
    make_cycle(host=host)

    assert "启动第二个年度周期后" in desk.get(url("comparison")).content.decode()


def test_leader_sees_no_links_to_scores(client, years, host):
    client.force_login(make_user("leader", host), backend="django.contrib.auth.backends.ModelBackend")

    shown = sections_of(client.get(url("comparison")))

    links = {key: {cell.url for line in one.lines for cell in line.cells} for key, one in shown.items()}
    assert links["grades"] == links["totals"] == {""}
    assert {client.get(link).status_code for found in links.values() for link in found if link} == {200}


def test_overview_counts_each_person_once(desk, years):
    progress = desk.get(url("overview"), {"cycle": years[0].pk}).context["progress"]

    assert (progress.n_oral, progress.n_graded, progress.n_problems) == (3, 3, 3)
    assert (progress.n_items, progress.n_closed, progress.n_open) == (3, 1, 2)


def chart_numbers(chart):
    """All numbers a chart draws, sorted; nothing is left out."""
    found = [value for one in chart["series"] for value in one["data"]]
    flat = [number for value in found for number in (value if isinstance(value, list) else [value])]
    return sorted(Decimal(str(one)) for one in flat if one is not None)


def test_overview_chart_holds_the_numbers_of_its_table(desk, years):
    section = desk.get(url("overview"), {"cycle": years[0].pk}).context["section"]

    shares = {line.label: line.cells[2].value for line in section.lines}
    assert (shares["整改销号"], shares["审定等次"], shares["列入议程"]) == (
        Decimal("33.3"), Decimal("100.0"), Decimal("0.0"),
    )  # fmt: skip
    assert chart_numbers(section.chart) == sorted(share for share in shares.values() if share is not None)


def test_three_years_of_one_host_are_shown_as_a_trend(desk, host, clerk):
    for year, exact in ((2024, "80"), (2025, "85"), (2026, "181/2")):
        cycle = make_cycle(stage="archived", host=host, year=year)
        sign_off(cycle, clerk, {make_reviewee(cycle=cycle): ("good", exact, False)})

    trend = sections_of(desk.get(url("comparison")))["trend"]

    assert [(line.label, line.cells[5].value) for line in trend.lines] == [
        ("2024年", Decimal("80.00")), ("2025年", Decimal("85.00")), ("2026年", Decimal("90.50")),
    ]  # fmt: skip
    assert trend.chart["series"][0]["data"] == ["80.00", "85.00", "90.50"]


def test_own_years_tell_what_was_signed_off(client, years):
    _, _, first, _now = years
    user = make_user("secretary", secretary=first.secretary)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    lines = client.get(url("own_years")).context["lines"]

    shown = [
        [
            value
            for column, value, _ in cells
            if column.key in ("year", "grade", "total", "problems", "closed")
        ]
        for _, cells in lines
    ]
    assert shown == [[2026, "未审定", None, 1, 0], [2025, "好", Decimal("90.50"), 2, 1]]


@pytest.mark.parametrize("n", [1, 3])
def test_own_years_cost_the_same_queries(client, host, django_assert_num_queries, n):
    reviewee = make_reviewee(cycle=make_cycle(host=host, year=2020))
    for year in range(2021, 2020 + n):
        make_reviewee(cycle=make_cycle(host=host, year=year), secretary=reviewee.secretary)
    user = make_user("secretary", secretary=reviewee.secretary)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    with django_assert_num_queries(7):
        answer = client.get(url("own_years"))

    assert len(answer.context["lines"]) == n


def test_draft_cycles_are_not_among_the_years(host):
    reviewee = make_reviewee(cycle=make_cycle(stage="draft", host=host))

    assert list(years_of(reviewee.secretary_id)) == []


def test_card_shows_the_years_to_staff_and_to_the_person_only(years, clerk, host):
    secretary = years[2].secretary
    own = make_user("secretary", secretary=secretary)

    def titles(user):
        return [part.title for part in parts_for(secretary.pk, user) if part.title == "历年述职评议"]

    assert titles(clerk) == titles(own) == ["历年述职评议"]
    assert titles(make_user("leader", host)) == titles(make_user("clerk")) == []
