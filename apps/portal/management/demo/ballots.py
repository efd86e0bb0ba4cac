"""Casting and opening the ballots of a past demonstration year, by the real way: sealed, cast, closed, opened with two cards."""

from datetime import datetime
from random import Random

from apps.accounts.models import User
from apps.documents.services import run_job
from apps.evaluations.domain import slips
from apps.evaluations.domain.ballot_papers import BallotPaper, Part
from apps.evaluations.domain.slips import Slip
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import build_paper
from apps.evaluations.services import (
    close_voting,
    finish_rehearsal,
    issue_slips,
    make_key,
    open_urn,
    open_voting,
    release_results,
    seal_and_cast,
    start_rehearsal,
    try_cards,
)
from apps.scoring.services import request_verification

WEIGHTS = (
    (86, 11, 3, 0),
    (68, 26, 5, 1),
    (48, 40, 10, 2),
    (90, 9, 1, 0),
)  # of the four grades, per kind of secretary
N_REHEARSED = 2  # slips per group
KEPT_AWAY = 4  # slips per group that nobody used


def cast_all(session: EvaluationSession, *, actor: User, at: datetime, draw: Random) -> list[str]:
    """Make key and slips, rehearse, open the voting and cast nearly all slips. Returns two of the three cards."""
    cards = _make_key(session, actor=actor, at=at)
    rehearse(session, actor=actor, at=at, draw=draw)
    handed_out = [
        (slip, place)
        for group in session.groups.order_by("voter_group__order_no")
        for place, slip in enumerate(
            issue_slips(session.pk, group_id=group.pk, n_slips=group.n_planned, actor=actor, at=at)
        )
    ]
    open_voting(session.pk, actor=actor, at=at)
    paper = build_paper(session)
    for slip, place in handed_out:
        if place >= KEPT_AWAY:
            _cast(session, paper, slip, draw)
    return cards


def rehearse(session: EvaluationSession, *, actor: User, at: datetime, draw: Random) -> None:
    """Hold the rehearsal with a throw-away key and wipe it, as the house demands before voting opens."""
    rehearsal = start_rehearsal(session.pk, n_slips_per_group=N_REHEARSED, actor=actor, at=at)
    cards = _make_key(rehearsal, actor=actor, at=at)
    paper = build_paper(rehearsal)
    handed_out = [
        slip
        for group in rehearsal.groups.all()
        for slip in issue_slips(rehearsal.pk, group_id=group.pk, n_slips=N_REHEARSED, actor=actor, at=at)
    ]
    open_voting(rehearsal.pk, actor=actor, at=at)
    for slip in handed_out:
        _cast(rehearsal, paper, slip, draw)
    close_voting(rehearsal.pk, actor=actor, at=at)
    open_urn(rehearsal.pk, cards=cards, actor=actor, at=at)
    finish_rehearsal(session.pk, actor=actor, at=at)


def _make_key(session: EvaluationSession, *, actor: User, at: datetime) -> list[str]:
    cards = [card.text for card in make_key(session.pk, actor=actor, at=at).cards][:2]
    try_cards(session.pk, cards=cards, actor=actor, at=at)
    return cards


def _cast(session: EvaluationSession, paper: BallotPaper, slip: Slip, draw: Random) -> None:
    marks = {part.key: _marks(paper, part, draw) for part in paper.parts}
    seal_and_cast(session.pk, selector=slip.selector, secret=slips.secret_text(slip.secret), marks=marks)


def _marks(paper: BallotPaper, part: Part, draw: Random) -> dict[str, dict[str, str]]:
    return {
        str(subject.id): {
            item.key: draw.choices(
                [option.key for option in options], WEIGHTS[subject.order_no % len(WEIGHTS)][: len(options)]
            )[0]
            for item in part.template.items
            if (options := part.template.options_of(item)) and draw.random() > 0.01  # noqa: PLR2004 -- now and then an item is left blank
        }
        for subject in paper.subjects
    }


def open_and_release(session: EvaluationSession, cards: list[str], *, actor: User, at: datetime) -> None:
    """Close the voting, open the urn with two cards, let the verifier agree and release the results."""
    close_voting(session.pk, actor=actor, at=at)
    open_urn(session.pk, cards=cards, actor=actor, at=at)
    run_job(request_verification(session.pk, actor=actor, at=at).pk, clock=lambda: at)
    release_results(session.pk, actor=actor, at=at)
