"""Pages of organizations."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.organizations.models import Organization
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
LIST = reverse("organizations:organization_list")
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
def test_list_and_pages_cost_a_constant_number_of_queries(login, world, n_more):
    for _ in range(n_more):
        make_organization(superior=world.town)
    client = login("clerk")
    args = [world.town.pk]
    client.get(LIST)  # names of fields are kept for a moment
    urls = {
        LIST: 7,
        reverse("organizations:past_organization_list"): 6,
        reverse("organizations:organization_tree"): 6,
        f"{reverse('organizations:organization_tree')}?at={world.branch.pk}": 7,
        f"{reverse('organizations:organization_tree')}?day=2026-01-01": 6,
        f"{reverse('organizations:organization_search')}?q=党": 5,
        reverse("organizations:organization_branch", args=args): 5,
        f"{reverse('organizations:organization_branch', args=args)}?day=2026-01-01": 6,
        reverse("organizations:organization_detail", args=args): 8,
        reverse("organizations:organization_history", args=args): 8,
    }

    counts = {}
    for url in urls:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        counts[url] = len(captured)
    assert counts == urls


def test_tree_opens_level_by_level(login, world):
    client = login("clerk")

    tree = client.get(reverse("organizations:organization_tree")).content.decode()
    opened = client.get(reverse("organizations:organization_tree"), {"at": world.branch.pk}).content.decode()
    below = client.get(reverse("organizations:organization_branch", args=[world.town.pk])).content.decode()

    assert "甲镇党委" in tree
    assert "甲镇一村党支部" not in tree
    assert "甲镇一村党支部" in below
    assert re.findall(r'id="node-(\d+)"[^>]*aria-selected="true"', opened) == [str(world.branch.pk)]


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
    today = timezone.localdate().isoformat()
    client = login("clerk")
    args = [world.branch.pk]

    client.post(
        reverse("organizations:organization_move", args=args),
        {"superior": "T2", "on": today, "reason": "区划调整", "version": 1},
    )
    client.post(
        reverse("organizations:organization_abolish", args=args),
        {"on": today, "reason": "撤村并居", "version": 2},
    )
    gone = Organization.objects.get(pk=world.branch.pk)
    client.post(reverse("organizations:organization_reinstate", args=args), {"reason": "登记有误"})

    assert (gone.superior, str(gone.abolished_on)) == (world.other_town, today)
    assert Organization.objects.get(pk=world.branch.pk).abolished_on is None


def test_staff_do_not_move_the_top_of_their_own_scope(login, world):
    url = reverse("organizations:organization_move", args=[world.other_town.pk])

    assert login("outsider_clerk").get(url).status_code == 403


def test_api_shows_the_same_rows(login, world):
    client = login("outsider_clerk")

    rows = client.get(reverse("api-organization-list")).json()["results"]

    assert [(r["code"], r["name"], r["superior"]) for r in rows] == [("T2", "乙镇党委", world.root.pk)]
    assert client.get(reverse("api-organization-detail", args=[world.town.pk])).status_code == 404
    assert client.post(reverse("api-organization-list"), {}).status_code == 415  # JSON only


def test_picker_takes_a_full_name_as_well(login, world):
    login("clerk").post(reverse("organizations:organization_create"), form(superior="乙镇党委"))

    assert Organization.objects.get(code="N1").superior == world.other_town


def post(login, act, organization, **data):
    return login("clerk").post(reverse(f"organizations:organization_{act}", args=[organization.pk]), data)


def test_rename_by_form_shows_in_the_history(login, world):
    post(
        login,
        "rename",
        world.branch,
        name="甲镇一村党总支",
        on="2026-03-01",
        reason="区委组〔2026〕3号",
        version=1,
    )

    page = (
        login("clerk")
        .get(reverse("organizations:organization_history", args=[world.branch.pk]))
        .content.decode()
    )
    for words in (
        "2026-03-01",
        "更名",
        "甲镇一村党支部 → <strong>甲镇一村党总支</strong>",
        "区委组〔2026〕3号",
        "clerk（clerk） 于",
    ):
        assert words in page


def test_merge_by_form_into_a_new_organization(login, world):
    page = reverse("organizations:organization_merge", args=[world.town.pk])
    assert "甲书记" in login("clerk").get(page).content.decode()

    answer = post(
        login, "merge", world.town, other_1="T2", code="J1", name="甲乙镇党委", kind="committee", field="rural",
        on="2026-06-30", reason="撤并",
    )  # fmt: skip

    made = Organization.objects.get(code="J1")
    assert answer.url == reverse("organizations:organization_detail", args=[made.pk])
    history = (
        login("clerk").get(reverse("organizations:organization_history", args=[made.pk])).content.decode()
    )
    assert "来自" in history
    assert "甲镇党委</a>、" in history
    old = (
        login("clerk")
        .get(reverse("organizations:organization_detail", args=[world.town.pk]))
        .content.decode()
    )
    assert "还有以下任职没有了结" in old
    assert "甲书记" in old


def test_merge_ends_appointments_only_when_asked(login, world):
    post(login, "merge", world.town, goal="T2", on="2026-06-30", reason="撤并", end_appointments="on")

    world.appointment.refresh_from_db()
    assert str(world.appointment.ended_on) == "2026-06-30"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"goal": "T2", "code": "J1"}, "只能选一种"),
        ({"code": "J1"}, "请选择并入哪个组织"),
        ({"goal": "没有的"}, "您的范围内没有编码或名称"),
        ({"goal": "T1"}, "撤销后不能再承接"),
    ],
)
def test_merge_form_says_what_is_wrong(login, world, data, words):
    page = post(login, "merge", world.town, on="2026-06-30", reason="撤并", **data).content.decode()

    assert words in page
    assert not Organization.objects.filter(abolished_on__isnull=False).exists()


def test_merge_needs_both_in_scope(login, world):
    """The other town's clerk cannot draw the town in, nor give the own top away."""
    below = make_organization(superior=world.other_town)
    url = reverse("organizations:organization_merge", args=[below.pk])
    client = login("outsider_clerk")

    for data in ({"other_1": "T1", "goal": "T2"}, {"goal": "T1"}, {"other_1": "T2", "goal": below.code}):
        client.post(url, {"on": "2026-06-30", "reason": "撤并", **data})

    assert not Organization.objects.filter(abolished_on__isnull=False).exists()


def test_split_by_form(login, world):
    to = {f"to_{world.branch.pk}": "2"}
    parts = {"code_1": "S1", "name_1": "甲东镇党委", "kind_1": "committee", "field_1": "rural"}
    second = {"code_2": "S2", "name_2": "甲西镇党委", "kind_2": "committee", "field_2": "rural"}
    days = {"on": "2026-06-30", "reason": "分设", "version": 1, "is_closed": "on"}

    refused = post(login, "split", world.town, **parts, **to, **days).content.decode()
    post(login, "split", world.town, **parts, **second, **to, **days)

    world.branch.refresh_from_db()
    assert "新组织2还没有填编码和名称" in refused
    assert world.branch.superior.code == "S2"
    assert str(Organization.objects.get(code="T1").abolished_on) == "2026-06-30"


def test_edit_with_a_day_keeps_the_old_values_until_then(login, world):
    client = login("clerk")
    client.post(
        reverse("organizations:organization_edit", args=[world.branch.pk]),
        edit_data(kind="general_branch", on="2026-05-01", reason="升格"),
    )

    def kinds(day):
        page = client.get(reverse("organizations:past_organization_list"), {"day": day}).content.decode()
        return re.findall(r'data-label="当时类型"[^>]*>\s*([^<\s]+)', page)

    assert (kinds("2026-04-30").count("党支部"), kinds("2026-05-01").count("党总支")) == (1, 1)


def test_past_list_and_its_export_show_the_day(login, world):
    post(login, "merge", world.town, goal="T2", on="2026-06-30", reason="撤并")
    url = reverse("organizations:past_organization_list")

    before = login("clerk").get(url, {"day": "2026-06-29", "export": "xlsx", "col": ["name", "superior"]})
    after = login("clerk").get(url, {"day": "2026-06-30", "export": "xlsx", "col": ["name", "superior"]})

    def rows(answer):
        found = [[c.value for c in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows()]
        return found[found.index(["当时名称", "当时上级"]) + 1 :]

    assert ["甲镇一村党支部", "甲镇党委"] in rows(before)
    assert ["甲镇一村党支部", "乙镇党委"] in rows(after)
    assert len(rows(before)) == len(rows(after)) + 1 == 4


def test_tree_of_a_day_is_read_only_and_marked(login, world):
    post(login, "merge", world.town, goal="T2", on="2026-06-30", reason="撤并")
    client = login("clerk")

    tree = client.get(reverse("organizations:organization_tree"), {"day": "2026-06-29"}).content.decode()
    url = reverse("organizations:organization_branch", args=[world.root.pk])
    towns = client.get(url, {"day": "2026-06-29"}).content.decode()
    now = client.get(url).content.decode()

    assert "只供查看，不能修改" in tree
    assert "甲镇党委" in towns
    assert "甲镇党委" not in now
    assert "甲镇党委" in client.get(url, {"abolished": "1"}).content.decode()


def test_tree_pages_long_levels_and_still_opens_at_the_last(login, world):
    for n in range(150):
        last = make_organization(superior=world.town, code=f"V{n:03}")
    client = login("clerk")
    url = reverse("organizations:organization_branch", args=[world.town.pk])

    first, rest = (client.get(url, {"start": start}).content.decode() for start in (0, 100))
    opened = client.get(reverse("organizations:organization_tree"), {"at": last.pk}).content.decode()

    assert (first.count('id="node-'), "再显示 100 个" in first) == (100, True)
    assert (rest.count('id="node-'), "再显示 100 个" in rest) == (51, False)
    assert f'id="node-{last.pk}"' in opened
    assert "再显示 100 个" in opened


@pytest.mark.parametrize("typed", ["白鹭", "鹭村", "bailu", "blc", "bl", "b", "x7", "第三", "白鹭 支部"])
def test_search_finds_by_parts_pinyin_initials_and_code(login, world, typed):
    from apps.organizations.services import create_organization

    create_organization(
        code="X7", name="白鹭村第三党支部", kind="branch", field="rural", superior_id=world.town.pk, actor=None, at=timezone.now()
    )  # fmt: skip
    url = reverse("organizations:organization_search")

    found = login("clerk").get(url, {"q": typed}).content.decode()

    assert "白鹭村第三党支部" in found
    assert "区委 › 甲镇党委" in found
    assert "白鹭" not in login("outsider_clerk").get(url, {"q": "x7"}).content.decode()


def test_search_without_script_opens_the_only_hit_or_lists_them(login, world):
    url = reverse("organizations:organization_tree")

    one, many, none = (login("clerk").get(url, {"q": typed}) for typed in ("B1", "镇", "没有的"))

    assert one.url == f"{url}?at={world.branch.pk}#node-{world.branch.pk}"
    assert "找到 3" in many.content.decode()
    assert "没有找到“没有的”" in none.content.decode()


def test_tree_at_an_abolished_organization_shows_it(login, world):
    post(login, "abolish", world.branch, on="2026-06-30", reason="撤村", version=1)

    page = (
        login("clerk")
        .get(reverse("organizations:organization_tree"), {"at": world.branch.pk})
        .content.decode()
    )

    assert f'id="node-{world.branch.pk}"' in page
    assert "已撤销" in page


def test_odd_addresses_do_no_harm(login, world):
    client = login("clerk")
    tree = reverse("organizations:organization_tree")

    for query in ("?at=x", "?at=99999999999999999999", "?day=x", "?day=9999-99-99", "?q=%00", "?q=%25"):
        assert client.get(tree + query).status_code == 200
    assert client.get(f"{tree}?at=999999").status_code == 404
