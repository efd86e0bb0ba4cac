"""What a check asks of the stored roster: as much as the workbook names, however much there is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.rosters.domain.present import Mentioned, Reach
from apps.rosters.selectors import stored
from apps.rosters.selectors.stored import DatabaseRoster
from apps.secretaries.models import Secretary
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
EVERYTHING = Reach(None)


def said_of(name, phone, month):
    return {"names": [name], "phones": [phone], "months": [month]}


@pytest.fixture
def tree():
    """A root with two towns of three branches each; every branch has a secretary."""
    root = make_organization(code="R")
    for town in "AB":
        upper = make_organization(code=town, superior=root)
        for n in range(3):
            branch = make_organization(code=f"{town}{n}", superior=upper)
            person = make_secretary(name=f"书记{town}{n}")
            make_appointment(organization=branch, secretary=person, started_on=date(2021, 3, 1))
    return root


def test_an_organization_comes_with_all_above_it(tree):
    found = DatabaseRoster().about(Mentioned(codes={"A1", "X"}))

    assert found.organizations.keys() == {"R", "A", "A1"}
    assert (found.people, found.careers) == ({}, {})


def test_one_that_leaves_comes_with_its_subordinates(tree):
    assert DatabaseRoster().about(Mentioned(codes={"B"}, leaving={"B"})).organizations.keys() == {
        "R", "B", "B0", "B1", "B2",
    }  # fmt: skip


def test_people_come_by_name_with_phone_by_number_and_by_office_with_where_they_serve(tree):
    number = make_secretary(name="无职").pk
    Secretary.objects.filter(name="书记B1").update(phone="13900000001")
    said = said_of("书记B1", "13900000001", None)

    found = DatabaseRoster().about(Mentioned({"A0"}, offices={"A0"}, numbers={number}, **said))

    assert {one.name for one in found.people.values()} == {"书记A0", "书记B1", "无职"}
    assert {one.organization_code for career in found.careers.values() for one in career} == {"A0", "B1"}
    assert found.organizations.keys() == {"R", "A", "A0", "B", "B1"}


def test_of_namesakes_only_those_come_whom_the_row_could_mean(tree):
    born, others = date(1980, 5, 17), [date(1980, 6, 1), date(1979, 5, 1), None]
    for born_on in [born, *others]:
        for phone in ("13900000001", "13900000002", ""):
            make_secretary(name="张伟", born_on=born_on, phone=phone)
    make_secretary(name="张娟", born_on=born, phone="13900000001")

    def found(phone, month):
        return DatabaseRoster().about(Mentioned(**said_of("张伟", phone, month)))

    for phone in ("13900000001", ""):
        for month in (date(1980, 5, 1), None):
            expected = {
                one.pk
                for one in Secretary.objects.filter(name="张伟")
                if (phone and one.phone == phone) or (month and one.born_on == born)
            }
            assert found(phone, month).people.keys() == expected
            assert found(phone, month).names == {"张伟"}
    assert DatabaseRoster().about(Mentioned(**said_of("张三", "13900000001", None))).names == frozenset()


def test_what_is_missing_is_counted_in_full_and_named_in_part(tree, monkeypatch):
    monkeypatch.setattr(stored, "MISSING_TOLD", 2)
    roster = DatabaseRoster()

    missing = roster.missing_organizations({"R", "A", "A0"}, EVERYTHING)
    in_reach = roster.missing_appointments([], Reach((tree.subordinates.get(code="A").path,)))

    assert (missing.n, len(missing.labels)) == (6, 2)
    assert (in_reach.n, len(in_reach.labels)) == (3, 2)


def test_a_check_costs_the_same_queries_however_much_it_names(tree):
    def cost(size):
        codes = {f"A{n}" for n in range(size)}
        with CaptureQueriesContext(connection) as captured:
            DatabaseRoster().about(Mentioned(codes, offices=codes, **said_of("书记A0", "", None)))
        return len(captured)

    assert cost(1) == cost(30) <= 8
