"""Many hands at once: one slip is one ballot, and closing cuts between ballots, never through one."""

import threading

import pytest
from django.db import connection, connections

from apps.evaluations import services
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.errors import VotingClosed
from apps.evaluations.models import Credential, SessionClosing, UrnEntry
from apps.evaluations.selectors import n_mismatched_slips
from tests.factories.evaluations import make_hall

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run all acts in threads that start together; return what each returned or raised."""
    start = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        try:
            start.wait()
            results[place] = act()
        except Exception as raised:  # noqa: BLE001 -- the test looks at what came
            results[place] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def casting(hall, slip, sealed, secret=None):
    return lambda: services.cast_ballot(
        hall.session.pk, selector=slip.selector, secret=secret or secret_text(slip.secret), ciphertext=sealed
    )


def test_twenty_posts_of_one_slip_make_one_ballot():
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    sealed = [hall.seal(slip, hall.marks(grade)) for grade in ("good", "poor") for _ in range(10)]

    answers = at_once(
        *(casting(hall, slip, one, slip.typed if n % 2 else None) for n, one in enumerate(sealed))
    )

    assert [a for a in answers if not isinstance(a, str)] == []
    entry = UrnEntry.objects.get()
    assert entry.tracker in answers
    assert Credential.objects.filter(state="online").count() == 1


def test_same_ballot_twenty_times_gets_one_answer():
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, hall.marks("good"))

    answers = at_once(*[casting(hall, slip, sealed)] * 20)

    assert set(answers) == {UrnEntry.objects.get().tracker}


@pytest.mark.parametrize("round_no", range(4))
def test_closing_never_cuts_through_a_cast(round_no):
    hall = make_hall(n_slips=6, n_reviewees=1)
    acts = [casting(hall, slip, hall.seal(slip, hall.marks("good"))) for slip in hall.all_slips]
    middle = 3 * round_no

    answers = at_once(*acts[:middle], hall.close, *acts[middle:])

    closed = answers.pop(middle)
    accepted = sorted(a for a in answers if isinstance(a, str))
    refused = [a for a in answers if not isinstance(a, str)]
    assert closed.state == "closed"
    assert all(isinstance(a, VotingClosed) for a in refused)
    assert len(accepted) + len(refused) == 12
    assert SessionClosing.objects.get().trackers == accepted
    assert sorted(UrnEntry.objects.values_list("tracker", flat=True)) == accepted
    assert n_mismatched_slips(hall.session) == 0


def test_two_people_close_and_open_at_once():
    hall = make_hall(n_slips=2, n_reviewees=1)
    hall.cast(hall.all_slips[0])

    closed = at_once(hall.close, hall.close, hall.close)
    opened = at_once(hall.open, hall.open)

    assert {session.state for session in closed} == {"closed"}
    assert {session.state for session in opened} == {"opened"}
    assert SessionClosing.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM evaluations_openedmark")
        assert cursor.fetchone() == (1,)


def test_voiding_and_casting_at_once_leaves_one_of_both():
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, {})

    from tests.factories.evaluations import AT

    at_once(
        casting(hall, slip, sealed),
        lambda: services.void_slip(hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT),
    )

    state = Credential.objects.get(selector=slip.selector).state
    assert (state, UrnEntry.objects.count()) in {("online", 1), ("void", 0)}
