from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import User
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def test_fresh_install_has_no_account_at_all():
    assert not User.objects.exists()


def test_first_administrators_secrets_expire(capsys):
    call_command("create_administrators")

    limit = timezone.now() + timedelta(days=14, minutes=1)
    assert all(user.must_change_password and user.secret_expires_at < limit for user in User.objects.all())


def test_three_administrators_are_made_once(capsys):
    call_command("create_administrators")

    lines = capsys.readouterr().out.splitlines()
    assert {user.username: user.role_rows[0].role for user in User.objects.all()} == {
        "sysadmin": "system_admin", "secadmin": "security_admin", "auditadmin": "audit_admin",
    }  # fmt: skip
    assert User.objects.get(username="secadmin").check_password(lines[1].split()[-1])
    with pytest.raises(SystemExit) as end:
        call_command("create_administrators")
    assert end.value.code == 1


def test_password_is_reset_on_the_server(capsys):
    user = make_user("security_admin", username="sec")

    call_command("reset_password", "SEC")

    user.refresh_from_db()
    assert user.check_password(capsys.readouterr().out.split()[-1])


def test_unknown_name_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        call_command("reset_password", "nobody")

    assert end.value.code == 1
    assert "nobody" in capsys.readouterr().err
