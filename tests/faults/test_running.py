"""F02, F06-F11, F16-F19, F60, F62 on the running system: its programs are killed, frozen, restarted, starved while people cast."""

import os
import signal
import statistics
import threading
import time

import pytest

from apps.evaluations.models import UrnEntry
from tests.factories.evaluations import make_hall
from tests.faults.invariants import check_invariants, settle
from tests.faults.phones import HERD, NOTHING, Crowd, at_once, deliver, parcel_of, send
from tests.faults.seeds import dice, rounds

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.xdist_group("faulty system")]

N_BURST = rounds(500, 120)
COLD_START = 120  # seconds; F60


@pytest.fixture
def hall(system):
    return make_hall(n_slips=3, n_reviewees=2)


def burst_hall():
    hall = make_hall(n_slips=N_BURST // 2, n_reviewees=4)
    return hall, [parcel_of(hall, slip, "good", "fairly_good") for slip in hall.all_slips]


def known(parcels, answers):
    sent = {one.selector: {one.tracker} for one in parcels}
    return {"acknowledged": answers, "sent": sent}


def send_rest(system, crowd, hall, parcels, *salt):
    """Who has not heard asks and sends again; afterwards everybody's ballot is in the urn, once."""
    system.settle()
    check_invariants(hall, **known(parcels, crowd.answers))
    answers = (
        at_once(
            *(
                lambda one=one: deliver(system.port, one, dice(*salt, one.selector), pace=0.05)
                for one in crowd.unheard
            )
        )
        if crowd.unheard
        else []
    )
    assert [one.status for one in answers] == [200] * len(crowd.unheard)
    settle(hall, **known(parcels, {one.selector: one.tracker for one in parcels}), logs=system.text())


def test_f02_fifty_identical_posts_are_one_ballot(system, hall):
    parcel = parcel_of(hall, hall.all_slips[0])

    answers = at_once(*[lambda: send(system.port, parcel)] * 50)

    assert [one.proves(parcel) for one in answers] == [True] * 50
    assert UrnEntry.objects.filter(credential__session=hall.session).count() == 1
    settle(hall, **known([parcel], {parcel.selector: parcel.tracker}), logs=system.text())


def test_f06_process_killed_before_the_commit_has_stored_nothing(system, hall):
    parcel = parcel_of(hall, hall.all_slips[0])
    with system.nobody_writes("evaluations_urnentry"):
        waiting = in_background(lambda: send(system.port, parcel))
        system.wait_until(lambda: system.is_waiting_for("evaluations_urnentry"), 20)
        end_waiting_statements(system)
        for pid in system.web_processes():
            os.kill(pid, signal.SIGKILL)
        assert waiting() == NOTHING

    system.settle()
    check_invariants(hall, **known([parcel], {}))
    assert UrnEntry.objects.filter(credential__session=hall.session).count() == 0
    assert send(system.port, parcel).proves(parcel)
    settle(hall, **known([parcel], {parcel.selector: parcel.tracker}), logs=system.text())


def end_waiting_statements(system):
    """Freeze the processes, so that nothing is tried again, and end the statement that waits: its transaction is undone."""
    system.freeze(*system.web_processes())
    system.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE NOT granted AND relation = 'evaluations_urnentry'::regclass"
    )
    system.stopped.clear()


def test_f07_process_killed_after_the_commit_has_stored_it(system, hall):
    """The processes are frozen in the middle of the statement, the database commits it, then they are killed: nobody answers."""
    parcel = parcel_of(hall, hall.all_slips[0])
    with system.nobody_writes("evaluations_urnentry"):
        waiting = in_background(lambda: send(system.port, parcel))
        system.wait_until(lambda: system.is_waiting_for("evaluations_urnentry"), 20)
        system.freeze(*system.web_processes())
    urn = UrnEntry.objects.filter(credential__session=hall.session)
    system.wait_until(lambda: urn.count() == 1, 20)
    system.kill_frozen()

    assert waiting() == NOTHING
    system.settle()
    check_invariants(hall, **known([parcel], {}))
    assert deliver(system.port, parcel, dice("F07"), pace=0.05).proves(parcel)
    settle(hall, **known([parcel], {parcel.selector: parcel.tracker}), logs=system.text())


def in_background(act):
    """Start it; the function returned waits for its outcome."""
    found = []
    thread = threading.Thread(target=lambda: found.append(act()))
    thread.start()

    def outcome():
        thread.join(60)
        return found[0]

    return outcome


STRIKES = {
    "F08 all web processes": lambda system: system.end_all_of("web"),
    "F09 postmaster": lambda system: system.end("postgres"),
    "F10 database, fast": lambda system: system.end("postgres", signal.SIGINT),
    "F10 database, immediate": lambda system: system.end("postgres", signal.SIGQUIT),
}


@pytest.mark.parametrize("name", STRIKES)
def test_f08_f09_f10_burst_survives_the_death_of_a_program(system, name):
    """`kill -9` in the middle of a burst: what was acknowledged is there once, the others find out and send again."""
    hall, parcels = burst_hall()
    dice(name, "order").shuffle(parcels)
    crowd = Crowd(system.port, parcels).start()
    after = dice(name).randint(5, N_BURST // 3)
    system.wait_until(lambda: crowd.n_answered >= after, 30)

    STRIKES[name](system)
    crowd.join()

    assert len(crowd.answers) + len(crowd.unheard) == len(parcels)
    send_rest(system, crowd, hall, parcels, name)


def test_f11_no_connection_left_is_told_and_passes(system, hall):
    parcels = [parcel_of(hall, slip) for slip in hall.all_slips[:2]]
    with system.all_connections_taken():
        answers = [send(system.port, parcel) for parcel in parcels]

    assert [(one.status, one.content.get("code")) for one in answers] == [(503, "busy")] * 2
    assert answers[0].headers["retry-after"] == "2"
    assert "您填写的内容还在本页" in answers[0].content["detail"]
    check_invariants(hall, **known(parcels, {}))
    again = [deliver(system.port, parcel, dice("F11"), pace=0.05) for parcel in parcels]
    assert [one.status for one in again] == [200, 200]
    settle(hall, **known(parcels, {one.selector: one.tracker for one in parcels}), logs=system.text())


def test_f16_f17_f18_casting_does_not_need_the_queue(system):
    """The queue's server is flushed, frozen (slower than any two seconds) and killed: not one ballot notices."""
    hall = make_hall(n_slips=15, n_reviewees=2)
    parcels = [parcel_of(hall, slip) for slip in hall.all_slips]
    frozen, flushed, killed = parcels[:10], parcels[10:20], parcels[20:]

    system.queue().flushall()
    first = Crowd(system.port, flushed).start().join()
    system.freeze(system.pid("valkey"))
    begun = time.monotonic()
    second = Crowd(system.port, frozen).start().join()
    took = time.monotonic() - begun
    system.resume()
    system.end("valkey")
    third = Crowd(system.port, killed).start().join()

    assert [one.unheard for one in (first, second, third)] == [[], [], []]
    assert took < 10
    settle(hall, **known(parcels, first.answers | second.answers | third.answers), logs=system.text())


def test_f19_web_server_renews_its_processes_in_the_middle(system):
    """What a proxy's reload is elsewhere: the server that faces the phones replaces its processes while they cast."""
    hall, parcels = burst_hall()
    n_ends = system.n_ends("web")
    crowd = Crowd(system.port, parcels).start()
    before = set(system.web_processes())
    system.wait_until(lambda: crowd.n_answered >= 10, 30)
    os.kill(system.pid("web"), signal.SIGHUP)
    crowd.join()
    system.wait_until(
        lambda: len(system.web_processes()) >= 2 and not before & set(system.web_processes()), 30
    )

    assert system.n_ends("web") == n_ends
    send_rest(system, crowd, hall, parcels, "F19")


def test_f62_everybody_comes_back_at_the_same_second(system):
    """After an outage all phones have the same ballot waiting; the page spreads them over a second and a half."""
    n = rounds(500, 100)
    hall = make_hall(n_slips=n // 2, n_reviewees=2)
    parcels = [parcel_of(hall, slip) for slip in hall.all_slips]
    system.end_all_of("web")
    assert send(system.port, parcels[0], timeout=1) == NOTHING
    system.settle()

    took = {}

    def comes_back(parcel):
        luck = dice("F62", parcel.selector)

        def do():
            begun = time.monotonic()
            time.sleep(HERD * luck.random())
            answer = deliver(system.port, parcel, luck)
            took[parcel.selector] = time.monotonic() - begun
            return answer

        return do

    answers = at_once(*map(comes_back, parcels))

    assert [one.status for one in answers] == [200] * len(parcels)
    p99 = statistics.quantiles(took.values(), n=100)[98]
    print(f"{n} phones back at once: p99 {p99:.1f} s, with up to {HERD} s of spreading")
    assert p99 < 20
    settle(hall, **known(parcels, {one.selector: one.tracker for one in parcels}), logs=system.text())


def test_f60_power_cut_and_cold_start(system):
    """Everything dies at one instant while people cast. It comes up by itself within two minutes, with every ballot."""
    hall, parcels = burst_hall()
    crowd = Crowd(system.port, parcels).start()
    system.wait_until(lambda: crowd.n_answered >= 20, 30)

    took = system.cut_power_and_start()
    crowd.join()

    print(f"cold start after the power cut: {took:.1f} s")
    assert took < COLD_START
    assert crowd.n_answered >= 20
    send_rest(system, crowd, hall, parcels, "F60")
