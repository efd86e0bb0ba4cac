"""Too many refusals raise an alarm once; an entry that cannot be written stops the act."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.errors import LogNotWritten
from apps.audit.models import AuditEntry, LogFault
from apps.audit.selectors import watch_over_log
from apps.audit.services import record_action, record_refusal
from apps.audit.signals import refusals_piled_up
from apps.organizations.models import Organization
from tests.factories.accounts import make_user
from tests.factories.organizations import make_organization

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def alarms():
    told = []

    def listen(**kwargs):
        told.append((kwargs["actor_id"], kwargs["n"]))

    refusals_piled_up.connect(listen, weak=False)
    yield told
    refusals_piled_up.disconnect(listen)


def refuse(user, *seconds):
    for second in seconds:
        record_refusal("tests.tried", None, actor=user, at=AT + timedelta(seconds=second), reason="不行。")


@pytest.mark.django_db
def test_ten_refusals_in_five_minutes_raise_one_alarm(alarms):
    user, other = make_user("clerk"), make_user("clerk")

    refuse(user, *range(0, 270, 30))
    refuse(other, 0)
    assert alarms == []
    refuse(user, 275, 280, 285)

    assert alarms == [(user.pk, 10)]
    entry = AuditEntry.objects.get(action="audit.alarm_raised")
    assert (entry.details["account_id"], entry.details["n"]) == (user.pk, 10)


@pytest.mark.django_db
def test_refusals_spread_over_hours_raise_none_and_new_ones_raise_another(alarms):
    user = make_user("clerk")

    refuse(user, *range(0, 3000, 300))
    assert alarms == []
    refuse(user, *range(4000, 4010))
    refuse(user, *range(9000, 9010))

    assert [n for _, n in alarms] == [10, 10]


@pytest.mark.django_db
def test_pages_asked_for_without_the_right_count_as_well(client, alarms):
    user = make_user("clerk")
    client.force_login(user, backend=BACKEND)

    for _ in range(10):
        client.get("/audit/")

    assert [account for account, _ in alarms] == [user.pk]


@pytest.fixture
def break_log(transactional_db):
    """From then on the table takes no entries."""

    def break_it():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_auditentry ADD CONSTRAINT broken CHECK (seq < 0) NOT VALID")

    yield break_it
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DROP CONSTRAINT IF EXISTS broken")


@transaction.atomic
def rename(thing):
    thing.name = "乙镇党委"
    thing.save()
    record_action("tests.renamed", thing, actor=None, at=AT)


def test_act_that_cannot_be_logged_is_not_done(break_log, caplog):
    thing = make_organization(name="甲镇党委")
    break_log()

    with caplog.at_level(logging.CRITICAL), pytest.raises(LogNotWritten):
        rename(thing)

    assert Organization.objects.get().name == "甲镇党委"
    assert "the log could not be written: tests.renamed" in caplog.text
    assert LogFault.objects.get().action == "tests.renamed"
    assert watch_over_log(at=AT).n_faults == 1


def test_person_at_the_screen_is_told_and_nothing_is_kept(break_log, client, caplog):
    admin, other = make_user("system_admin"), make_user("clerk")
    client.force_login(admin, backend=BACKEND)
    n_before = AuditEntry.objects.count()
    break_log()

    answer = client.post(f"/accounts/{other.pk}/disable/", follow=True)

    assert "没有执行" in answer.content.decode()
    assert User.objects.get(pk=other.pk).is_active
    assert AuditEntry.objects.count() == n_before
    assert set(LogFault.objects.values_list("action", flat=True)) == {
        "accounts.disabled",
        "accounts:user_disable",
    }
