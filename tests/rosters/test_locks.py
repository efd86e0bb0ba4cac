"""An import and an appointment made by hand at the same moment, each on a connection of its own: one waits, none dies."""

import time
from datetime import date
from threading import Event, Thread

import psycopg2
import pytest
from django.db import connection, transaction

from apps.common.errors import DomainError
from apps.organizations.models import Organization
from apps.rosters.services import check_workbook, confirm_import
from apps.secretaries.errors import PostTaken, RosterBusy
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.services import appoint, end_appointment, roster
from tests.factories.rosters import AT, HEAD, ROOT, TOWN, workbook
from tests.factories.secretaries import make_secretary
from tests.faults.test_opening import current_database_url

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 1)
WHO = {"actor": None, "at": AT}


def checked(organizations, secretaries):
    return check_workbook("花名册.xlsx", workbook(organizations, secretaries), actor=None, at=AT)


@pytest.fixture
def stored():
    """A town whose secretary is 张三, and an import that renames the town and corrects 张三."""
    confirm_import(checked([ROOT, TOWN], [HEAD]).pk, actor=None, at=AT)
    return checked([["T1", "新名镇党委", *TOWN[2:]]], [[HEAD[0], "女", *HEAD[2:]]])


def wait_for_a_waiting_lock():
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def beside(act):
    """Run an act in a thread with a connection of its own; return the thread and where its outcome will be."""
    outcome = []

    def run():
        try:
            outcome.append(act())
        except (DomainError, AssertionError) as refusal:
            outcome.append(refusal)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread, outcome


def test_import_waits_for_an_appointment_made_by_hand(stored):
    successor, goes_on = make_secretary(name="李四"), Event()
    held = Appointment.objects.get()

    with transaction.atomic():
        end_appointment(held.pk, on=DAY, **WHO)  # holds the person, the appointment and the organization
        thread, outcome = beside(lambda: (goes_on.set(), confirm_import(stored.pk, actor=None, at=AT))[1])
        assert goes_on.wait(10)
        wait_for_a_waiting_lock()
        appoint(successor.pk, organization_id=held.organization_id, post="党委书记", started_on=DAY, **WHO)
    thread.join(30)

    assert [one.state for one in outcome] == ["confirmed"]
    assert Organization.objects.get(code="T1").name == "新名镇党委"
    assert Secretary.objects.get(name="张三").gender == "female"
    assert [str(one.secretary) for one in Appointment.objects.filter(ended_on=None)] == ["李四"]


def test_appointment_made_by_hand_waits_for_an_import_and_hears_why_not(stored):
    town, other = Organization.objects.get(code="T1"), make_secretary(name="李四")

    with transaction.atomic():
        assert confirm_import(stored.pk, actor=None, at=AT).state == "confirmed"
        thread, outcome = beside(
            lambda: appoint(other.pk, organization_id=town.pk, post="党委书记", started_on=DAY, **WHO)
        )
        wait_for_a_waiting_lock()
    thread.join(30)

    assert [type(one) for one in outcome] == [PostTaken]
    assert "张三" in outcome[0].message
    assert Appointment.objects.count() == 1


def test_import_that_does_not_get_its_turn_says_so_and_changes_nothing(stored, monkeypatch):
    monkeypatch.setattr(roster, "PATIENCE", 0.1)
    link = psycopg2.connect(current_database_url())
    with link.cursor() as cursor:
        cursor.execute("SELECT id FROM secretaries_secretary FOR UPDATE")

        with pytest.raises(RosterBusy, match="什么都没有写入。请稍后再确认导入"):
            confirm_import(stored.pk, actor=None, at=AT)
    link.close()

    assert Organization.objects.get(code="T1").name == TOWN[1]
    assert confirm_import(stored.pk, actor=None, at=AT).state == "confirmed"
