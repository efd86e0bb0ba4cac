"""The page of totals: charts and tables with the same numbers, nothing that is hidden."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.scoring.models import ScoreSummary
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle
from tests.factories.scoring import make_clerk, make_scored_cycle

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
URL = "/insights/scores/"


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend=BACKEND)
        return client

    return enter


def sections(page):
    return {one.key: one for one in page.context["sections"]}


def values(section):
    return {line.label: [cell.value for cell in line.cells] for line in section.lines}


def test_tables_and_charts_hold_the_same_numbers(sign_in):
    cycle = make_scored_cycle(["good", "fairly_good", "poor"], fields=["rural", "rural", "urban"])

    shown = sections(sign_in(make_clerk(cycle)).get(URL))

    assert values(shown["spread"])["农区"] == [
        2, 2, 0, 0, *map(Decimal, ("85.00", "87.50", "90.00", "92.50", "95.00", "90.00")),
    ]  # fmt: skip
    boxes, means = shown["spread"].chart["series"]
    assert boxes["data"][0] == ["85.00", "87.50", "90.00", "92.50", "95.00"]
    assert means["data"] == ["90.00", "60.00", "80.00"]
    histogram = shown["histogram"]
    drawn = [one["data"] for one in histogram.chart["series"]]
    assert [[cell.value for cell in line.cells[:-1]] for line in histogram.lines] == list(
        map(list, zip(*drawn, strict=True))
    )
    assert sum(line.cells[-1].value for line in histogram.lines) == 3
    assert values(shown["grades"])["合计"] == [0, 0, 0, 0, 3, 3]
    assert [row[1:] for row in values(shown["turnout"]).values()] == [[6, 6, None], [6, 6, None]]


def test_hidden_totals_are_counted_and_drawn_nowhere(sign_in):
    cycle = make_scored_cycle(["good", "fairly_good"])
    ScoreSummary.objects.filter(pk=cycle.score_runs.get().summaries.first().pk).update(hides_score=True)

    page = sign_in(make_clerk(cycle)).get(URL)

    shown = sections(page)
    assert values(shown["spread"])["农区"][:4] == [2, 1, 1, 0]
    assert "95.00" not in page.content.decode()


def test_export_holds_what_the_page_shows(sign_in):
    cycle = make_scored_cycle(["good", "fairly_good"])
    client = sign_in(make_clerk(cycle))
    page = client.get(URL)

    book = load_workbook(BytesIO(client.get(f"{URL}?{page.context['export_query']}").content))

    assert book.sheetnames == [one.title for one in page.context["sections"]]


def test_out_of_sight_is_not_found_and_nothing_yet_says_so(sign_in):
    cycle = make_scored_cycle(["good"])
    clerk = make_user("clerk")

    assert sign_in(clerk).get(URL, {"cycle": cycle.pk}).status_code == 404
    assert "完成计分后" in sign_in(make_clerk(make_cycle())).get(URL).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_page_costs_the_same_queries(sign_in, django_assert_num_queries, n):
    cycle = make_scored_cycle(["good"] * n)
    client = sign_in(make_clerk(cycle))
    client.get(URL)

    with django_assert_num_queries(8):
        client.get(URL)
