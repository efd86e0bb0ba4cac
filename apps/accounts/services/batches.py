"""Many accounts at once: those of secretaries, from the roster."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.accounts.domain.roles import Role
from apps.accounts.domain.usernames import free_username
from apps.accounts.models import RoleAssignment, User
from apps.accounts.services.accounts import NewAccount, new_account
from apps.audit.services import record_action
from apps.common.domain.sort_keys import pinyin_syllables
from apps.secretaries.models import Secretary


@transaction.atomic
def create_clerk_account(
    username: str, display_name: str, *, scope_id: int, actor: User, at: datetime
) -> NewAccount:
    """Create an account of department staff that is a clerk's from the start, within ``scope_id``.

    :raises UsernameTaken: another account has the name, in whatever spelling.
    """
    account = new_account(username, display_name, None, at=at)
    row = RoleAssignment.objects.create(user=account.user, role=Role.CLERK.value, scope_id=scope_id)
    details = {"username": account.user.username, "role": row.role, "scope": str(row.scope)}
    record_action("accounts.created", account.user, actor=actor, at=at, details=details)
    return account


@transaction.atomic
def create_secretary_accounts(
    secretaries: Iterable[Secretary], *, actor: User, at: datetime
) -> list[NewAccount]:
    """Create an account for each secretary who has none, in the given order; those who have one are passed over."""
    ids = list(dict.fromkeys(secretary.pk for secretary in secretaries))
    people = Secretary.objects.select_for_update(of=("self",)).filter(pk__in=ids, user=None).order_by("pk")
    taken = set(User.objects.values_list("username", flat=True))
    made = []
    for person in people:
        name = free_username("".join(pinyin_syllables(person.name, is_person=True)), taken)
        taken.add(name)
        account = new_account(name, person.name, person, at=at)
        RoleAssignment.objects.create(user=account.user, role=Role.SECRETARY.value)
        record_action(
            "accounts.created",
            account.user,
            actor=actor,
            at=at,
            details={"username": name, "role": "secretary"},
        )
        made.append(account)
    places = {pk: place for place, pk in enumerate(ids)}
    return sorted(made, key=lambda account: places[account.user.secretary_id or 0])
