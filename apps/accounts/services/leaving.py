"""Accounts that are no longer used: the person left office, or nobody signed in for months."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Q, QuerySet
from django.db.models.functions import Greatest

from apps.accounts.domain.roles import ADMIN_ROLES, Role
from apps.accounts.domain.states import DisableReason
from apps.accounts.models import RoleAssignment, User
from apps.accounts.services.accounts import shut
from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.secretaries.models import Appointment
from apps.secretaries.selectors import holds_office


@transaction.atomic
def disable_without_office(secretary_id: int, *, day: date, actor: Actor | None, at: datetime) -> bool:
    """Shut the account of a person without any office on ``day``, if being a secretary is all it is for; return whether it was."""
    user = (
        User.objects.select_for_update(of=("self",)).filter(secretary_id=secretary_id, is_active=True).first()
    )
    if user is None or holds_office(secretary_id, day) or _does_more(user):
        return False
    shut(user, DisableReason.LEFT_OFFICE, at=at)
    details = {"is_active": [True, False], "disabled_because": DisableReason.LEFT_OFFICE.value}
    record_action("accounts.disabled", user, actor=actor, at=at, details=details)
    return True


def disable_all_without_office(*, day: date, at: datetime) -> int:
    """Shut the accounts of all whose last office ended by ``day``; return how many.

    Days of leaving are entered beforehand, too, so this runs every day.
    """
    open_posts = Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    gone = User.objects.filter(is_active=True, secretary__appointments__ended_on__lte=day).exclude(
        secretary__in=open_posts.values("secretary")
    )
    ids = list(gone.values_list("secretary__pk", flat=True).distinct())
    return sum(disable_without_office(pk, day=day, actor=None, at=at) for pk in ids)


def disable_unused(*, at: datetime) -> int:
    """Shut the accounts nobody signed in to for ``settings.UNUSED_DAYS`` days; return how many.

    Counted from the last of: signing in, being made, being opened again. The last active administrator of a kind stays.
    """
    ids = unused_accounts(at).values_list("pk", flat=True)
    return sum(_disable_unused(pk, at=at) for pk in list(ids))


def unused_accounts(at: datetime) -> QuerySet[User]:
    """Return the active accounts nobody used for so long."""
    used_at = Greatest("last_login", "created_at", "enabled_at", output_field=DateTimeField())
    limit = at - timedelta(days=settings.UNUSED_DAYS)
    return User.objects.annotate(used_at=used_at).filter(is_active=True, used_at__lt=limit)


@transaction.atomic
def _disable_unused(user_id: int, *, at: datetime) -> bool:
    user = User.objects.select_for_update(of=("self",)).filter(pk=user_id, is_active=True).first()
    if user is None or _is_last_administrator(user):
        return False
    shut(user, DisableReason.UNUSED, at=at)
    details = {"is_active": [True, False], "disabled_because": DisableReason.UNUSED.value}
    record_action("accounts.disabled", user, actor=None, at=at, details=details)
    return True


def _is_last_administrator(user: User) -> bool:
    roles = {row.role for row in user.role_rows} & set(ADMIN_ROLES)
    others = RoleAssignment.objects.filter(user__is_active=True).exclude(user=user)
    return any(not others.filter(role=role).exists() for role in roles)


def _does_more(user: User) -> bool:
    return any(row.role != Role.SECRETARY.value for row in user.role_rows)
