"""Casting and opening the ballots of a past demonstration year, by the real way: sealed, cast, closed, opened with two cards."""

from datetime import datetime
from random import Random

from apps.accounts.models import User
from apps.evaluations.domain import slips
from apps.evaluations.domain.ballot_papers import BallotPaper
from apps.evaluations.domain.slips import Slip
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import build_paper
from apps.evaluations.services import (
    close_voting,
    issue_slips,
    make_key,
    open_urn,
    open_voting,
    release_results,
    seal_and_cast,
    try_cards,
)

WEIGHTS = (
    (86, 11, 3, 0),
    (68, 26, 5, 1),
    (48, 40, 10, 2),
    (90, 9, 1, 0),
)  # of the four grades, per kind of secretary
KEPT_AWAY = 4  # slips per group that nobody used


def cast_all(session: EvaluationSession, *, actor: User, at: datetime, draw: Random) -> list[str]:
    """Make key and slips, open the voting and cast nearly all slips. Returns two of the three cards."""
    cards = [card.text for card in make_key(session.pk, actor=actor, at=at)][:2]
    try_cards(session.pk, cards=cards, actor=actor, at=at)
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


def _cast(session: EvaluationSession, paper: BallotPaper, slip: Slip, draw: Random) -> None:
    options = [option.value for option in paper.options]
    marks = {
        str(subject.id): {
            str(item.id): draw.choices(options, WEIGHTS[subject.order_no % len(WEIGHTS)][: len(options)])[0]
            for item in paper.items
            if draw.random() > 0.01  # noqa: PLR2004 -- now and then an item is left blank
        }
        for subject in paper.subjects
    }
    seal_and_cast(session.pk, selector=slip.selector, secret=slips.secret_text(slip.secret), marks=marks)


def open_and_release(session: EvaluationSession, cards: list[str], *, actor: User, at: datetime) -> None:
    """Close the voting, open the urn with two cards and release the results."""
    close_voting(session.pk, actor=actor, at=at)
    open_urn(session.pk, cards=cards, actor=actor, at=at)
    release_results(session.pk, actor=actor, at=at)
