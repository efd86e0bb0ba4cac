"""Passwords through time: expiry of one-time ones, age of own ones, those that were; and what a locked name tells."""

from datetime import timedelta
from itertools import pairwise

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import timezone

from apps.accounts import services
from apps.accounts.errors import PasswordReused
from apps.accounts.models import OldPassword, User
from apps.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
WORDS = [
    "Eiche7-gruen",
    "Birke8-weiss",
    "Tanne9-dunkel",
    "Buche1-rotes",
    "Linde2-susse",
    "Ahorn3-bunte",
    "Erle4-amBach",
]


def sign_in(client, username, password):
    return client.post(LOGIN, {"username": username, "password": password})


def change(user, old, new, at):
    services.change_own_password(old_password=old, new_password=new, actor=user, at=at)


def test_one_time_password_expires_and_is_then_as_good_as_a_wrong_one(client):
    now = timezone.now()
    admin = make_user("system_admin")
    old = services.create_account("old", "甲", actor=admin, at=now - timedelta(days=14))
    new = services.create_account("new", "乙", actor=admin, at=now - timedelta(days=13))

    late, wrong = sign_in(client, "old", old.password), sign_in(client, "old", "x")

    told = [page.content.decode().split('role="alert">')[1].split("</div>")[0] for page in (late, wrong)]
    assert told[0] == told[1]
    assert "一次性密码已过期" in told[0]
    assert sign_in(client, "new", new.password).status_code == 302


def test_own_password_of_ninety_days_is_asked_anew_at_the_door(client):
    user = make_user("clerk", username="lina", password=PASSWORD)
    for days, wanted in ((89, "/"), (90, "/accounts/password/")):
        User.objects.update(password_set_at=timezone.now() - timedelta(days=days))
        sign_in(client, "lina", PASSWORD)
        answer = client.get("/accounts/profile/")
        assert (answer.status_code == 200) == (wanted == "/")
        client.post("/accounts/logout/")

    user.refresh_from_db()
    assert user.must_change_password
    assert not user.has_one_time_password
    assert AuditEntry.objects.filter(action="accounts.password_expired").count() == 1


def test_last_five_are_not_taken_again():
    user, now = make_user("clerk", password=WORDS[0]), timezone.now()
    for number, (old, new) in enumerate(pairwise(WORDS[:6])):
        change(user, old, new, now + timedelta(days=number))

    for taken in WORDS[1:6]:
        with pytest.raises(PasswordReused):
            change(user, WORDS[5], taken, now + timedelta(days=9))
    change(user, WORDS[5], WORDS[0], now + timedelta(days=9))

    assert OldPassword.objects.count() == 5
    assert {row.digest.split("$")[0] for row in OldPassword.objects.all()} == {"argon2"}


def test_policy_is_explained_on_the_page_and_reuse_told_at_the_field(client):
    make_user("clerk", username="lina", display_name="李娜", password=PASSWORD)
    sign_in(client, "lina", PASSWORD)

    page = client.get("/accounts/password/").content.decode()
    answer = client.post(
        "/accounts/password/",
        {"old_password": PASSWORD, "new_password": "Lina-2026-heban", "repeated": "Lina-2026-heban"},
    ).content.decode()

    assert "四类中至少三类" in page
    assert "&quot;lina&quot;" in page
    assert "用户名或姓名的拼音" in answer


@pytest.fixture
def hashes(monkeypatch):
    """Count the runs of the hasher, whoever asks for them."""
    runs = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, _real=real, **kwargs):
            runs.append(1)
            return _real(self, *args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return runs


def test_nothing_tells_a_name_or_a_password_apart(client, hashes):
    """Wrong, unknown, shut: one text. Locked with the right, a wrong and for an unknown name: one text. Each costs one hash."""
    make_user("clerk", username="lina", password=PASSWORD)
    make_user("clerk", username="off", password=PASSWORD, is_active=False)
    cases = {"wrong": ("lina", "x"), "unknown": ("nobody", "x"), "shut": ("off", PASSWORD)}

    open_, n_open = {}, {}
    for case, (name, password) in cases.items():
        before = len(hashes)
        open_[case] = (answer := sign_in(client, name, password)).status_code, _told(answer)
        n_open[case] = len(hashes) - before
    for name in ("lina", "nobody"):
        for _ in range(5):
            sign_in(client, name, "x")
    locked, n_locked = {}, {}
    for case, (name, password) in {
        "right": ("lina", PASSWORD),
        "wrong": ("lina", "x"),
        "unknown": ("nobody", "x"),
    }.items():
        before = len(hashes)
        locked[case] = (answer := sign_in(client, name, password)).status_code, _told(answer)
        n_locked[case] = len(hashes) - before

    assert len(set(open_.values())) == 1
    assert len(set(locked.values())) == 1
    assert set(n_open.values()) == set(n_locked.values()) == {1}
    assert AccessAttempt.objects.count() <= 3


def _told(answer):
    return answer.content.decode().split('role="alert">')[1].split("</div>")[0]


@pytest.mark.parametrize("name", ["LINA", " lina ", "ｌｉｎａ", "Lina\u3000"])
def test_names_differing_in_case_width_or_space_are_one_name(name):
    make_user(username="lina")

    with pytest.raises(services.accounts.UsernameTaken):
        services.create_account(name, "另一人", actor=make_user("system_admin"), at=timezone.now())
