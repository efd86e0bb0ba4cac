"""Opening and closing the voting."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.cycles.domain.stages import Stage
from apps.evaluations.domain.ballot_papers import from_description
from apps.evaluations.domain.ledgers import faults_of
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.domain.trackers import merkle_root
from apps.evaluations.errors import EnvelopesReplaced, LedgerDoesNotBalance
from apps.evaluations.kit.software import software_hash, software_version
from apps.evaluations.models import EvaluationSession, SessionClosing
from apps.evaluations.selectors.ledgers import Counting, count_session, session_groups
from apps.evaluations.selectors.results import scheme_hash
from apps.evaluations.services.locks import claim_session, lock_session

AFTER_CLOSING = tuple(state.value for state in ORDER[ORDER.index(SessionState.CLOSED) :])
OVER = "这个场次的投票已经截止，不能再次开始。"


@transaction.atomic
def open_voting(session_id: int, *, actor: User, at: datetime) -> EvaluationSession:
    """Open the urn for casting. Opening twice changes nothing.

    :raises NotAllowedNow: no tested key, no passed rehearsal with this form, a group without slips, or a cycle that is not at
        its meeting. A rehearsal itself needs neither the rehearsal nor the meeting.
    """
    session = lock_session(session_id)
    if session.state == SessionState.OPEN.value:
        return session
    reason = next(_hindrances(session), None)
    if reason:
        raise NotAllowedNow(reason)
    if session.state == SessionState.KEYED.value:  # a rehearsal passes the state in which others wait for it
        session.state = SessionState.REHEARSED.value
        session.save(update_fields=["state"])
    session.state = SessionState.OPEN.value
    session.opened_for_voting_at = at
    session.save(update_fields=["state", "opened_for_voting_at"])
    record_action("evaluations.voting_opened", session, actor=actor, at=at)
    return session


def _hindrances(session: EvaluationSession) -> Iterator[str]:
    if session.state == SessionState.DRAFT.value:
        yield "还没有生成密钥。请先完成“密钥与钥匙卡”，再开始投票。"
    if session.state in AFTER_CLOSING:
        yield OVER
    if session.key_tested_at is None:
        yield "钥匙卡还没有试开过。请先用任意两张钥匙卡试开一次，再开始投票。"
    if session.rehearsal_of_id is None:
        yield from _hindrances_of_the_real_one(session)
    elif session.cycle.stage == Stage.DRAFT.value:
        yield "周期还没有启动，不能彩排投票。"
    without = [g.voter_group.name for g in session_groups(session) if g.n_planned and not g.n_issued]
    if without:
        yield f"{'、'.join(without)}还没有打印测评票。请先打印，再开始投票。"


def _hindrances_of_the_real_one(session: EvaluationSession) -> Iterator[str]:
    if session.state != SessionState.REHEARSED.value:
        yield "还没有彩排过。请先用另一副钥匙卡彩排一次：投票、截止、开箱，核对台账后完成彩排。"
    rehearsed = (session.rehearsal_report or {}).get("parts_hash")
    if rehearsed != from_description(session.form or {}).parts_hash:
        yield "彩排以后测评表改动过，须用现在的测评表重新彩排一次，再开始投票。"
    if session.cycle.stage != Stage.MEETING.value:
        yield "周期还没有进入“会议测评”阶段。请先在周期页面推进阶段，再开始投票。"


@transaction.atomic
def close_voting(
    session_id: int, *, actor: User, at: datetime, leave_out_replaced: bool = False
) -> EvaluationSession:
    """Close the urn: no cast can straddle this. Fixes the ledger, the receipts and their root. Twice changes nothing.

    Envelopes that the casting service did not put into the urn are told in the ledger and count as nothing. Where one lies in
    the place of a ballot that was handed in, ``leave_out_replaced`` says that the scrutineers have seen it.

    :raises NotAllowedNow: voting is not open.
    :raises LedgerDoesNotBalance: something does not add up; the words name the line, the reason and who may mend it.
    :raises EnvelopesReplaced: handed-in ballots have been replaced, and nobody has said so yet.
    """
    session = claim_session(session_id)
    if session.state in AFTER_CLOSING:
        return session
    if session.state != SessionState.OPEN.value:
        raise NotAllowedNow("投票还没有开始，不能截止。")
    counting = count_session(session)
    _check_balance(counting)
    n_replaced = sum(count.n_replaced for count in counting.groups)
    if n_replaced and not leave_out_replaced:
        raise EnvelopesReplaced(n_replaced)
    closing = _fix(session, counting)
    session.state = SessionState.CLOSED.value
    session.closed_at = at
    session.save(update_fields=["state", "closed_at"])
    details = {"n_online": len(closing.trackers), "merkle_root": closing.merkle_root}
    if counting.foreign:
        details["n_foreign"] = len(counting.foreign)
    record_action("evaluations.voting_closed", session, actor=actor, at=at, details=details)
    return session


def _check_balance(counting: Counting) -> None:
    faults = [fault for count in counting.groups for fault in faults_of(count)]
    if faults:
        raise LedgerDoesNotBalance(
            f"台账不平，不能截止。{'；'.join(map(str, faults))}。投票没有中断，已投的票都在箱里；改正后再截止。"
        )


def _fix(session: EvaluationSession, counting: Counting) -> SessionClosing:
    return SessionClosing.objects.create(
        session=session,
        ledger={
            "groups": [line.as_json() for line in counting.lines],
            "halls": [line.as_json() for line in counting.halls],
            "foreign": counting.foreign,
            "scheme_hash": scheme_hash(session),
            "software": {"version": software_version(), "hash": software_hash()},
        },
        trackers=counting.trackers,
        merkle_root=merkle_root(counting.trackers),
        form_hash=session.form_hash,
    )
