"""F57-F59: the opening dies half-way, a share is damaged, the second program disagrees."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from decimal import ROUND_DOWN, Decimal

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.audit.errors import LogNotWritten
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations import services
from apps.evaluations.errors import CardsDoNotFit, CardUnreadable, TwoCardsNeeded
from apps.evaluations.models import EvaluationSession, OpenedMark, SessionClosing
from apps.scoring.domain import computation
from apps.scoring.services import verify_session
from tests.factories.accounts import give_role
from tests.factories.evaluations import AT, make_hall
from tests.faults.invariants import check_invariants
from tests.faults.seeds import dice, rounds
from tests.support.database import current_database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast_hall(transactional_db):
    """A closed session in which five of six have voted, and what they know."""
    hall = make_hall(n_slips=3, n_reviewees=3)
    luck = dice("grades")
    trackers = {
        slip.selector: hall.cast(slip, *luck.choices(("good", "fairly_good", "average", "poor", None), k=3))
        for slip in hall.all_slips[:5]
    }
    hall.close()
    return hall, {"acknowledged": trackers, "sent": {one: {tracker} for one, tracker in trackers.items()}}


class DiesAt:
    """Ends the connection at the n-th statement, as the database sees it when its client dies."""

    def __init__(self, n):
        self.n, self.seen = n, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.n:
            link = psycopg2.connect(current_database_url())
            with link.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(%s, 10000)", [connection.connection.info.backend_pid]
                )
            link.close()
        return execute(sql, params, many, context)


def expected_hash(hall):
    """Open, look at the hash, and take it all back."""
    with transaction.atomic():
        hall.open()
        found = SessionClosing.objects.get(session=hall.session).marks_hash
        transaction.set_rollback(True)
    return found


def test_f57_opening_that_dies_at_any_statement_leaves_nothing(cast_hall):
    """n = 1, 2, 3 … until the opening runs through; then it is the opening it would have been."""
    hall, known = cast_hall
    wanted = expected_hash(hall)

    n = 0
    while state_of(hall) == "closed":
        n += 1
        assert_untouched(hall)
        with connection.execute_wrapper(DiesAt(n)), contextlib.suppress(*DEATHS):
            hall.open()
        connection.close()

    assert n > 10
    session = check_invariants(hall, **known)
    assert session.state == "opened"
    assert SessionClosing.objects.get(session=session).marks_hash == wanted
    assert OpenedMark.objects.count() == 5 * 3
    hall.open()
    assert SessionClosing.objects.get(session=session).marks_hash == wanted


def state_of(hall):
    return EvaluationSession.objects.values_list("state", flat=True).get(pk=hall.session.pk)


def assert_untouched(hall):
    closing = SessionClosing.objects.get(session=hall.session)
    assert (state_of(hall), OpenedMark.objects.count()) == ("closed", 0)
    assert (closing.opening_counts, closing.marks_hash) == (None, "")


DEATHS = (OperationalError, InterfaceError, LogNotWritten)  # the last when it is the log's own statement


@pytest.mark.slow
@pytest.mark.parametrize("table", ["evaluations_openedmark", "audit_auditentry", "documents_job"])
def test_f57_process_of_the_opening_is_killed_while_it_writes(cast_hall, table):
    """The real command, stopped where it waits to write, and killed by `kill -9`."""
    hall, known = cast_hall
    give_role(hall.actor, "clerk", hall.session.cycle.host)
    wanted = expected_hash(hall)
    link = psycopg2.connect(current_database_url())
    with link.cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
        process = opening_process(hall)
        wait_for_lock(cursor, table, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        link.rollback()
    link.close()

    wait_for_end_of_others()
    assert_untouched(hall)
    check_invariants(hall, **known)
    again = opening_process(hall)
    assert (again.wait(60), again.stdout.read().count("opened")) == (0, 1)
    check_invariants(hall, **known)
    assert SessionClosing.objects.get(session=hall.session).marks_hash == wanted


def opening_process(hall):
    words = [
        str(django_settings.BASE_DIR / "manage.py"),
        "open_urn",
        str(hall.session.pk),
        "--actor",
        hall.actor.username,
        "--json",
    ]
    process = subprocess.Popen(
        [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {
            "DATABASE_URL": current_database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "SPK_HOLDS_DIR": str(django_settings.HOLDS_DIR), "SECRET_KEY": django_settings.SECRET_KEY,
        },
    )  # fmt: skip
    process.stdin.write("\n".join(hall.cards[:2]))
    process.stdin.close()
    return process


def wait_for_lock(cursor, table, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
        if cursor.fetchone()[0]:
            return
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    raise AssertionError(f"nobody waits for {table}")


def wait_for_end_of_others():
    """The database notices the death of its client when the statement ends."""
    deadline = time.monotonic() + 30
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the dead opening's transaction goes on")


def test_f58_damaged_share_is_told_and_the_third_card_opens(cast_hall):
    hall, known = cast_hall
    luck = dice("F58")

    for _ in range(rounds(300, 40)):
        with pytest.raises(CardUnreadable):
            open_with(hall, damaged(hall.cards[0], luck), hall.cards[1])
    for cards, refusal in (
        ((hall.cards[0],), TwoCardsNeeded),
        ((hall.cards[0], hall.cards[0]), TwoCardsNeeded),
        ((hall.cards[0][: len(hall.cards[0]) // 2], hall.cards[1]), CardUnreadable),
        (make_hall(n_slips=1, n_reviewees=1).cards[:2], CardsDoNotFit),
    ):
        with pytest.raises(refusal) as raised:
            open_with(hall, *cards)
        assert "选票都完好" in raised.value.message
    assert_untouched(hall)
    open_with(hall, hall.cards[2], hall.cards[1])

    check_invariants(hall, **known)


def open_with(hall, *cards):
    return services.open_urn(hall.session.pk, cards=list(cards), actor=hall.actor, at=AT)


def damaged(card, luck):
    """One to three characters are read wrong, somewhere behind the prefix."""
    letters = list(card)
    places = [n for n in range(5, len(letters)) if letters[n] != "-"]
    for place in luck.sample(places, luck.randint(1, 3)):
        letters[place] = luck.choice(
            [one for one in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if one != letters[place]]
        )
    return "".join(letters)


def test_f59_rounding_that_differs_blocks_the_release(cast_hall, monkeypatch):
    """Somebody 'improves' the rounding of the scores. The second program does not know of it, and nothing is released."""
    hall, known = cast_hall
    hall.open()
    with monkeypatch.context() as changed:
        round_down(changed)
        session = verify_session(hall.session.pk, actor=hall.actor, at=AT)
    assert session.verification["agrees"] is False

    with pytest.raises(DomainError, match="复核不一致") as refusal:
        services.release_results(hall.session.pk, actor=hall.actor, at=AT)
    assert isinstance(refusal.value, NotAllowedNow)
    assert check_invariants(hall, **known).state == "opened"

    assert verify_session(hall.session.pk, actor=hall.actor, at=AT).verification["agrees"] is True
    services.release_results(hall.session.pk, actor=hall.actor, at=AT)
    assert check_invariants(hall, **known).state == "released"


def round_down(changed):
    """Cut off what the rule rounds half up, wherever the package's figures are rounded."""
    from apps.scoring.domain import package_parts

    def cut(value, decimals):
        quantum = Decimal(1).scaleb(-decimals)
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(quantum, rounding=ROUND_DOWN)

    for module in (package_parts, computation):
        if hasattr(module, "round_half_up"):
            changed.setattr(module, "round_half_up", cut)


def test_f59_without_a_verification_nothing_is_released(cast_hall):
    hall, known = cast_hall
    hall.open()

    with pytest.raises(NotAllowedNow, match="还没有复核"):
        services.release_results(hall.session.pk, actor=hall.actor, at=AT)

    assert check_invariants(hall, **known).state == "opened"
