"""Accounts by machine, and the tokens by which programs come in."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.domain.sessions import EndReason
from apps.accounts.models import ApiToken, User
from apps.accounts.services import end_sessions, make_token, revoke_token
from apps.audit.models import AuditEntry
from tests.access import ROLES
from tests.architecture.test_access import rows

pytestmark = pytest.mark.django_db
ORGANIZATIONS = "/api/v1/organizations/"
JSON = "application/json"


@pytest.fixture
def login(world, client):
    def as_role(role):
        client.force_login(world.users[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_role


def token_for(user, *, may_write=True, days=30):
    return make_token(name="取数", days=days, may_write=may_write, actor=user, at=timezone.now())


def bearer(token):
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def test_a_token_is_shown_once_and_kept_as_a_hash(login, world):
    client = login("clerk")

    page = client.post(reverse("accounts:token_create"), {"name": "政务平台", "days": "30"}).content.decode()

    [token] = re.findall(r"spk_[\w-]{43}", page)
    stored = ApiToken.objects.get()
    assert token not in str(ApiToken.objects.values().get())
    assert (stored.name, stored.may_write, len(stored.digest)) == ("政务平台", False, 64)
    assert "政务平台" in client.get(reverse("accounts:token_list")).content.decode()
    assert (
        AuditEntry.objects.filter(action="accounts.token_made", actor_id=world.users["clerk"].pk).count() == 1
    )


def test_making_a_token_asks_again_who_it_is(login):
    client = login("clerk")
    session = client.session
    session["confirmed_at"] = 0
    session.save()

    answer = client.post(reverse("accounts:token_create"), {"name": "政务平台", "days": "30"})

    assert answer.status_code == 302
    assert not ApiToken.objects.exists()


def test_a_token_sees_what_its_account_sees(client, world):
    answer = client.get(ORGANIZATIONS, **bearer(token_for(world.users["outsider_clerk"])))

    assert [one["code"] for one in answer.json()["results"]] == ["T2"]
    assert ApiToken.objects.get().last_used_at is not None


def test_tokens_that_do_not_count(client, world):
    user, now = world.users["clerk"], timezone.now()
    revoked, expired, good = (token_for(user) for _ in range(3))
    first, second, _ = ApiToken.objects.order_by("pk")
    revoke_token(first.pk, actor=user, at=now)
    ApiToken.objects.filter(pk=second.pk).update(expires_at=now - timedelta(seconds=1))

    answers = [client.get(ORGANIZATIONS, **bearer(one)) for one in (revoked, expired, "spk_none", "")]
    assert [one.status_code for one in answers] == [401] * 4
    assert len({one.content for one in answers}) == 1
    assert client.get(ORGANIZATIONS, **bearer(good)).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(ORGANIZATIONS, **bearer(good)).status_code == 401


@pytest.mark.parametrize(
    "reason", [EndReason.PASSWORD, EndReason.DISABLED, EndReason.BY_ADMIN, EndReason.RIGHTS]
)
def test_what_ends_sessions_ends_tokens(client, world, reason):
    token = token_for(world.users["clerk"])

    end_sessions(world.users["clerk"], reason, at=timezone.now())

    assert client.get(ORGANIZATIONS, **bearer(token)).status_code == 401


def test_a_token_that_reads_changes_nothing_by_any_operation(client, world):
    token = token_for(world.users["head"], may_write=False)

    answers = {}
    for name, row in rows().items():
        if name.startswith("api-") and row.method != "get":
            url = reverse(name.split()[0], kwargs=row.kwargs(world))
            answers[name] = getattr(client, row.method)(
                url, {}, content_type=JSON, **bearer(token)
            ).status_code

    assert answers == dict.fromkeys(answers, 403)
    assert len(answers) > 20


def test_dangerous_acts_are_no_tokens(client, world):
    account = world.users["secretary"]

    for path in (f"accounts/{account.pk}/disable/", "roster/export/"):
        answer = client.post(f"/api/v1/{path}", **bearer(token_for(world.users["head"])))
        assert (answer.status_code, answer.json()["code"]) == (403, "confirmation_needed")
    assert User.objects.get(pk=account.pk).is_active


def test_at_most_ten_live_tokens(login, world):
    for _ in range(10):
        token_for(world.users["clerk"])

    page = login("clerk").post(reverse("accounts:token_create"), {"name": "多一个", "days": "30"})

    assert "最多有 10 个有效的令牌" in page.content.decode()


def test_account_is_disabled_enabled_and_given_a_role(login, world):
    client, account = login("system_admin"), world.users["leader"]
    shut = client.post(f"/api/v1/accounts/{account.pk}/disable/").json()
    open_ = client.post(f"/api/v1/accounts/{account.pk}/enable/").json()
    client = login("security_admin")
    url = f"/api/v1/accounts/{account.pk}/roles/"
    given = client.post(url, {"role": "discipline", "scope": world.town.pk}, content_type=JSON)
    taken = client.delete(f"{url}{given.json()['id']}/")

    assert (shut["is_active"], open_["is_active"]) == (False, True)
    assert (given.status_code, given.json()["scope_name"], taken.status_code) == (201, "甲镇党委", 204)
    refused = client.post(url, {"role": "audit_admin"}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "roles_conflict")


def test_passwords_and_factors_never_go_out(login, world):
    text = login("system_admin").get("/api/v1/accounts/").content.decode()

    assert all(role in text for role in ROLES if role != "anonymous")
    assert "password" not in text
    assert "argon2" not in text


def test_an_account_that_must_change_its_password_gets_a_refusal_not_a_page(login, world):
    User.objects.filter(pk=world.users["clerk"].pk).update(must_change_password=True)

    answer = login("clerk").get(ORGANIZATIONS)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_ready")
