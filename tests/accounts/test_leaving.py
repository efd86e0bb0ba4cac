"""Accounts that are no longer used."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.tasks import tidy
from apps.audit.models import AuditEntry
from apps.secretaries.services import end_appointment
from tests.factories.accounts import give_role, make_user
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary():
    person = make_secretary()
    make_appointment(secretary=person, organization=make_organization())
    return make_user("secretary", secretary=person)


def leave(user, on):
    for post in user.secretary.appointments.filter(ended_on=None):
        end_appointment(post.pk, on=on, actor=make_user("head"), at=timezone.now())


def test_who_leaves_the_last_office_is_shut_out_and_the_log_says_why(secretary):
    leave(secretary, timezone.localdate() - timedelta(days=1))

    secretary.refresh_from_db()
    entry = AuditEntry.objects.filter(action="accounts.disabled").get()
    assert (secretary.is_active, secretary.disabled_because) == (False, "left_office")
    assert entry.details == {"is_active": [True, False], "disabled_because": "left_office"}


def test_who_keeps_another_office_or_role_stays(secretary):
    other = make_user("secretary", secretary=make_secretary())
    make_appointment(secretary=other.secretary, organization=make_organization())
    give_role(other, "clerk")
    make_appointment(secretary=secretary.secretary, organization=make_organization())
    first = secretary.secretary.appointments.order_by("pk").first()

    end_appointment(first.pk, on=timezone.localdate(), actor=make_user("head"), at=timezone.now())
    leave(other, timezone.localdate())

    assert set(User.objects.filter(pk__in=[secretary.pk, other.pk]).values_list("is_active", flat=True)) == {
        True
    }


def test_day_ahead_is_the_nightly_tasks(secretary):
    today = timezone.localdate()
    leave(secretary, today + timedelta(days=3))
    at = timezone.now()

    n_before = services.disable_all_without_office(day=today, at=at)
    n_then = services.disable_all_without_office(day=today + timedelta(days=3), at=at)
    n_again = services.disable_all_without_office(day=today + timedelta(days=4), at=at)

    assert (n_before, n_then, n_again) == (0, 1, 0)


def test_reopened_by_decision_it_keeps_its_role(secretary):
    leave(secretary, timezone.localdate())
    make_appointment(
        secretary=secretary.secretary, organization=make_organization(), started_on=date(2026, 1, 1)
    )

    services.enable_account(secretary.pk, actor=make_user("system_admin"), at=timezone.now())

    secretary.refresh_from_db()
    assert (secretary.is_active, secretary.disabled_because) == (True, "")
    assert [row.role for row in secretary.role_rows] == ["secretary"]


def test_ninety_days_unused_is_shut_but_not_the_last_administrator():
    now = timezone.now()
    clerk, fresh, reopened = make_user("clerk"), make_user("clerk"), make_user("clerk")
    admin = make_user("system_admin")
    User.objects.update(created_at=now - timedelta(days=400), last_login=now - timedelta(days=91))
    User.objects.filter(pk=fresh.pk).update(last_login=now - timedelta(days=89))
    User.objects.filter(pk=reopened.pk).update(enabled_at=now - timedelta(days=1))

    tidy()
    tidy()

    assert list(User.objects.filter(is_active=False)) == [clerk]
    assert User.objects.get(pk=clerk.pk).disabled_because == "unused"
    assert User.objects.get(pk=admin.pk).is_active
    assert AuditEntry.objects.count() == 1
