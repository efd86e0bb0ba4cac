"""The purge: after the objections, sealed ballots, slips and the hold go for good; results, ledger and receipts stay."""

from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.evaluations.domain import sealing
from apps.evaluations.domain.states import SessionState
from apps.evaluations.kit import holds
from apps.evaluations.models import Credential, EvaluationSession, PaperEntry, SessionClosing, UrnEntry
from apps.evaluations.services.locks import claim_session


@transaction.atomic
def purge_session(session_id: int, *, actor: User, at: datetime) -> EvaluationSession:
    """Delete envelopes and slips and shred the hold: two cards and an old backup open nothing from then on.

    Called again, it only makes sure that the hold is gone: a power cut may have come between the two.

    :raises NotAllowedNow: of a rehearsal, before the release, or while objections may still come.
    """
    session = claim_session(session_id)
    if session.state == SessionState.PURGED.value:
        _shred_after_commit(session)
        return session
    reason = why_not_yet(session, timezone.localdate(at))
    if reason:
        raise NotAllowedNow(reason)
    closing = SessionClosing.objects.get(session=session)
    session.state = SessionState.PURGED.value
    session.purged_at = at
    session.save(update_fields=["state", "purged_at"])
    report = _delete(session) | {
        "merkle_root": closing.merkle_root,
        "form_hash": closing.form_hash,
        "marks_hash": closing.marks_hash,
        "fingerprint": sealing.fingerprint(bytes(session.public_key or b"")),
        "purged_by": actor.display_name,
    }
    session.purge_report = report
    session.save(update_fields=["purge_report"])
    record_action("evaluations.purged", session, actor=actor, at=at, details=report)
    _shred_after_commit(session)
    return session


def why_not_yet(session: EvaluationSession, today: date) -> str:
    """Return why the session cannot be purged on ``today``; empty if it can."""
    if session.rehearsal_of_id is not None:
        return "彩排不用销毁：完成彩排或放弃彩排时，数据随即清除。"
    if session.state != SessionState.RELEASED.value:
        return "结果还没有发布，不能销毁密封选票。"
    until = session.objection_ends_on
    if until is None:
        return "没有登记异议期，不能销毁密封选票。请联系系统管理员。"
    if today <= until:
        return f"异议期到 {until:%Y年%m月%d日} 为止，期满后的第二天起才能销毁密封选票。"
    return ""


def _delete(session: EvaluationSession) -> dict[str, int]:
    n_entries, _ = PaperEntry.objects.filter(batch__session=session).delete()
    n_envelopes, _ = UrnEntry.objects.filter(credential__session=session).delete()
    n_slips, _ = Credential.objects.filter(session=session).delete()
    return {"n_envelopes": n_envelopes, "n_slips": n_slips, "n_paper_entries": n_entries}


def _shred_after_commit(session: EvaluationSession) -> None:
    public_key = bytes(session.public_key or b"")
    transaction.on_commit(partial(holds.shred_hold, session.pk, public_key))


def is_hold_gone(session: EvaluationSession) -> bool:
    """Tell whether the house's half of the key is gone from its file."""
    return holds.find_hold(session.pk, bytes(session.public_key or b"")) is None
