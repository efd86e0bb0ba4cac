"""Opening the urn. Call it in a process of its own (``manage.py open_urn``): the key lives and dies there."""

import io
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from secrets import SystemRandom

from django.db import connection, transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.evaluations.domain import ballots, opening, sealing
from apps.evaluations.domain.ballot_papers import BallotPaper, from_description
from apps.evaluations.domain.ballots import Verdict, VoidReason
from apps.evaluations.domain.key_cards import join_cards
from apps.evaluations.domain.opening import JudgedBallot, TornMark
from apps.evaluations.domain.states import SessionState
from apps.evaluations.domain.trackers import merkle_root
from apps.evaluations.errors import UrnAltered
from apps.evaluations.models import EvaluationSession, SessionClosing, UrnEntry
from apps.evaluations.services.locks import claim_session
from apps.evaluations.signals import urn_opened

DONE = (SessionState.OPENED.value, SessionState.RELEASED.value)
Sealed = tuple[int, str, bytes]  # group, selector, ciphertext


@sensitive_variables()
@transaction.atomic
def open_urn(session_id: int, *, cards: Sequence[str], actor: User, at: datetime) -> EvaluationSession:
    """Open the closed urn with two cards; all or nothing. Once open, opening again changes nothing.

    :raises NotAllowedNow: voting has not been closed.
    :raises TwoCardsNeeded, CardUnreadable, CardsDoNotFit: from the cards, before a ballot is touched.
    :raises UrnAltered: the urn is not what was closed.
    """
    session = claim_session(session_id)
    if session.state in DONE:
        return session
    if session.state != SessionState.CLOSED.value or session.public_key is None:
        raise NotAllowedNow("投票还没有截止，不能开箱。")
    private_key = join_cards(cards, session_id=session.pk, public_key=bytes(session.public_key))
    closing = SessionClosing.objects.select_for_update(of=("self",)).get(session=session)
    paper = from_description(session.form or {})
    sealed = _checked_urn(session, closing, paper)
    judged = [
        JudgedBallot(group_id, _judge(paper, private_key, selector, ciphertext))
        for group_id, selector, ciphertext in sealed
    ]
    del private_key
    torn = opening.split_and_shuffle(paper, judged, SystemRandom())
    _write_marks(torn)
    closing.opening_counts = opening.count_ballots(judged)
    closing.marks_hash = opening.marks_hash(torn)
    closing.save(update_fields=["opening_counts", "marks_hash"])
    return _finish(session, closing, actor=actor, at=at)


def _checked_urn(session: EvaluationSession, closing: SessionClosing, paper: BallotPaper) -> list[Sealed]:
    """Return the sealed ballots if they are exactly those that were in the urn when it was closed."""
    if not paper.form_hash == session.form_hash == closing.form_hash:
        raise UrnAltered(
            "测评表与截止时记录的不一致，没有开箱。请保留现场，由监票人会同系统管理员核查数据库。"
        )
    rows = UrnEntry.objects.filter(credential__session=session).values_list(
        "credential__group_id", "credential__selector", "ciphertext", "tracker"
    )
    sealed, trackers, kept = [], [], []
    for group_id, selector, ciphertext, tracker in rows:
        sealed.append((group_id, selector, bytes(ciphertext)))
        trackers.append(sealing.tracker_of(bytes(ciphertext)))
        kept.append(tracker)
    n_off = len(set(closing.trackers) ^ set(trackers)) or int(trackers != kept)
    if n_off or merkle_root(trackers) != closing.merkle_root:
        raise UrnAltered(
            f"票箱与截止时的回执清单不一致（相差 {n_off} 处），没有开箱。截止后有人改动过数据。"
            "请保留现场，由监票人会同系统管理员核查数据库与备份。"
        )
    return sealed


@sensitive_variables()
def _judge(paper: BallotPaper, private_key: bytes, selector: str, ciphertext: bytes) -> Verdict:
    padded = sealing.unseal(private_key, ciphertext)
    if padded is None:
        return Verdict(None, VoidReason.UNREADABLE)
    return ballots.judge(paper, selector, padded)


def _write_marks(torn: Sequence[TornMark]) -> None:
    """Write all marks in the order of their random ids, so that the table's order says nothing."""
    lines = sorted(
        f"{uuid.uuid4()}\t{mark.subject_id}\t{mark.group_id}\t{json.dumps(mark.marks)}\n" for mark in torn
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY evaluations_openedmark (id, subject_id, group_id, marks) FROM STDIN",
            io.StringIO("".join(lines)),
        )


def _finish(
    session: EvaluationSession, closing: SessionClosing, *, actor: User, at: datetime
) -> EvaluationSession:
    session.state = SessionState.OPENED.value
    session.urn_opened_at = at
    session.save(update_fields=["state", "urn_opened_at"])
    details = {"marks_hash": closing.marks_hash, "merkle_root": closing.merkle_root}
    record_action("evaluations.urn_opened", session, actor=actor, at=at, details=details)
    urn_opened.send(EvaluationSession, session_id=session.pk, cycle_id=session.cycle_id, actor=actor, at=at)
    return session
