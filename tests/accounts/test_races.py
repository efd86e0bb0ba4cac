"""Two at once: real connections, the second certain to have looked before the first was done. One wins, the other gets a reason."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from apps.accounts import services
from apps.accounts.errors import LastAdministrator, RolesConflict
from apps.accounts.models import RoleAssignment, User
from tests.factories.accounts import make_user
from tests.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def meanwhile(first, second):
    """Do ``first``; before it commits, let another connection do ``second`` until that waits. Return what it ended with."""
    ended = {}

    def work():
        try:
            second()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what the test asks for
            ended["error"] = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        first()
        thread.start()
        wait_for_it()
    thread.join(20)
    return ended.get("error")


def wait_for_it():
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same moment again
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.025)
    raise AssertionError("the second did not wait for the first")


def granting(user, role, admin):
    return lambda: services.grant_role(user.pk, role=role, scope_id=None, actor=admin, at=NOW)


def roles_held():
    return sorted(RoleAssignment.objects.exclude(role="head").values_list("role", flat=True))


def test_two_grants_that_together_would_make_one_person_two_administrators():
    admin = make_user("head")
    one, other = make_user(display_name="张伟"), make_user(display_name="张伟")

    error = meanwhile(granting(one, "system_admin", admin), granting(other, "security_admin", admin))

    assert isinstance(error, RolesConflict)
    assert "别人刚刚给他授了权" in error.message
    assert roles_held() == ["system_admin"]


def test_two_grants_of_two_administrators_roles_to_one_account():
    admin, user = make_user("head"), make_user()

    error = meanwhile(granting(user, "audit_admin", admin), granting(user, "system_admin", admin))

    assert isinstance(error, RolesConflict)
    assert roles_held() == ["audit_admin"]


def test_grant_while_another_administrator_takes_the_name():
    head, other = make_user("head"), make_user("audit_admin", display_name="李娜")
    user = make_user(display_name="张伟")

    error = meanwhile(
        granting(user, "system_admin", head),
        lambda: services.rename_account(other.pk, display_name="张伟", actor=head, at=NOW),
    )

    assert isinstance(error, RolesConflict)
    assert User.objects.get(pk=other.pk).display_name == "李娜"


def test_two_administrators_disable_each_other_and_one_stays():
    one, other = make_user("system_admin"), make_user("system_admin")

    error = meanwhile(
        lambda: services.disable_account(other.pk, actor=one, at=NOW),
        lambda: services.disable_account(one.pk, actor=other, at=NOW),
    )

    assert isinstance(error, LastAdministrator)
    assert list(User.objects.filter(is_active=True)) == [one]
