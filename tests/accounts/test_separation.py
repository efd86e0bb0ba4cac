"""三权分立, asked of the database itself: raw SQL gets around none of it."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts import services
from apps.accounts.errors import RolesConflict
from apps.accounts.models import RoleAssignment, User
from tests.factories.accounts import give_role, make_user
from tests.factories.secretaries import make_secretary

pytestmark = pytest.mark.django_db
ADMINS = ("system_admin", "security_admin", "audit_admin")


def refused(sql, *values):
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(error.value).splitlines()[0]


def grant(user, role):
    return refused("INSERT INTO accounts_roleassignment (user_id, role) VALUES (%s, %s)", user.pk, role)


@pytest.mark.parametrize("held", ADMINS)
@pytest.mark.parametrize("wanted", ADMINS)
def test_one_account_holds_one_of_the_three(held, wanted):
    user = make_user(held)

    assert grant(user, wanted)


@pytest.mark.parametrize("held", ["clerk", "head", "leader", "discipline"])
def test_no_administrator_beside_a_business_role(held):
    assert grant(make_user(held), "audit_admin") == "an administrator holds no other role"
    assert grant(make_user("audit_admin"), held) == "an administrator holds no other role"


def test_no_secretary_is_an_administrator():
    user = make_user(secretary=make_secretary())
    admin = make_user("system_admin")

    assert grant(user, "system_admin") == "a secretary is no administrator"
    assert (
        refused("UPDATE accounts_user SET secretary_id = %s WHERE id = %s", make_secretary().pk, admin.pk)
        == "a secretary is no administrator"
    )


def test_one_person_with_two_accounts_is_still_one_person():
    words = "one person holds one of the three administrators' roles"
    make_user("system_admin", display_name="张伟")
    second = make_user(display_name="张伟")
    third = make_user("audit_admin", display_name="李娜")

    assert grant(second, "security_admin") == words
    assert refused("UPDATE accounts_user SET display_name = '张伟' WHERE id = %s", third.pk) == words
    give_role(second, "system_admin")


def test_role_is_not_turned_into_another():
    make_user("system_admin", display_name="张伟")
    clerk = make_user("clerk")
    RoleAssignment.objects.create(user=clerk, role="leader", scope=clerk.role_rows[0].scope)

    assert refused(
        "UPDATE accounts_roleassignment SET role = 'audit_admin', scope_id = NULL WHERE user_id = %s AND role = 'leader'",
        clerk.pk,
    )


def test_service_says_it_in_words(django_user_model):
    from django.utils import timezone

    admin = make_user("security_admin")
    make_user("system_admin", display_name="张伟")
    namesake = make_user(display_name="张伟")

    with pytest.raises(RolesConflict) as refusal:
        services.grant_role(namesake.pk, role="audit_admin", scope_id=None, actor=admin, at=timezone.now())

    assert "同一人" in refusal.value.message
    assert User.objects.filter(roles__role="audit_admin").count() == 0
