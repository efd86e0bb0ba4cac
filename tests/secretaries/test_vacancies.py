"""Organizations that nobody heads."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.notifications.kit.todos import todos_for
from apps.organizations.signals import organizations_ended
from apps.secretaries.models import Appointment
from apps.secretaries.selectors import LooseEnds, loose_ends, vacant_organizations, with_vacancy
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
BACKEND = "django.contrib.auth.backends.ModelBackend"
URL = reverse("secretaries:vacancy_list")


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


@pytest.fixture
def pages(world, client, clerk):
    client.force_login(clerk, backend=BACKEND)
    return client


def vacancies(clerk, day):
    rows = with_vacancy(vacant_organizations(clerk, day), day).order_by("code")
    return [(row.code, row.vacant_since, row.acting_name, row.next_name) for row in rows]


def test_vacant_is_who_has_no_secretary_today(world, clerk):
    today = timezone.localdate()  # of days before it only the last vacancy is known
    left, comes = today - timedelta(150), today + timedelta(31)
    Appointment.objects.filter(pk=world.appointment.pk).update(ended_on=left)
    make_appointment(organization=world.town, secretary=make_secretary(name="代"), post="副书记（主持工作）")
    make_appointment(organization=world.branch, secretary=make_secretary(name="来"), started_on=comes)
    make_organization(superior=world.root, abolished_on=today - timedelta(700))
    make_organization(superior=world.root, founded_on=comes)

    assert vacancies(clerk, today) == [
        ("B1", None, None, "来"),
        ("R", None, None, None),
        ("T1", left, "代", None),
    ]
    assert vacancies(clerk, left - timedelta(1))[-1][0] == "R"
    assert [one[0] for one in vacancies(clerk, left)] == ["B1", "R", "T1"]
    assert [one[0] for one in vacancies(clerk, comes)][:1] != ["B1"]
    assert vacancies(world.users["outsider_clerk"], today) == []


@pytest.mark.parametrize("typed", ["绍兴路", "路社", "sxl", "lusheq", "x1", "社区 绍兴"])
@pytest.mark.parametrize("view", ["vacancy_list", "election_list"])
def test_both_lists_find_organizations_as_their_own_list_does(world, pages, view, typed):
    make_organization(
        superior=world.town, code="X1", name="绍兴路社区党支部", initials_key="sxlsqdzb",
        pinyin_key="ShaoXingLuSheQuDangZhiBu!0",
    )  # fmt: skip

    for url in (f"secretaries:{view}", "organizations:organization_list"):
        answer = pages.get(reverse(url), {"q": typed})
        assert [row.code for row, _ in answer.context["lines"]] == ["X1"]


def test_list_filters(world, pages):
    today = timezone.localdate()
    Appointment.objects.filter(pk=world.appointment.pk).update(ended_on=today - timedelta(100))
    make_appointment(organization=world.town, secretary=make_secretary(name="代"), post="主持党委工作")

    def names(**query):
        return [row.code for row, _ in pages.get(URL, query).context["lines"]]

    assert sorted(names()) == ["B1", "R", "T1"]
    assert names(acting="some") == ["T1"]
    assert sorted(names(acting="none")) == ["B1", "R"]
    assert "T1" in names(days="90")
    assert "T1" not in names(days="180")
    assert sorted(names(days="never")) == ["B1", "R"]
    assert names(unit=world.town.pk, acting="some") == ["T1"]
    assert "代" in pages.get(URL).content.decode()


def test_staff_are_told_of_loose_ends(world, clerk, pages):
    today = timezone.localdate()
    gone = make_organization(superior=world.town, abolished_on=today - timedelta(3))
    make_appointment(organization=gone, secretary=make_secretary(name="留任"))
    for days in (89, 90, 400):
        unit = make_organization(superior=world.town)
        make_appointment(
            organization=unit, started_on=date(2020, 1, 1), ended_on=today - timedelta(days),
            secretary=make_secretary(name=f"走{days}"),
        )  # fmt: skip
    make_appointment(organization=unit, secretary=make_secretary(name="接"), started_on=today)

    found = loose_ends(clerk, today)
    told = {todo.title: todo for todo in todos_for(clerk, today)}
    left, vacant = told["在已撤销组织里还没有免职的书记"], told["书记空缺三个月以上的党组织"]

    assert (found.n_left_open, found.left_since, found.n_long_vacant) == (1, today - timedelta(3), 1)
    for todo in (left, vacant):
        assert len(pages.get(todo.url).context["lines"]) == todo.count == 1
    assert loose_ends(world.users["outsider_clerk"], today) == LooseEnds(0, None, 0)


@pytest.mark.parametrize("n_more", [1, 30])
def test_list_costs_a_constant_number_of_queries(world, pages, n_more, django_assert_num_queries):
    for _ in range(n_more):
        make_organization(superior=world.town)

    with django_assert_num_queries(7):
        assert pages.get(URL).status_code == 200


def test_page_of_a_vacant_organization_names_who_acts(world, pages):
    Appointment.objects.filter(pk=world.appointment.pk).update(ended_on=date(2026, 6, 30))
    make_appointment(organization=world.town, secretary=make_secretary(name="代某"), post="主持党委工作")

    page = pages.get(reverse("organizations:organization_detail", args=[world.town.pk])).content.decode()

    assert "书记空缺。由" in page
    assert "代某" in page


@pytest.mark.parametrize("ends", [True, False])
def test_posts_end_with_their_organization_if_so_wished(world, clerk, ends):
    organizations_ended.send(
        None, organization_ids=[world.town.pk], on=DAY, end_appointments=ends, actor=clerk, at=AT
    )

    row = Appointment.objects.get(pk=world.appointment.pk)
    assert (row.ended_on, row.end_reason) == ((DAY, "abolished") if ends else (None, ""))
