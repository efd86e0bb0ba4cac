"""Pages of organizations."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.organizations.models import Organization
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
LIST = reverse("organizations:organization_list")
TODAY = timezone.localdate().isoformat()
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def login(world, client):
    def as_role(role):
        client.force_login(world.users[role], backend=BACKEND)
        return client

    return as_role


def names(page):
    return re.findall(r'href="/organizations/\d+/">([^<]+)</a>\s*</th>', page)


def listed(client, **query):
    return names(client.get(LIST, query).content.decode())


def test_list_shows_the_own_subtree_only(login):
    assert listed(login("clerk")) == ["甲镇一村党支部", "区委", "甲镇党委", "乙镇党委"]
    assert listed(login("outsider_clerk")) == ["乙镇党委"]


def test_list_finds_by_code_name_and_pinyin(login, world):
    make_organization(superior=world.town, code="X7", name="白鹭村党支部", pinyin_key="BaiLuCun")
    client = login("clerk")

    assert listed(client, q="白鹭") == listed(client, q="x7") == listed(client, q="bailu") == ["白鹭村党支部"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "branch"}, ["甲镇一村党支部"]),
        ({"field": "agency"}, ["区委"]),
        ({"state": "abolished"}, ["旧组织"]),
        ({"sort": "name"}, ["区委", "甲镇党委", "乙镇党委", "甲镇一村党支部", "旧组织"]),
        ({"sort": "-stroke"}, ["旧组织", "甲镇一村党支部", "乙镇党委", "甲镇党委", "区委"]),
    ],
)
def test_list_filters_and_sorts(login, world, query, expected):
    from datetime import date

    make_organization(
        superior=world.root,
        name="旧组织",
        kind="general_branch",
        field="soe",
        abolished_on=date(2020, 1, 1),
        pinyin_key="Z",
        stroke_key="Z",
    )
    for code, key in (("R", "A"), ("T1", "B"), ("T2", "C"), ("B1", "D")):
        Organization.objects.filter(code=code).update(pinyin_key=key, stroke_key=key)

    assert listed(login("clerk"), **query) == expected


def test_list_narrows_to_a_unit(login, world):
    assert listed(login("clerk"), unit=world.town.pk) == ["甲镇一村党支部", "甲镇党委"]


def test_export_holds_what_is_shown(login):
    answer = login("clerk").get(LIST, {"export": "xlsx", "kind": "branch", "col": ["name", "code"]})

    rows = [[c.value for c in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows()]
    assert ["名称", "编码"] in rows
    assert rows[-1] == ["甲镇一村党支部", "B1"]


@pytest.mark.parametrize("n_more", [1, 30])
def test_list_and_pages_cost_a_constant_number_of_queries(login, world, n_more, django_assert_num_queries):
    for _ in range(n_more):
        make_organization(superior=world.town)
    client = login("clerk")
    urls = {
        LIST: 7,
        reverse("organizations:organization_tree"): 5,
        reverse("organizations:organization_branch", args=[world.town.pk]): 5,
        reverse("organizations:organization_detail", args=[world.town.pk]): 9,
    }

    for url, n_queries in urls.items():
        with django_assert_num_queries(n_queries):
            assert client.get(url).status_code == 200


def test_tree_opens_level_by_level(login, world):
    client = login("clerk")

    tree = client.get(reverse("organizations:organization_tree")).content.decode()
    below = client.get(reverse("organizations:organization_branch", args=[world.town.pk])).content.decode()

    assert "区委" in tree
    assert "甲镇党委" not in tree
    assert "甲镇一村党支部" in below


def test_detail_shows_chain_subordinates_and_heads(login, world):
    page = (
        login("clerk")
        .get(reverse("organizations:organization_detail", args=[world.town.pk]))
        .content.decode()
    )

    for words in ("区委", "甲镇一村党支部", "历任书记", "甲书记", "党委书记"):
        assert words in page


def test_picker_offers_living_organizations_in_the_own_hands(login, world):
    url = reverse("organizations:organization_options")

    offered = login("outsider_clerk").get(url, {"field": "superior", "superior": "镇"}).content.decode()

    assert "T2 乙镇党委" in offered
    assert "甲镇" not in offered


def form(superior="T1 甲镇党委", **changes):
    return {
        "superior": superior,
        "code": "N1",
        "name": "新村党支部",
        "kind": "branch",
        "field": "rural",
    } | changes


def test_create_by_form(login, world):
    answer = login("clerk").post(reverse("organizations:organization_create"), form())

    made = Organization.objects.get(code="N1")
    assert answer.url == reverse("organizations:organization_detail", args=[made.pk])
    assert made.superior == world.town


def test_create_refuses_a_superior_out_of_hand(login):
    page = login("outsider_clerk").post(reverse("organizations:organization_create"), form()).content.decode()

    assert "您的范围内没有编码或名称为“T1 甲镇党委”的党组织" in page
    assert not Organization.objects.filter(code="N1").exists()


def test_create_keeps_what_was_typed_when_the_code_is_taken(login):
    page = login("clerk").post(reverse("organizations:organization_create"), form(code="B1")).content.decode()

    assert "编码“B1”已被“甲镇一村党支部”使用" in page
    assert "新村党支部" in page


def edit_data(**changes):
    return {
        "code": "B1",
        "name": "甲镇一村党支部",
        "kind": "branch",
        "field": "rural",
        "version": 1,
    } | changes


def test_edit_by_form_and_conflict(login, world):
    client = login("clerk")
    url = reverse("organizations:organization_edit", args=[world.branch.pk])
    client.post(url, edit_data(name="先存的名称"))

    page = client.post(url, edit_data(name="后存的名称")).content.decode()

    assert "后存的名称" in page
    assert "别人已保存的内容：先存的名称" in page
    assert Organization.objects.get(pk=world.branch.pk).name == "先存的名称"


def test_move_abolish_and_reinstate_by_form(login, world):
    client = login("clerk")
    args = [world.branch.pk]

    client.post(reverse("organizations:organization_move", args=args), {"superior": "T2", "version": 1})
    client.post(reverse("organizations:organization_abolish", args=args), {"on": TODAY, "version": 2})
    gone = Organization.objects.get(pk=world.branch.pk)
    client.post(reverse("organizations:organization_reinstate", args=args))

    assert (gone.superior, str(gone.abolished_on)) == (world.other_town, TODAY)
    assert Organization.objects.get(pk=world.branch.pk).abolished_on is None


def test_staff_do_not_move_the_top_of_their_own_scope(login, world):
    url = reverse("organizations:organization_move", args=[world.other_town.pk])

    assert login("outsider_clerk").get(url).status_code == 403


def test_api_shows_the_same_rows(login, world):
    client = login("outsider_clerk")

    rows = client.get(reverse("api-organization-list")).json()["results"]

    assert [(r["code"], r["name"], r["superior"]) for r in rows] == [("T2", "乙镇党委", world.root.pk)]
    assert client.get(reverse("api-organization-detail", args=[world.town.pk])).status_code == 404
    assert client.post(reverse("api-organization-list"), {}).status_code in (403, 405)


def test_picker_takes_a_full_name_as_well(login, world):
    login("clerk").post(reverse("organizations:organization_create"), form(superior="乙镇党委"))

    assert Organization.objects.get(code="N1").superior == world.other_town
