"""A hall in which every ballot is unlike every other, cast by many hands at once through the real service."""

import os
import random
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from queue import Empty, SimpleQueue

from django.db import connections

from apps.cycles.domain.papers.templates import CommentPolicy, Item, ItemKind, Orientation, PaperTemplate
from apps.cycles.models import VoterGroup
from apps.evaluations import services
from apps.evaluations.domain import ballots, sealing
from apps.evaluations.domain.slips import secret_text
from tests.factories.cycles import make_cycle, make_paper, make_reviewee
from tests.factories.evaluations import make_hall, make_session

SEED = int(os.environ.get("SPK_ATTACK_SEED", "20263"))
N_WRITERS = 8
ITEMS = ("a", "b", "d")


def numbers(**fields):
    """A form of three numbers, so that a million different answers are possible."""
    items = tuple(
        Item(key=key, text=f"第{key}项", kind=ItemKind.NUMBER, minimum=Decimal(0), maximum=Decimal(100))
        for key in ITEMS
    )
    values = {"title": "测评表", "items": items, "orientation": Orientation.MATRIX} | fields
    return PaperTemplate(**values)


def with_comments():
    return numbers(comments=CommentPolicy.PER_PERSON, comment_max_chars=60)


def make_number_hall(n_slips, *, n_reviewees=1, template=None, n_groups=1, state="open"):
    """A hall that votes; one voter group unless said otherwise, so that one table row stands beside every ballot."""
    cycle = make_cycle(stage="draft")
    scheme = cycle.scheme
    VoterGroup.objects.filter(scheme=scheme, order_no__gt=n_groups).delete()
    scheme.papers.all().delete()
    make_paper(scheme, template=template or numbers())
    scheme.frozen_at, cycle.opened_at, cycle.stage = cycle.created_at, cycle.created_at, "meeting"
    scheme.save(update_fields=["frozen_at"])
    cycle.save(update_fields=["stage", "opened_at"])
    for _ in range(n_reviewees):
        make_reviewee(cycle=cycle)
    return make_hall(n_slips=n_slips, session=make_session(cycle=cycle, planned=n_slips), state=state)


@dataclass(frozen=True)
class Cast:
    """What happened in the hall: who cast what, in the order in which the ballots were answered."""

    truth: dict  # selector -> answers about the first reviewee, as text
    order: list  # selectors
    marks: dict  # selector -> marks


def own_marks(hall, places):
    """Return marks for ballot number ``n`` that nobody else gives about any reviewee."""
    part, subjects = hall.paper.parts[0].key, hall.paper.subject_ids

    def marks(n):
        rows = {}
        for column, subject in enumerate(subjects):
            own = places[column][n]
            rows[subject] = {"a": str(own % 97), "b": str(own // 97), "d": str((7 * n + column) % 101)}
        return {part: rows}

    return marks


def answer_text(row):
    return "-".join(row.get(key, "") for key in ITEMS)


def fill(hall, rng):
    """Return marks per selector; every ballot has its own answers about every reviewee."""
    slips = list(hall.all_slips)
    columns = [rng.sample(range(97 * 101), len(slips)) for _ in hall.paper.subject_ids]
    marks = own_marks(hall, columns)
    rng.shuffle(slips)
    return {slip.selector: marks(n) for n, slip in enumerate(slips)}


def cast_all(hall, rng, *, marks=None, texts=None, n_writers=N_WRITERS, after=None):
    """Cast one ballot per slip in a random order from ``n_writers`` threads. ``after``: number of casts -> what to do then."""
    marks = marks or fill(hall, rng)
    waiting, order = SimpleQueue(), []
    paper, key = hall.paper, bytes(hall.session.public_key)
    slips = {slip.selector: slip for slip in hall.all_slips}
    selectors = [selector for selector in slips if selector in marks]
    rng.shuffle(selectors)
    for selector in selectors:
        text = ballots.ballot_text(paper, selector, marks[selector], (texts or {}).get(selector))
        waiting.put((slips[selector], sealing.seal(key, ballots.pad(text, hall.session.pad_bytes))))
    with in_threads(n_writers, lambda: _cast_from(hall, waiting, order, after or {})):
        pass
    first = paper.subject_ids[0]
    truth = {one: answer_text(marks[one][paper.parts[0].key].get(first, {})) for one in selectors}
    return Cast(truth, order, marks)


def _cast_from(hall, waiting, order, after):
    while True:
        try:
            slip, sealed = waiting.get_nowait()
        except Empty:
            return
        secret = secret_text(slip.secret)
        services.cast_ballot(hall.session.pk, selector=slip.selector, secret=secret, ciphertext=sealed)
        order.append(slip.selector)
        act = after.pop(len(order), None)
        if act:
            act()


@contextmanager
def in_threads(n, act):
    """Run ``act`` in ``n`` threads; the first fault is raised here."""
    faults = []

    def run():
        try:
            act()
        except BaseException as fault:  # noqa: BLE001 -- raised again below, in the thread that waits
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(n)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def dice(seed=0):
    return random.Random(SEED + seed)
