"""Signing in and out through the web."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import User
from apps.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def user():
    return make_user("clerk", username="lina", password=PASSWORD)


def sign_in(client, username="lina", password=PASSWORD, **data):
    return client.post(LOGIN, {"username": username, "password": password, **data})


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_right_password_opens_the_home_page_and_is_recorded(client, user):
    response = sign_in(client, "ＬＩＮＡ")

    assert response.status_code == 302
    assert response["Location"] == "/"
    assert actions() == ["accounts.logged_in"]


@pytest.mark.parametrize(
    ("wanted", "led"), [("/audit/", "/audit/"), ("https://evil.example/", "/"), ("//evil.example/", "/")]
)
def test_next_leads_only_within_the_site(client, user, wanted, led):
    assert sign_in(client, next=wanted)["Location"] == led


def test_wrong_unknown_and_disabled_get_the_same_answer(client, user):
    make_user("clerk", username="off", password=PASSWORD, is_active=False)

    pages = [
        sign_in(client, *pair).content.decode()
        for pair in (("lina", "x"), ("nobody", "x"), ("off", PASSWORD))
    ]
    told = {page.split('role="alert">')[1].split("</div>")[0] for page in pages}

    assert len(told) == 1
    assert "用户名或密码不对" in told.pop()


def test_failure_is_recorded_without_the_typed_text(client, user):
    sign_in(client, "lina", "secret-one")
    sign_in(client, "secret-two", "x")

    stored = str(list(AuditEntry.objects.values()))
    assert actions() == ["accounts.login_failed", "accounts.login_failed"]
    assert "secret" not in stored
    assert "secret-one" not in str(list(AccessAttempt.objects.values()))


def test_fifth_failure_locks_the_name_whatever_browser_or_spelling(client, user):
    for number in range(5):
        client.post(
            LOGIN, {"username": ["lina", "LINA", "ｌｉｎａ"][number % 3], "password": "x"},
            headers={"User-Agent": f"browser {number}"}, REMOTE_ADDR=f"10.0.0.{number}",
        )  # fmt: skip

    response = sign_in(client)

    assert response.status_code == 429
    assert "<b>15</b> 分钟后自动解锁" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert sorted(actions()) == ["accounts.locked"] + ["accounts.login_failed"] * 5


def test_unknown_name_locks_like_a_known_one(client, user):
    answers = [sign_in(client, "nobody", "x").status_code for _ in range(6)]

    assert answers == [200, 200, 200, 200, 429, 429]


def test_lock_of_one_name_does_not_touch_another(client, user):
    for _ in range(6):
        sign_in(client, "nobody", "x")

    assert sign_in(client).status_code == 302


def test_trying_again_does_not_lengthen_the_lock(client, user):
    for _ in range(5):
        sign_in(client, password="x")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))

    response = sign_in(client)

    assert "<b>1</b> 分钟后自动解锁" in response.content.decode()


def test_lock_ends_by_itself(client, user):
    for _ in range(5):
        sign_in(client, password="x")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert sign_in(client).status_code == 302


def test_security_administrator_lifts_the_lock(client, user):
    for _ in range(5):
        sign_in(client, password="x")

    services.unlock_account(user.pk, actor=make_user("security_admin"), at=timezone.now())

    assert sign_in(client).status_code == 302


def test_signing_out_needs_a_post_and_is_recorded(client, user):
    sign_in(client)

    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 302
    assert actions() == ["accounts.logged_in", "accounts.logged_out"]


def test_sessions_of_a_disabled_account_end_at_once(client, user):
    sign_in(client)
    assert client.get("/").status_code == 200

    services.disable_account(user.pk, actor=make_user("system_admin"), at=timezone.now())

    assert client.get("/")["Location"].startswith(LOGIN)


def test_one_time_password_opens_only_the_door_to_an_own_one(client, user):
    User.objects.update(must_change_password=True)
    sign_in(client)

    assert client.get("/")["Location"] == reverse("accounts:password_change")
    assert (
        client.get("/notifications/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/password/"
    )
    assert client.get("/accounts/password/").status_code == 200
    assert client.get("/healthz").status_code == 200

    answer = client.post(
        "/accounts/password/",
        {"old_password": PASSWORD, "new_password": "neues-kennwort-7", "repeated": "neues-kennwort-7"},
    )

    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200


def test_changed_password_ends_the_other_sessions(client, user):
    from django.test import Client

    other = Client()
    sign_in(client)
    sign_in(other)

    client.post(
        "/accounts/password/",
        {"old_password": PASSWORD, "new_password": "neues-kennwort-7", "repeated": "neues-kennwort-7"},
    )

    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"old_password": "x"}, "现在的密码不对"),
        ({"repeated": "anders-als-oben"}, "两次输入的新密码不一样"),
        ({"new_password": "kurz", "repeated": "kurz"}, "密码太短"),
        ({"new_password": "password123", "repeated": "password123"}, "常见"),
        ({"new_password": PASSWORD, "repeated": PASSWORD}, "新密码不能与现在的密码相同"),
    ],
)
def test_unfit_new_password_is_refused_in_words(client, user, data, told):
    sign_in(client)
    fields = {
        "old_password": PASSWORD,
        "new_password": "neues-kennwort-7",
        "repeated": "neues-kennwort-7",
    } | data

    response = client.post("/accounts/password/", fields)

    assert response.status_code == 200
    assert told in response.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_evaluators_request_without_a_session_reads_no_account(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/healthz")
