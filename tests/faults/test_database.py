"""F12, F13: the database refuses in the middle of a cast. A deadlock, a wait too long, a statement stopped, a lost connection."""

import contextlib
import threading
import time

import psycopg2
import pytest
from django.db import connection

from apps.evaluations import services
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.errors import CastingBusy
from apps.evaluations.models import Credential, UrnEntry
from tests.factories.evaluations import make_hall
from tests.faults.invariants import check_invariants, settle
from tests.faults.phones import at_once, parcel_of
from tests.support.database import current_database_url

pytestmark = pytest.mark.django_db(transaction=True)
WAITS_FOR = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"


@pytest.fixture
def hall(transactional_db, caplog):
    caplog.set_level("DEBUG")
    return make_hall(n_slips=2, n_reviewees=1)


@contextlib.contextmanager
def stranger():
    """A connection of somebody else to the same database."""
    link = psycopg2.connect(current_database_url())
    try:
        yield link
    finally:
        link.close()


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_waited_for(link, table):
    with link.cursor() as cursor:
        cursor.execute(WAITS_FOR, [table])
        return cursor.fetchone()[0] > 0


def cast(hall, slip, parcel):
    import base64
    import json

    sealed = base64.b64decode(json.loads(parcel.body)["ciphertext"])
    return lambda: services.cast_ballot(
        hall.session.pk, selector=slip.selector, secret=secret_text(slip.secret), ciphertext=sealed
    )


def test_f12_ballot_survives_a_deadlock(hall, caplog):
    """Somebody holds the urn and wants the slip, the cast holds the slip and wants the urn. The cast is the victim, and tries again."""
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip)
    with stranger() as rival, rival.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '60s'")
        cursor.execute("LOCK TABLE evaluations_urnentry IN SHARE MODE")

        def embrace():
            until(lambda: is_waited_for(rival, "evaluations_urnentry"))
            cursor.execute(
                "SELECT 1 FROM evaluations_credential WHERE selector = %s FOR UPDATE", [slip.selector]
            )
            rival.rollback()

        answer, _ = at_once(cast(hall, slip, parcel), embrace)

    assert answer == parcel.tracker
    assert "40P01" in caplog.text
    settle(
        hall, acknowledged={slip.selector: answer}, sent={slip.selector: {parcel.tracker}}, logs=caplog.text
    )


def test_f12_opposite_orders_of_many_slips_end_well(hall):
    """Staff act and casts take the same slips from both ends at once."""
    first, second = hall.all_slips[:2]
    parcels = [parcel_of(hall, one) for one in (first, second)] * 3

    def sweep(order):
        def do():
            with stranger() as link, link.cursor() as cursor:
                for selector in order:
                    cursor.execute(
                        "SELECT 1 FROM evaluations_credential WHERE selector = %s FOR UPDATE", [selector]
                    )
                link.rollback()

        return do

    orders = [(first.selector, second.selector), (second.selector, first.selector)]
    answers = at_once(
        *(cast(hall, slip, parcel) for slip, parcel in zip([first, second] * 3, parcels, strict=True)),
        *map(sweep, orders),
    )

    assert answers[:6] == [parcel.tracker for parcel in parcels]
    settle(
        hall,
        acknowledged={one.selector: one.tracker for one in parcels},
        sent={one.selector: {one.tracker} for one in parcels},
    )


def test_f13_statement_that_takes_too_long_leaves_nothing(hall, caplog):
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip)
    with statement_timeout("250ms"), stranger() as rival, rival.cursor() as cursor:
        cursor.execute("LOCK TABLE evaluations_urnentry IN SHARE MODE")
        (answer,) = at_once(cast(hall, slip, parcel))
        rival.rollback()

    assert isinstance(answer, CastingBusy)
    assert "您填写的内容还在本页" in answer.message
    assert "57014" in caplog.text
    assert (UrnEntry.objects.count(), Credential.objects.get(selector=slip.selector).state) == (0, "unused")
    check_invariants(hall, acknowledged={}, sent={slip.selector: {parcel.tracker}})
    (again,) = at_once(cast(hall, slip, parcel))
    settle(
        hall, acknowledged={slip.selector: again}, sent={slip.selector: {parcel.tracker}}, logs=caplog.text
    )


@contextlib.contextmanager
def statement_timeout(limit):
    """Every new connection to this database gets the limit."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE \"{name}\" SET statement_timeout = '{limit}'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" RESET statement_timeout')


def test_f13_wait_for_a_lock_ends_by_itself(hall, caplog):
    """Whoever holds the urn for long holds up nobody for long: three seconds, twice."""
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip)
    with stranger() as rival, rival.cursor() as cursor:
        cursor.execute("LOCK TABLE evaluations_urnentry IN SHARE MODE")
        begun = time.monotonic()
        (answer,) = at_once(cast(hall, slip, parcel))
        took = time.monotonic() - begun
        rival.rollback()

    assert isinstance(answer, CastingBusy)
    assert 5 < took < 20
    assert "55P03" in caplog.text
    settle(hall, acknowledged={}, sent={slip.selector: {parcel.tracker}}, logs=caplog.text)


def test_f11_lost_connection_is_opened_again(hall, caplog):
    """The database ended this process's connection while nothing was going on: the next ballot does not notice."""
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip)
    ready, ended = threading.Event(), threading.Event()
    pids = []

    def voter():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        ready.set()
        ended.wait(20)
        return cast(hall, slip, parcel)()

    def killer():
        ready.wait(20)
        with stranger() as link, link.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pids[0]])
        ended.set()

    answer, _ = at_once(voter, killer)

    assert answer == parcel.tracker
    settle(
        hall, acknowledged={slip.selector: answer}, sent={slip.selector: {parcel.tracker}}, logs=caplog.text
    )
