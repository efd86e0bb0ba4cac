"""Organizations by machine: the acts of the pages, with refusals a program can read."""

import pytest
from django.utils import timezone

from apps.organizations.models import Organization
from apps.organizations.services.fields import retire_field
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
BASE = "/api/v1/organizations/"
JSON = "application/json"
DATED = {"on": "2024-05-06", "reason": "区委批复"}


@pytest.fixture
def clerk(world, client):
    client.force_login(world.users["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client, path, **body):
    return client.post(f"{BASE}{path}", body, content_type=JSON)


def codes(client, **query):
    return [one["code"] for one in client.get(BASE, query).json()["results"]]


def test_list_is_searched_and_narrowed(clerk, world):
    make_organization(
        superior=world.town, code="X1", name="绍兴路社区党支部", pinyin_key="shao xing", initials_key="sxl"
    )

    assert codes(clerk, q="sxl") == codes(clerk, q="绍兴 社区") == codes(clerk, q="x1") == ["X1"]
    assert codes(clerk, superior=world.root.pk) == ["T1", "T2"]
    assert codes(clerk, within=world.town.pk, kind="branch") == ["B1", "X1"]
    assert codes(clerk, state="abolished") == []


def test_a_past_day_shows_what_was_then(clerk, world):
    post(clerk, f"{world.town.pk}/rename/", name="甲街道党工委", **DATED)
    post(clerk, f"{world.branch.pk}/move/", superior=world.other_town.pk, **DATED)

    then, now = (
        clerk.get(f"{BASE}{world.town.pk}/", query).json()
        for query in ({"on": "2024-05-05"}, {"on": "2024-05-06"})
    )

    assert (then["name"], now["name"], then["version"]) == ("甲镇党委", "甲街道党工委", None)
    assert codes(clerk, on="2024-05-05", superior=world.town.pk) == ["B1"]
    assert codes(clerk, on="2024-05-06", superior=world.town.pk) == []
    history = clerk.get(f"{BASE}{world.town.pk}/history/").json()["results"]
    assert [(one["kind"], one["on"]) for one in history] == [("founded", None), ("renamed", "2024-05-06")]


def test_found_merge_split_abolish_and_reinstate(clerk, world):
    new = {"kind": "branch", "field": "rural"}
    made = post(clerk, "", code="N1", name="新党支部", superior=world.town.pk, **new)
    assert (made.status_code, made.json()["superior"]) == (201, world.town.pk)

    merged = post(clerk, "merge/", absorbed=[made.json()["id"], world.branch.pk],
                  into_new=new | {"code": "N2", "name": "联合党支部", "superior": world.town.pk}, **DATED)  # fmt: skip
    parts = post(
        clerk, f"{merged.json()['id']}/split/", parts=[new | {"code": "N3", "name": "分出党支部"}], **DATED
    )
    gone = post(clerk, f"{parts.json()[0]['id']}/abolish/", **DATED)
    back = post(clerk, f"{parts.json()[0]['id']}/reinstate/")

    assert [one.status_code for one in (merged, parts, gone, back)] == [200] * 4
    assert (gone.json()["abolished_on"], back.json()["abolished_on"]) == ("2024-05-06", None)
    assert Organization.objects.get(pk=world.branch.pk).abolished_on is not None


def test_refusals_are_read_by_programs(clerk, world):
    taken = post(clerk, "", code="T1", name="甲", kind="branch", field="rural", superior=world.town.pk)
    stale = clerk.patch(f"{BASE}{world.town.pk}/", {"note": "甲", "version": 99}, content_type=JSON)
    wrong = post(clerk, "", code="N1", name="", kind="none", field="none", superior="x")
    misspelt = post(clerk, f"{world.town.pk}/rename/", nmae="甲", name="甲", **DATED)
    unseen = clerk.get(f"{BASE}999999/")

    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")
    assert set(wrong.json()["fields"]) == {"name", "kind", "field", "superior"}
    assert set(misspelt.json()["fields"]) == {"nmae"}
    assert (unseen.status_code, unseen.json()["code"]) == (404, "not_found")
    assert (
        clerk.get(BASE, {"page": "x"}).status_code == clerk.get(BASE, {"page_size": "501"}).status_code == 400
    )
    assert clerk.get(BASE, {"page": "9"}).status_code == 404


def test_the_same_act_twice_changes_nothing(clerk, world):
    first, again = (post(clerk, f"{world.branch.pk}/abolish/", **DATED).json() for _ in range(2))

    assert first == again


def test_an_organization_keeps_its_retired_field(clerk, world):
    field = world.branch.field
    retire_field(field, actor=world.users["clerk"], at=timezone.now())

    def edited(pk, **body):
        return clerk.patch(f"{BASE}{pk}/", body, content_type=JSON).status_code

    assert edited(world.branch.pk, name="甲镇一村联合党支部", field=field) == 200
    Organization.objects.filter(pk=world.town.pk).update(field="soe")
    assert edited(world.town.pk, field=field) == 400
    assert (
        post(clerk, "", code="N9", name="新", kind="branch", superior=world.town.pk, field=field).status_code
        == 400
    )


LIST_QUERIES = 6


@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_costs_the_same_for_any_number_of_rows(clerk, world, n_rows, django_assert_num_queries):
    for number in range(n_rows):
        make_organization(superior=world.branch, code=f"Q{number}")

    with django_assert_num_queries(LIST_QUERIES):
        clerk.get(BASE, {"within": world.branch.pk})
