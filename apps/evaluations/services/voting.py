"""Opening and closing the voting."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.cycles.domain.stages import Stage
from apps.evaluations.domain import ledgers
from apps.evaluations.domain.states import SessionState
from apps.evaluations.domain.trackers import merkle_root
from apps.evaluations.errors import LedgerDoesNotBalance
from apps.evaluations.models import EvaluationSession, SessionClosing, UrnEntry
from apps.evaluations.selectors import ledger_lines, n_mismatched_slips
from apps.evaluations.services.locks import claim_session, lock_session


@transaction.atomic
def open_voting(session_id: int, *, actor: User, at: datetime) -> EvaluationSession:
    """Open the urn for casting. Opening twice changes nothing.

    :raises NotAllowedNow: no tested key, a group without slips, or the cycle is not at its meeting.
    """
    session = lock_session(session_id)
    if session.state == SessionState.OPEN.value:
        return session
    _check_ready(session)
    session.state = SessionState.OPEN.value
    session.opened_for_voting_at = at
    session.save(update_fields=["state", "opened_for_voting_at"])
    record_action("evaluations.voting_opened", session, actor=actor, at=at)
    return session


def _check_ready(session: EvaluationSession) -> None:
    if session.state == SessionState.DRAFT.value:
        raise NotAllowedNow("还没有生成密钥。请先完成“密钥与钥匙卡”，再开始投票。")
    if session.state != SessionState.KEYED.value:
        raise NotAllowedNow("这个场次的投票已经截止，不能再次开始。")
    if session.key_tested_at is None:
        raise NotAllowedNow("钥匙卡还没有试开过。请先用任意两张钥匙卡试开一次，再开始投票。")
    if session.cycle.stage != Stage.MEETING.value:
        raise NotAllowedNow("周期还没有进入“会议测评”阶段。请先在周期页面推进阶段，再开始投票。")
    without = [
        group.voter_group.name
        for group in session.groups.select_related("voter_group")
        if group.n_planned and not group.n_issued
    ]
    if without:
        raise NotAllowedNow(f"{'、'.join(without)}还没有打印测评票。请先打印，再开始投票。")


@transaction.atomic
def close_voting(session_id: int, *, actor: User, at: datetime) -> EvaluationSession:
    """Close the urn: no cast can straddle this. Fixes the ledger, the receipts and their root. Twice changes nothing.

    :raises NotAllowedNow: voting is not open.
    :raises LedgerDoesNotBalance: slips and ballots do not add up; the words name the line.
    """
    session = claim_session(session_id)
    if session.state in {
        state.value for state in (SessionState.CLOSED, SessionState.OPENED, SessionState.RELEASED)
    }:
        return session
    if session.state != SessionState.OPEN.value:
        raise NotAllowedNow("投票还没有开始，不能截止。")
    lines = _balanced_lines(session)
    trackers = sorted(UrnEntry.objects.filter(credential__session=session).values_list("tracker", flat=True))
    closing = SessionClosing.objects.create(
        session=session,
        ledger={"groups": [line.as_json() for line in lines]},
        trackers=trackers,
        merkle_root=merkle_root(trackers),
        form_hash=session.form_hash,
    )
    session.state = SessionState.CLOSED.value
    session.closed_at = at
    session.save(update_fields=["state", "closed_at"])
    details = {"n_returned": len(trackers), "merkle_root": closing.merkle_root}
    record_action("evaluations.voting_closed", session, actor=actor, at=at, details=details)
    return session


def _balanced_lines(session: EvaluationSession) -> list[ledgers.LedgerLine]:
    lines = ledger_lines(session)
    off = ledgers.unbalanced(lines)
    if off:
        words = "；".join(ledgers.in_words(line) for line in off)
        raise LedgerDoesNotBalance(
            f"台账不平，不能截止：{words}。已投的票都在箱里。请监票人会同系统管理员查明票号表与票箱的差异，再截止。"
        )
    n_wrong = n_mismatched_slips(session)
    if n_wrong:
        raise LedgerDoesNotBalance(
            f"台账不平，不能截止：有 {n_wrong} 张测评票的登记与票箱里的选票对不上。请监票人会同系统管理员查明，再截止。"
        )
    return lines
