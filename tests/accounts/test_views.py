"""Accounts of others, through the web."""

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.accounts.lists import BATCH
from apps.accounts.models import RoleAssignment, User
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def town():
    return make_organization(name="甲镇党委")


@pytest.fixture
def head(town):
    return make_user("head", town, username="head")


@pytest.fixture
def as_user(client):
    def enter(user):
        client.force_login(user, backend=BACKEND)
        return client

    return enter


def secretary_account(organization, **fields):
    person = make_secretary()
    make_appointment(secretary=person, organization=organization, post="委员")
    return make_user("secretary", secretary=person, **fields)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_costs_the_same_whatever_the_number_of_rows(as_user, n_rows, django_assert_num_queries):
    admin = make_user("system_admin")
    for _ in range(n_rows - 1):
        make_user("clerk")
    client = as_user(admin)

    with django_assert_num_queries(
        7
    ):  # session, account, its roles, count, rows, their roles, unread messages
        response = client.get("/accounts/")

    assert f"<b>{n_rows}</b>" in response.content.decode()


def test_head_sees_staff_and_secretaries_of_the_own_subtree_only(as_user, head, town):
    secretary_account(make_organization(superior=town), username="ours")
    secretary_account(make_organization(), username="theirs")
    make_user("clerk", town, username="colleague")

    html = as_user(head).get("/accounts/").content.decode()

    assert [name in html for name in ("ours", "theirs", "colleague")] == [True, False, True]


def test_account_with_two_appointments_is_listed_once(as_user, head, town):
    account = secretary_account(make_organization(superior=town))
    make_appointment(secretary=account.secretary, organization=make_organization(superior=town))

    assert "<b>2</b>" in as_user(head).get("/accounts/").content.decode()


def test_one_time_password_is_shown_once_and_works(as_user, client):
    response = as_user(make_user("system_admin")).post(
        "/accounts/create/", {"username": "LiNa", "display_name": "李娜"}
    )

    password = response.content.decode().split('class="one-time">')[1].split("<")[0]
    assert User.objects.get(username="lina").check_password(password)
    assert "no-store" in response["Cache-Control"]


def test_taken_name_keeps_what_was_typed(as_user):
    make_user(username="lina")

    response = as_user(make_user("system_admin")).post(
        "/accounts/create/", {"username": "LINA", "display_name": "李娜"}
    )

    html = response.content.decode()
    assert "已经有人用了" in html
    assert 'value="李娜"' in html


def test_head_resets_the_password_of_who_works_below_and_of_nobody_else(as_user, head, town):
    ours = secretary_account(town)
    both = secretary_account(town)
    RoleAssignment.objects.create(user=both, role="leader", scope=town)
    clerk, peer = make_user("clerk", town), make_user("head", town)

    client = as_user(head)

    assert client.post(f"/accounts/{ours.pk}/reset-password/").status_code == 200
    assert client.post(f"/accounts/{clerk.pk}/reset-password/").status_code == 200
    assert client.post(f"/accounts/{both.pk}/reset-password/").status_code == 403
    assert client.post(f"/accounts/{peer.pk}/reset-password/").status_code == 403


def test_system_administrator_gives_no_administrator_a_password(as_user):
    other = make_user("security_admin", password=PASSWORD)

    response = as_user(make_user("system_admin")).post(f"/accounts/{other.pk}/reset-password/")

    other.refresh_from_db()
    assert response.status_code == 403
    assert other.check_password(PASSWORD)


def test_page_of_a_new_password_says_until_when_it_is_good(as_user):
    other = make_user("clerk", password=PASSWORD)

    response = as_user(make_user("system_admin")).post(f"/accounts/{other.pk}/reset-password/")

    assert re.search(r"\d{4}年\d+月\d+日前有效", response.content.decode())


def test_security_administrator_grants_and_revokes(as_user, town):
    account = make_user()
    client = as_user(make_user("security_admin"))

    client.post(f"/accounts/{account.pk}/roles/grant/", {"role": "clerk", "scope": town.code})
    row = RoleAssignment.objects.get(user=account)
    client.post(f"/accounts/roles/{row.pk}/revoke/")

    assert (row.role, row.scope) == ("clerk", town)
    assert not RoleAssignment.objects.filter(user=account).exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"role": "clerk"}, "这个角色须选择范围"),
        ({"role": ""}, "请选择“角色”"),
    ],
)
def test_incomplete_grant_is_explained_on_the_page(as_user, data, told):
    account = make_user()

    response = as_user(make_user("security_admin")).post(f"/accounts/{account.pk}/roles/grant/", data)

    assert response.status_code == 422
    assert told in response.content.decode()


def test_own_account_offers_no_rights_and_refuses_them(as_user):
    admin = make_user("security_admin")
    client = as_user(admin)

    html = client.get(f"/accounts/{admin.pk}/").content.decode()
    response = client.post(f"/accounts/{admin.pk}/roles/grant/", {"role": "audit_admin"})

    assert "授予角色" not in html
    assert response.status_code == 403


def test_batch_answers_with_the_only_copy_of_the_passwords(as_user, head, town):
    branch = make_organization(superior=town, name="甲镇一村党支部")
    make_appointment(secretary=make_secretary(name="张伟"), organization=branch)
    make_appointment(secretary=make_secretary(name="李娜"), organization=make_organization())

    response = as_user(head).post("/accounts/secretaries/create/", {"as": "xlsx"})
    rows = list(load_workbook(BytesIO(response.getvalue())).active.iter_rows(values_only=True))

    assert rows[3][:3] == ("张伟", "甲镇一村党支部", "zhangwei")
    assert User.objects.get(username="zhangwei").check_password(rows[3][3])
    assert len(rows) == 4
    assert "no-store" in response["Cache-Control"]
    assert not User.objects.filter(display_name="李娜").exists()


def test_batch_page_can_be_printed_and_ends_when_nobody_is_left(as_user, head, town):
    make_appointment(secretary=make_secretary(name="张伟"), organization=town)
    client = as_user(head)

    first = client.post("/accounts/secretaries/create/", {"as": "page"})
    second = client.post("/accounts/secretaries/create/", {"as": "page"}, follow=True)

    assert "zhangwei" in first.content.decode()
    assert "都已有账号" in second.content.decode()


def test_batch_leaves_the_rest_for_the_next_one(as_user, head, town, monkeypatch):
    monkeypatch.setattr("apps.accounts.views.secretaries.BATCH", 2)
    for number in range(3):
        make_appointment(secretary=make_secretary(name=f"张{number}"), organization=town, post="委员")

    as_user(head).post("/accounts/secretaries/create/", {"as": "page"})

    assert BATCH > 2
    assert User.objects.filter(secretary__isnull=False).count() == 2


def test_former_secretaries_get_no_account(as_user, head, town):
    make_appointment(organization=town, ended_on=date(2024, 1, 1))

    assert "都已有账号" in as_user(head).get("/accounts/secretaries/").content.decode()


def test_disabled_account_can_be_enabled_again(as_user):
    account = make_user("clerk")
    client = as_user(make_user("system_admin"))

    client.post(f"/accounts/{account.pk}/disable/")
    after = client.get(f"/accounts/{account.pk}/").content.decode()
    client.post(f"/accounts/{account.pk}/enable/")

    assert "启用账号" in after
    assert User.objects.get(pk=account.pk).is_active


def test_head_opens_a_clerks_account_within_the_own_scope(as_user, head, town):
    village, elsewhere = make_organization(superior=town), make_organization()
    client = as_user(head)

    client.post("/accounts/create/", {"username": "lina", "display_name": "李娜", "scope": village.code})
    outside = client.post(
        "/accounts/create/", {"username": "x1", "display_name": "甲", "scope": elsewhere.code}
    )

    row = RoleAssignment.objects.get(user__username="lina")
    assert (row.role, row.scope) == ("clerk", village)
    assert outside.status_code == 200
    assert not User.objects.filter(username="x1").exists()


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("clerk", "town", 302),
        ("clerk", "village", 302),
        ("head", "village", 302),
        ("head", "town", 403),  # nothing of the own level upwards
        ("clerk", "elsewhere", 422),  # not offered
        ("leader", "village", 422),
        ("security_admin", "", 422),
    ],
)
def test_head_grants_what_lies_below_only(as_user, head, town, role, where, status):
    places = {"town": town, "village": make_organization(superior=town), "elsewhere": make_organization()}
    clerk = make_user("clerk", town)
    data = {"role": role} | ({"scope": places[where].code} if where else {})

    response = as_user(head).post(f"/accounts/{clerk.pk}/roles/grant/", data)

    granted = {"role": role, "scope": places.get(where)}
    assert response.status_code == status
    assert RoleAssignment.objects.filter(user=clerk, **granted).exists() == (
        status == 302 or granted == {"role": "clerk", "scope": town}
    )


def test_scopes_are_offered_as_one_types_and_never_all_of_them_in_the_page(as_user, head, town):
    make_organization(superior=town, name="甲村党支部", code="V1")
    make_organization(name="别区甲村党支部", code="V2")
    clerk, typed = make_user("clerk", town), {"field": "scope", "scope": "甲村"}

    page = as_user(head).get(f"/accounts/{clerk.pk}/").content.decode()
    to_head = as_user(head).get("/accounts/roles/scopes/", typed).content.decode()
    to_all = as_user(make_user("security_admin")).get("/accounts/roles/scopes/", typed).content.decode()

    assert "甲村党支部" not in page
    assert "V1 甲村党支部" in to_head
    assert "V2" not in to_head
    assert "V2 别区甲村党支部" in to_all


def test_head_does_not_touch_who_works_elsewhere_too(as_user, head, town):
    both = make_user("clerk", town)
    RoleAssignment.objects.create(user=both, role="clerk", scope=make_organization())
    moved = secretary_account(make_organization())
    make_appointment(secretary=moved.secretary, organization=town, ended_on=date(2024, 1, 1))
    client = as_user(head)

    answers = [client.post(f"/accounts/{one.pk}/disable/").status_code for one in (both, moved)]

    assert answers == [403, 403]


def test_batch_is_narrowed_to_a_unit_and_goes_on_in_parts(as_user, head, town, monkeypatch):
    monkeypatch.setattr("apps.accounts.views.secretaries.BATCH", 2)
    village = make_organization(superior=town, name="甲镇一村党支部")
    for number in range(3):
        make_appointment(
            secretary=make_secretary(name=f"张{number}"), organization=make_organization(superior=village)
        )
    make_appointment(secretary=make_secretary(name="李娜"), organization=town)
    client = as_user(head)

    first = client.post("/accounts/secretaries/create/", {"as": "part", "under": village.pk})
    second = client.post("/accounts/secretaries/create/", {"as": "part", "under": village.pk})
    third = client.post("/accounts/secretaries/create/", {"as": "part", "under": village.pk})

    assert [answer["X-Left"] for answer in (first, second, third)] == ["1", "0", "0"]
    assert [answer.content.decode().count("<article") for answer in (first, second, third)] == [2, 1, 0]
    assert not User.objects.filter(display_name="李娜").exists()
    assert client.post("/accounts/secretaries/create/", {"under": make_organization().pk}).status_code == 404


@pytest.mark.parametrize(
    ("state", "names"), [("left_office", {"gone"}), ("0", {"gone", "shut"}), ("1", {"admin"})]
)
def test_list_tells_why_an_account_is_shut(as_user, state, names):
    make_user(username="gone", is_active=False, disabled_because="left_office")
    make_user(username="shut", is_active=False, disabled_because="by_hand")

    html = (
        as_user(make_user("system_admin", username="admin")).get(f"/accounts/?state={state}").content.decode()
    )

    rows = html.split("<tbody")[1]
    assert {name for name in ("gone", "shut", "admin") if f">{name}<" in rows} == names


def test_lost_slips_are_given_anew_to_those_who_never_signed_in(as_user, head, town, monkeypatch):
    monkeypatch.setattr("apps.accounts.views.secretaries.BATCH", 2)
    for number in range(4):
        branch = make_organization(superior=town, name=f"第{number}党支部")
        make_appointment(secretary=make_secretary(name=f"张{number}"), organization=branch)
    client = as_user(head)
    for _ in range(2):
        client.post("/accounts/secretaries/create/", {"as": "part"})
    used, *waiting = User.objects.exclude(secretary=None).order_by("pk")
    User.objects.filter(pk=used.pk).update(last_login=used.created_at)
    before = dict(User.objects.values_list("pk", "password"))

    first = client.post("/accounts/secretaries/renew/", {"as": "part"})
    second = client.post("/accounts/secretaries/renew/", {"as": "part", "after": first["X-After"]})

    after = dict(User.objects.values_list("pk", "password"))
    assert {pk for pk in after if after[pk] != before[pk]} == {user.pk for user in waiting}
    assert [answer.content.decode().count("<article") for answer in (first, second)] == [2, 1]
    assert (first["X-Left"], second["X-Left"]) == ("1", "0")
    assert "第3党支部" in second.content.decode()


@pytest.mark.parametrize("n_rows", [1, 3])
def test_secretaries_without_account_cost_the_same_whatever_their_number(
    as_user, head, town, n_rows, django_assert_num_queries
):
    for number in range(n_rows):
        branch = make_organization(superior=town, name=f"第{number}党支部")
        make_appointment(secretary=make_secretary(name=f"张{number}"), organization=branch)
    client = as_user(head)

    # session, account, its roles, units, the chosen one, count, rows, unread messages
    with django_assert_num_queries(8):
        response = client.get("/accounts/secretaries/", {"under": town.pk})

    assert f"<b>{n_rows}</b>" in response.content.decode()
