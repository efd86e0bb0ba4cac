"""The page of the fields: who sees it, who edits it, and that nothing needs a mouse or a script."""

import re

import pytest
from django.urls import reverse

from apps.organizations.models import Organization, OrganizationField
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
LIST = reverse("organizations:field_list")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def login(world, client):
    def as_role(role):
        client.force_login(world.users[role], backend=BACKEND)
        return client

    return as_role


def url(act, key):
    return reverse(f"organizations:field_{act}", args=[key])


def lines(page):
    """The text of each row of the table."""
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", page, re.DOTALL)[1:]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def test_clerk_sees_order_and_use_but_no_button(login, world):
    make_organization(superior=world.root, field="soe", abolished_on="2026-01-01")
    OrganizationField.objects.filter(key="soe").update(retired_on="2026-06-01")

    page = login("clerk").get(LIST).content.decode()

    assert lines(page)[0] == "农区 rural 在用 3 1"
    assert lines(page)[4] == "国企 soe 已停用 0 0"
    assert "上移" not in page
    assert "领域由全区组织部门负责人统一维护" in page


def test_page_costs_the_same_with_more_organizations_and_fields(login, world, django_assert_num_queries):
    client = login("head")
    client.get(LIST)
    for n in (0, 3):
        for i in range(n):
            OrganizationField.objects.create(key=f"f{i}", label=f"领域{i}", order_no=10 + i)
            make_organization(superior=world.root, field=f"f{i}")
        with django_assert_num_queries(
            7
        ):  # session, account, roles, unread messages, fields, organizations, cycles
            client.get(LIST)


def test_head_adds_a_field_and_an_organization_takes_it(login, world):
    client = login("head")

    answer = client.post(reverse("organizations:field_add"), {"label": "园区"}, follow=True)

    assert "已新增领域“园区”" in answer.content.decode()
    form = {"superior": "R", "code": "P1", "name": "园区党委", "kind": "committee", "field": "yuan-qu"}
    client.post(reverse("organizations:organization_create"), form)
    created = Organization.objects.get(code="P1")
    assert (created.field, created.get_field_display()) == ("yuan-qu", "园区")
    assert (
        "园区党委"
        in client.get(reverse("organizations:organization_list"), {"field": "yuan-qu"}).content.decode()
    )


@pytest.mark.parametrize(("label", "reason"), [("", "请填写“名称”"), ("农区", "已经有名称为“农区”的领域")])
def test_a_name_that_will_not_do_is_told_beside_the_box(login, label, reason):
    page = login("head").post(reverse("organizations:field_add"), {"label": label}).content.decode()

    assert reason in page
    assert OrganizationField.objects.count() == 7


def test_renaming_is_refused_where_papers_bear_the_name(login):
    client = login("head")  # the world's opened cycle has a reviewee of 农区

    refused = client.post(url("rename", "rural"), {"label": "乡村"}).content.decode()
    done = client.post(url("rename", "new"), {"label": "新兴领域"}, follow=True).content.decode()

    assert "“农区”已用于1个已启动的周期" in refused
    assert 'value="乡村"' in refused
    assert "“两新”已改名为“新兴领域”" in done


def test_order_changes_by_buttons_that_keep_the_focus(login):
    client = login("head")
    went = [
        client.post(url("move", key), {"direction": direction})["Location"].removeprefix(LIST)
        for key, direction in (("new", "up"), ("new", "up"), ("health", "down"))
    ]

    assert went == ["#up-new", "#down-new", "#up-health"]
    assert list(OrganizationField.objects.values_list("key", flat=True)) == [
        "new", "rural", "urban", "agency", "soe", "education", "health",
    ]  # fmt: skip


def test_a_retired_field_is_not_offered_but_kept(login, world):
    client = login("head")
    client.post(url("retire", "rural"))

    new = client.get(reverse("organizations:organization_create")).content.decode()
    old = client.get(reverse("organizations:organization_edit", args=[world.town.pk])).content.decode()
    assert 'value="rural"' not in new
    assert '<option value="rural" selected>农区</option>' in old

    client.post(url("reinstate", "rural"))
    assert OrganizationField.objects.get(key="rural").retired_on is None


def test_head_of_a_town_edits_nothing(login, world):
    assignment = world.users["head"].roles.get()
    assignment.scope = world.town
    assignment.save()
    client = login("head")

    assert client.get(LIST).status_code == 200
    assert client.post(url("retire", "soe")).status_code == 403
    assert client.post(reverse("organizations:field_add"), {"label": "园区"}).status_code == 403
    assert OrganizationField.objects.filter(retired_on=None).count() == 7


def test_api_names_the_fields(login):
    answer = login("clerk").get("/api/v1/fields/")

    assert [one["label"] for one in answer.json()["results"]][:2] == ["农区", "城市"]
    assert answer.json()["results"][0] == {"key": "rural", "label": "农区", "order_no": 1, "retired_on": None}
