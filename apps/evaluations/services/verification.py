"""What the independent verifier found: without its consent nothing is released."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.models import EvaluationSession, SessionClosing
from apps.evaluations.services.locks import lock_session

AFTER_OPENING = tuple(state.value for state in ORDER[ORDER.index(SessionState.OPENED) :])


@transaction.atomic
def record_verification(
    session_id: int,
    *,
    differences: Sequence[str],
    package_sha256: str,
    marks_hash: str,
    actor: User | None,
    at: datetime,
) -> EvaluationSession:
    """Keep what the verifier found about the opened session. The same finding again changes nothing.

    :raises NotAllowedNow: the urn has not been opened, or it is a rehearsal.
    """
    session = lock_session(session_id)
    if session.state not in AFTER_OPENING or session.rehearsal_of_id is not None:
        raise NotAllowedNow("还没有开箱，不能复核。")
    finding = {
        "agrees": not differences,
        "differences": list(differences),
        "package_sha256": package_sha256,
        "marks_hash": marks_hash,
    }
    if session.verification == finding:
        return session
    session.verification, session.verified_at = finding, at
    session.save(update_fields=["verification", "verified_at"])
    details = {"agrees": not differences, "n_differences": len(differences), "package_sha256": package_sha256}
    record_action("evaluations.verified", session, actor=actor, at=at, details=details)
    return session


def check_verified(session: EvaluationSession) -> None:
    """Refuse unless the verifier agreed with the marks that were fixed when the urn was opened.

    :raises NotAllowedNow: not verified yet, verified against other marks, or the verifier found a difference.
    """
    finding = session.verification
    if finding is None:
        raise NotAllowedNow("还没有复核，不能发布。开箱后会自动复核；也可以到得分的“复核”页再核一次。")
    marks_hash = SessionClosing.objects.values_list("marks_hash", flat=True).get(session=session)
    if finding["marks_hash"] != marks_hash:
        raise NotAllowedNow("复核所依据的评分不是开箱时固定的评分，不能发布。请重新复核。")
    if not finding["agrees"]:
        n = len(finding["differences"])
        raise NotAllowedNow(
            f"复核不一致（{n} 处），不能发布：{finding['differences'][0]}开箱的评分没有改动；请系统管理员查明原因后重新复核。"
        )
