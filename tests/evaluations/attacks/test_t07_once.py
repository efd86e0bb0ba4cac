"""T7: one slip is one ballot: fifty posts at once, two devices, online and paper."""

import threading

import pytest
from django.db import transaction

from apps.evaluations import services
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.models import Credential, SessionClosing, UrnEntry
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import make_number_hall
from tests.evaluations.test_races import at_once
from tests.factories.evaluations import AT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

N_POSTS = 50


def flood(post, ballots):
    """Send all ballots of one slip in the same moment; return what each answered."""
    return at_once(*(lambda ballot=ballot: post(ballot) for ballot in ballots))


def posting(hall, slip):
    return lambda sealed: services.cast_ballot(
        hall.session.pk, selector=slip.selector, secret=secret_text(slip.secret), ciphertext=sealed
    )


def marks_of(hall, answer):
    return {hall.paper.parts[0].key: {subject: {"a": answer} for subject in hall.paper.subject_ids}}


def counted(hall):
    """Close and open; return how many ballots count."""
    hall.close()
    hall.open()
    counts = SessionClosing.objects.get().opening_counts
    return sum(one["valid"] for one in counts.values()), ask("SELECT count(*) FROM evaluations_openedmark")[
        0
    ][0]


@pytest.mark.parametrize("n_devices", [1, 2, N_POSTS])
def test_fifty_posts_of_one_slip_are_one_ballot(n_devices):
    hall = make_number_hall(3)
    slip = hall.all_slips[0]
    devices = [hall.seal(slip, marks_of(hall, str(n))) for n in range(n_devices)]

    answers = flood(posting(hall, slip), [devices[n % n_devices] for n in range(N_POSTS)])

    assert [answer for answer in answers if not isinstance(answer, str)] == []
    assert UrnEntry.objects.count() == 1
    assert counted(hall) == (1, 1)


def test_online_and_paper_at_once_leave_one_of_both():
    hall = make_number_hall(12)
    acts = []
    for slip in hall.all_slips:
        sealed = hall.seal(slip, marks_of(hall, "9"))
        acts.append(lambda slip=slip, sealed=sealed: posting(hall, slip)(sealed))
        acts.append(
            lambda slip=slip: services.exchange_slip(
                hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT
            )
        )

    at_once(*acts)

    states = dict(Credential.objects.values_list("selector", "state"))
    in_urn = set(UrnEntry.objects.values_list("credential__selector", flat=True))
    assert set(states.values()) <= {"online", "paper"}
    assert in_urn == {selector for selector, state in states.items() if state == "online"}


# -- the weak variant: look first, then write, and nothing in the table that says "once"


class WeakUrn:
    """A urn as it is often written. ``unique`` adds what the real one has."""

    def __init__(self, *, unique):
        self.unique = unique
        self.both_looked = threading.Barrier(2)

    def post(self, mark):
        with transaction.atomic():
            if ask("SELECT count(*) FROM weak_urn WHERE slip = 'one'") == [(0,)]:
                self._wait()
                again = "ON CONFLICT (slip) DO UPDATE SET mark = EXCLUDED.mark" if self.unique else ""
                ask(f"INSERT INTO weak_urn VALUES ('one', %s) {again}", [mark])
        return mark

    def _wait(self):
        try:
            self.both_looked.wait(0.5)
        except threading.BrokenBarrierError:
            return


@pytest.mark.parametrize(("unique", "expected"), [(False, False), (True, True)])
def test_look_first_then_write_lets_several_in(unique, expected):
    ask(f"CREATE TABLE weak_urn (slip text {'PRIMARY KEY' if unique else ''}, mark text)")
    try:
        flood(WeakUrn(unique=unique).post, [str(n) for n in range(8)])
        n_counted = ask("SELECT count(*) FROM weak_urn")[0][0]
    finally:
        ask("DROP TABLE weak_urn")

    assert (n_counted == 1) is expected
