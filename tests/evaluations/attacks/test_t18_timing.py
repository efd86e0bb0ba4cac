"""T18: how long the server takes says nothing about what was answered.

Two kinds of ballots that could not be more unlike are sent in an order drawn by lot, so that whatever else the machine does falls
on both alike. The distance of the two distributions of times (Kolmogorov, Smirnov) must be one that luck explains.
"""

import json
import time

import pytest

from apps.evaluations import services
from apps.evaluations.domain import ballots
from apps.evaluations.domain.ballots import COMMENT
from apps.evaluations.domain.slips import secret_text
from tests.evaluations.attacks import odds
from tests.evaluations.attacks.halls import ITEMS, dice, make_number_hall, with_comments

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

N_SAMPLES = 400
LONGEST = 60
N_REVIEWEES = 20


def short_and_long(hall):
    """Return nothing at all, and everything with the longest words."""
    part, subjects = hall.paper.parts[0].key, hall.paper.subject_ids
    row = dict.fromkeys(ITEMS, "100")
    marks = {part: dict.fromkeys(subjects, row)}
    return ({}, None), (marks, {part: {subject: {COMMENT: "述" * LONGEST} for subject in subjects}})


def times(send, ballots_, n_samples, rng):
    """Return how long each kind took. ``send`` gets one prepared ballot; the kinds come in an order drawn by lot."""
    order = [kind for kind in range(len(ballots_)) for _ in range(n_samples // len(ballots_))]
    rng.shuffle(order)
    taken = [[] for _ in ballots_]
    for kind in order:
        ballot = ballots_[kind]()
        start = time.perf_counter_ns()
        send(ballot)
        taken[kind].append(time.perf_counter_ns() - start)
    return taken


def measure_real(n_samples):
    hall = make_number_hall(1, n_reviewees=N_REVIEWEES, template=with_comments())
    slip, contents = hall.all_slips[0], short_and_long(hall)
    secret = secret_text(slip.secret)

    def send(sealed):
        services.cast_ballot(hall.session.pk, selector=slip.selector, secret=secret, ciphertext=sealed)

    sealing = [lambda m=marks, t=texts: hall.seal(slip, m, texts=t) for marks, texts in contents]
    return times(send, sealing, n_samples, dice(18))


def test_time_says_nothing_about_the_content():
    blank, full = measure_real(N_SAMPLES)

    assert len(blank) == len(full) == N_SAMPLES // 2
    assert odds.ks_chance(blank, full) > odds.FALSE_ALARM


def test_work_that_grows_with_the_content_is_found():
    """The weak variant: the server looks at every answer before it stores the ballot."""
    hall = make_number_hall(1, n_reviewees=N_REVIEWEES, template=with_comments())
    paper, slip = hall.paper, hall.all_slips[0]

    def send(text):
        ballots.judge(paper, slip.selector, ballots.pad(text, hall.session.pad_bytes))

    plain = [
        lambda m=marks, t=texts: ballots.ballot_text(paper, slip.selector, m, t)
        for marks, texts in short_and_long(hall)
    ]
    blank, full = times(send, plain, N_SAMPLES, dice(18))

    assert odds.ks_chance(blank, full) < odds.FALSE_ALARM
    assert json.loads(ballots.ballot_text(paper, slip.selector, {}))["m"] == {}
