"""How sessions live and end, and what happens to a form that comes too late."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import AccountSession, KeptRequest, User
from apps.audit.models import AuditEntry
from apps.organizations.models import Organization
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"


def sign_in(client, user, **options):
    answer = client.post(LOGIN, {"username": user.username, "password": PASSWORD}, **options)
    assert answer.status_code == 302
    return client


@pytest.fixture
def clerk():
    return make_user("clerk", make_organization(name="甲镇党委"), username="lina", password=PASSWORD)


def age(**ago):
    """Let all sessions have been used last so long ago."""
    AccountSession.objects.update(seen_at=timezone.now() - timedelta(**ago))


def told(client):
    return client.get(LOGIN).content.decode()


def test_key_changes_at_the_door(client, clerk):
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client, clerk)

    assert client.session.session_key != session.session_key
    assert not AccountSession.objects.filter(session_key=session.session_key).exists()


def test_row_says_who_where_and_with_what(client, clerk):
    sign_in(client, clerk, headers={"User-Agent": CHROME}, REMOTE_ADDR="10.1.2.3")

    row = AccountSession.objects.get()
    assert (row.user, row.address, row.device) == (clerk, "10.1.2.3", "Chrome · Windows")
    assert row.idle_seconds == 1800


@pytest.mark.parametrize(("role", "minutes"), [("clerk", 30), ("security_admin", 15)])
def test_idle_session_ends_and_says_so(client, role, minutes):
    sign_in(client, make_user(role, password=PASSWORD))

    age(minutes=minutes - 1)
    assert client.get("/accounts/profile/").status_code == 200
    age(minutes=minutes, seconds=1)
    answer = client.get("/accounts/profile/?a=1")

    assert answer["Location"] == f"{LOGIN}?next=%2Faccounts%2Fprofile%2F%3Fa%3D1"
    assert "已自动退出" in told(client)


def test_session_ends_after_twelve_hours_however_busy(client, clerk):
    sign_in(client, clerk)
    AccountSession.objects.update(signed_in_at=timezone.now() - timedelta(hours=12, seconds=1))

    assert client.get("/").status_code == 302
    assert "已满 12 小时" in told(client)


def test_use_keeps_it_alive_and_costs_one_write_a_minute(client, clerk, django_assert_num_queries):
    sign_in(client, clerk)
    with django_assert_num_queries(2):  # session, account
        client.get("/accounts/session/")
    age(minutes=29)
    client.get("/accounts/profile/")
    seen_at = AccountSession.objects.get().seen_at

    assert timezone.now() - seen_at < timedelta(seconds=30)


def test_what_scripts_fetch_does_not_keep_it_alive(client, clerk):
    sign_in(client, clerk)
    age(minutes=10)

    client.get("/accounts/profile/", headers={"HX-Request": "true"})
    state = client.get("/accounts/session/").json()

    assert 1190 <= state["seconds_left"] <= 1200
    assert client.post("/accounts/session/").json()["seconds_left"] >= 1799
    assert client.get("/accounts/session/").json()["seconds_left"] >= 1798


def test_state_of_a_stranger(client):
    assert client.get("/accounts/session/").json() == {"signed_in": False}


def rename(client, organization):
    data = {
        "code": organization.code,
        "name": "甲镇党委（新）", "kind": organization.kind, "field": organization.field, "founded_on": "",
        "note": "", "version": organization.version, "csrfmiddlewaretoken": "x",
    }  # fmt: skip
    return client.post(f"/organizations/{organization.pk}/edit/", data)


def test_form_that_comes_too_late_is_kept_and_carried_on(client, clerk):
    sign_in(client, clerk)
    town = Organization.objects.get(name="甲镇党委")
    age(minutes=31)

    late = rename(client, town)
    kept = KeptRequest.objects.get()
    page = client.get(late["Location"]).content.decode()
    again = client.post(
        late["Location"], {"username": "lina", "password": PASSWORD, "next": f"/accounts/kept/{kept.pk}/"}
    )
    asked = client.get(again["Location"]).content.decode()
    untouched = Organization.objects.get(pk=town.pk).name
    client.post(again["Location"])

    assert "已经保留" in page
    assert "接着提交" in asked
    assert untouched == "甲镇党委"
    assert not KeptRequest.objects.exists()
    assert Organization.objects.get(pk=town.pk).name == "甲镇党委（新）"


def test_kept_form_is_still_found_when_the_password_must_be_changed_first(client, clerk):
    sign_in(client, clerk)
    age(minutes=31)
    late = rename(client, Organization.objects.get(name="甲镇党委"))
    User.objects.update(must_change_password=True)
    kept = f"/accounts/kept/{KeptRequest.objects.get().pk}/"
    again = client.post(late["Location"], {"username": "lina", "password": PASSWORD, "next": kept})

    stopped = client.get(again["Location"])
    page = client.get(stopped["Location"]).content.decode()
    new = "Neues-kennwort-7"
    changed = client.post(
        "/accounts/password/", {"old_password": PASSWORD, "new_password": new, "repeated": new, "next": kept}
    )
    client.post(changed["Location"])

    assert f'name="next" value="{kept}"' in page
    assert changed["Location"] == kept
    assert Organization.objects.filter(name="甲镇党委（新）").exists()


def test_changing_the_password_leads_to_no_foreign_address(client, clerk):
    sign_in(client, clerk)

    page = client.get("/accounts/password/?next=https://evil.example/").content.decode()

    assert 'name="next" value="/"' in page


def test_somebody_else_does_not_get_what_was_kept(client, clerk):
    sign_in(client, clerk)
    age(minutes=31)
    rename(client, Organization.objects.get(name="甲镇党委"))
    address = f"/accounts/kept/{KeptRequest.objects.get().pk}/"
    sign_in(client, make_user("clerk", username="other", password=PASSWORD))

    assert client.get(address)["Location"] == "/"
    assert client.post(address)["Location"] == "/"
    assert KeptRequest.objects.count() == 1


def test_passwords_and_scripts_bodies_are_not_kept(client, clerk):
    sign_in(client, clerk)
    age(minutes=31)

    client.post("/accounts/password/", {"old_password": "canary", "csrfmiddlewaretoken": "x"})
    client.post("/organizations/create/", {"name": "x"})

    assert not KeptRequest.objects.exists()


def test_second_sign_in_is_told_to_both(client, clerk):
    sign_in(client, clerk, headers={"User-Agent": CHROME}, REMOTE_ADDR="10.0.0.1")
    other = sign_in(Client(), clerk, REMOTE_ADDR="10.0.0.2")

    here, there = (
        other.get("/accounts/profile/").content.decode(),
        client.get("/accounts/profile/").content.decode(),
    )

    assert "另一处也登录着（Chrome · Windows，10.0.0.1）" in here
    assert "刚在另一处登录（未知设备，10.0.0.2）" in there
    assert "另一处" not in client.get("/accounts/confirm/").content.decode()
    assert AuditEntry.objects.latest("seq").details == {"n_other_sessions": 1}


def test_second_sign_in_ends_the_first_if_set_so(client, clerk, settings):
    settings.ONE_SESSION = "end"
    sign_in(client, clerk)

    other = sign_in(Client(), clerk)

    assert other.get("/accounts/profile/").status_code == 200
    assert client.get("/accounts/profile/").status_code == 302
    assert "在别处登录" in told(client)


def test_own_page_ends_another_session_but_not_a_strangers(client, clerk):
    sign_in(client, clerk)
    other = sign_in(Client(), clerk)
    stranger = sign_in(Client(), make_user("clerk", password=PASSWORD))
    row = AccountSession.objects.exclude(session_key=client.session.session_key).get(user=clerk)

    client.post(
        "/accounts/sessions/end/", {"session": AccountSession.objects.exclude(user=clerk).get().public_id}
    )
    assert stranger.get("/accounts/profile/").status_code == 200
    client.post("/accounts/sessions/end/", {"session": row.public_id})

    assert other.get("/accounts/profile/").status_code == 302
    assert client.get("/accounts/profile/").status_code == 200
    assert AuditEntry.objects.latest("seq").action == "accounts.sessions_ended"
    assert row.session_key not in client.get("/accounts/profile/").content.decode()


def test_ended_session_holds_nothing_any_more(client, clerk):
    sign_in(client, clerk)

    services.disable_account(clerk.pk, actor=make_user("system_admin"), at=timezone.now())

    row = AccountSession.objects.get()
    assert (row.session_data, row.ended_because) == ("", "disabled")


def test_administrator_ends_all_sessions_of_an_account(client, clerk):
    sign_in(client, clerk)
    admin = Client()
    admin.force_login(make_user("security_admin"), backend="django.contrib.auth.backends.ModelBackend")

    admin.post(f"/accounts/{clerk.pk}/end-sessions/")

    assert client.get("/accounts/profile/").status_code == 302


def test_back_shows_nothing_after_signing_out(client, clerk):
    sign_in(client, clerk)

    assert "no-store" in client.get("/")["Cache-Control"]
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert not AccountSession.objects.exists()


def test_old_rows_are_removed(client, clerk):
    sign_in(client, clerk)

    assert services.drop_old_sessions(at=timezone.now()) == 0
    assert services.drop_old_sessions(at=timezone.now() + timedelta(hours=13)) == 1
