from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from apps.accounts import services
from apps.accounts.errors import LastAdministrator, NotOnOneself, RolesConflict, UsernameTaken, WrongPassword
from apps.accounts.models import RoleAssignment, User
from apps.audit.models import AuditEntry
from tests.factories.accounts import give_role, make_user
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_secretary

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def system_admin():
    return make_user("system_admin", username="sys")


@pytest.fixture
def security_admin():
    return make_user("security_admin", username="sec")


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_created_account_has_a_one_time_password_and_no_role(system_admin):
    account = services.create_account("ＬｉＮａ", "李娜", actor=system_admin, at=AT)

    user = User.objects.get(username="lina")
    assert user.check_password(account.password)
    assert user.must_change_password
    assert user.role_rows == []
    assert actions() == ["accounts.created"]


def test_no_password_is_written_into_the_log(system_admin):
    account = services.create_account("lina", "李娜", actor=system_admin, at=AT)
    password = services.reset_password(account.user.pk, actor=system_admin, at=AT)

    stored = str(list(AuditEntry.objects.values()))

    assert account.password not in stored
    assert password not in stored


def test_taken_name_is_refused_in_any_spelling(system_admin):
    make_user(username="lina")

    with pytest.raises(UsernameTaken):
        services.create_account("LiNa", "另一人", actor=system_admin, at=AT)

    assert actions() == []


def test_unfit_name_is_refused(system_admin):
    with pytest.raises(UsernameTaken) as refusal:
        services.create_account("李娜", "李娜", actor=system_admin, at=AT)

    assert refusal.value.code == "bad_username"


def test_database_itself_refuses_a_second_spelling():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="LINA", display_name="x", password="!")


def test_secretaries_get_accounts_once_each():
    head = make_user("head")
    people = [make_secretary(name="张伟"), make_secretary(name="张伟"), make_secretary(name="单雄信")]

    made = services.create_secretary_accounts(people, actor=head, at=AT)
    again = services.create_secretary_accounts(people, actor=head, at=AT)

    assert [account.user.username for account in made] == ["zhangwei", "zhangwei2", "shanxiongxin"]
    assert {row.role for account in made for row in account.user.role_rows} == {"secretary"}
    assert len({account.password for account in made}) == 3
    assert again == []


def test_disabling_twice_is_recorded_once(system_admin):
    user = make_user("clerk")

    services.disable_account(user.pk, actor=system_admin, at=AT)
    services.disable_account(user.pk, actor=system_admin, at=AT)
    services.enable_account(user.pk, actor=system_admin, at=AT)
    services.enable_account(user.pk, actor=system_admin, at=AT)

    user.refresh_from_db()
    assert user.is_active
    assert actions() == ["accounts.disabled", "accounts.enabled"]


def test_nobody_disables_or_resets_the_own_account(system_admin):
    for act in (services.disable_account, services.enable_account, services.reset_password):
        with pytest.raises(NotOnOneself):
            act(system_admin.pk, actor=system_admin, at=AT)


def test_last_administrator_of_a_kind_stays(system_admin, security_admin):
    with pytest.raises(LastAdministrator):
        services.disable_account(security_admin.pk, actor=system_admin, at=AT)
    with pytest.raises(LastAdministrator):
        services.revoke_role(system_admin.role_rows[0].pk, actor=security_admin, at=AT)

    second = make_user("security_admin")
    services.disable_account(second.pk, actor=system_admin, at=AT)
    assert not User.objects.get(pk=second.pk).is_active


def test_reset_password_opens_a_locked_name_and_must_be_changed(system_admin):
    user = make_user("clerk", password="old-password-1")

    password = services.reset_password(user.pk, actor=system_admin, at=AT)

    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert actions() == ["accounts.password_reset"]


def test_own_password_needs_the_present_one():
    user = make_user("clerk", password="old-password-1", must_change_password=True)

    with pytest.raises(WrongPassword):
        services.change_own_password(old_password="x", new_password="new-password-1", actor=user, at=AT)
    services.change_own_password(
        old_password="old-password-1", new_password="new-password-1", actor=user, at=AT
    )

    user.refresh_from_db()
    assert user.check_password("new-password-1")
    assert not user.must_change_password


def test_granting_twice_leaves_one_role_and_one_entry(security_admin):
    user, scope = make_user(), make_organization()

    services.grant_role(user.pk, role="clerk", scope_id=scope.pk, actor=security_admin, at=AT)
    services.grant_role(user.pk, role="clerk", scope_id=scope.pk, actor=security_admin, at=AT)

    assert RoleAssignment.objects.filter(user=user).count() == 1
    assert actions() == ["accounts.role_granted"]


def test_nobody_changes_own_rights(security_admin):
    with pytest.raises(NotOnOneself):
        services.grant_role(security_admin.pk, role="audit_admin", scope_id=None, actor=security_admin, at=AT)
    with pytest.raises(NotOnOneself):
        services.revoke_role(security_admin.role_rows[0].pk, actor=security_admin, at=AT)
    with pytest.raises(NotOnOneself):
        services.unlock_account(security_admin.pk, actor=security_admin, at=AT)


@pytest.mark.parametrize(
    ("held", "granted", "has_scope"),
    [
        ("clerk", "audit_admin", False),  # an administrator holds nothing else
        ("system_admin", "clerk", True),
        ("system_admin", "audit_admin", False),
        (None, "clerk", False),  # staff without a scope
        (None, "system_admin", True),  # an administrator with one
        (None, "secretary", False),  # no person behind the account
    ],
)
def test_roles_that_do_not_go_together_are_refused(security_admin, held, granted, has_scope):
    user = make_user(held)
    scope_id = make_organization().pk if has_scope else None

    with pytest.raises(RolesConflict):
        services.grant_role(user.pk, role=granted, scope_id=scope_id, actor=security_admin, at=AT)

    assert actions() == []


def test_database_itself_holds_one_administrators_role_per_account():
    user = make_user("system_admin")

    with pytest.raises(IntegrityError), transaction.atomic():
        give_role(user, "audit_admin")


def test_revoking_is_recorded_with_role_and_scope(security_admin):
    user = make_user("clerk", make_organization(name="甲镇党委"))

    services.revoke_role(user.role_rows[0].pk, actor=security_admin, at=AT)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("accounts.role_revoked", {"role": "clerk", "scope": "甲镇党委"})
    assert not RoleAssignment.objects.filter(user=user).exists()


def test_renaming_to_the_same_name_changes_nothing(system_admin):
    user = make_user("clerk", display_name="甲")

    services.rename_account(user.pk, display_name="甲", actor=system_admin, at=AT)
    services.rename_account(user.pk, display_name="乙", actor=system_admin, at=AT)

    assert AuditEntry.objects.get().details == {"display_name": ["甲", "乙"]}
