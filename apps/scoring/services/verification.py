"""Nothing is released before a second program has come to the same results. This asks it and writes down what it said."""

import hashlib
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.documents.models import Job
from apps.documents.services import enqueue_job
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services import record_verification
from apps.scoring.domain.computation import compute
from apps.scoring.kit.verifier import differences_in
from apps.scoring.selectors.inputs import OPENED, load_inputs
from apps.scoring.selectors.packages import result_package, sealed_package, stored_differences

VERIFY_KIND = "scoring.verify"
WITH_ENVELOPES = (SessionState.CLOSED.value, SessionState.OPENED.value, SessionState.RELEASED.value)


@transaction.atomic
def request_verification(session_id: int, *, actor: User | None, at: datetime) -> Job:
    """Order a verification of an opened session. While one is waiting or running, that one is returned.

    :raises NotAllowedNow: the urn has not been opened, or it is a rehearsal.
    """
    session = _opened_session(session_id)
    return enqueue_job(
        VERIFY_KIND,
        title=f"{session} 复核",
        arguments={"session_id": session.pk},
        actor=actor,
        at=at,
        dedupe_key=f"session-{session.pk}",
    )


def verify_session(session_id: int, *, actor: User | None, at: datetime) -> EvaluationSession:
    """Compute the results, let the independent verifier compute them from the package, and record whether both agree.

    :raises NotAllowedNow: the urn has not been opened, or it is a rehearsal.
    :raises DomainError: the verifier came to no result.
    """
    session = _opened_session(session_id)
    inputs = load_inputs(session.cycle)
    result = compute(inputs)
    package = result_package(session, inputs, result)
    return record_verification(
        session.pk,
        differences=[*differences_in(package), *stored_differences(session.cycle, result)],
        package_sha256=hashlib.sha256(package).hexdigest(),
        marks_hash=session.closing.marks_hash,
        actor=actor,
        at=at,
    )


@transaction.atomic
def export_results(session_id: int, *, actor: User | None, at: datetime) -> bytes:
    """Return the result package and write down who took it: it holds counts that no page shows.

    :raises NotAllowedNow: the urn has not been opened, or it is a rehearsal.
    """
    session = _opened_session(session_id)
    package = result_package(session)
    details = {"sha256": hashlib.sha256(package).hexdigest()}
    record_action("scoring.package_exported", session, actor=actor, at=at, details=details)
    return package


@transaction.atomic
def export_sealed(session_id: int, *, actor: User | None, at: datetime) -> bytes:
    """Return the sealed envelopes of a closed urn and write down who took them. Without the cards nobody can read them.

    :raises NotAllowedNow: voting has not been closed, all has been purged, or it is a rehearsal.
    """
    rows = EvaluationSession.objects.select_related("cycle__scheme", "closing")
    session = rows.filter(pk=session_id, state__in=WITH_ENVELOPES, rehearsal_of=None).first()
    if session is None:
        raise NotAllowedNow("还没有截止（或者是彩排，或者密封选票已经销毁），没有密封选票可以导出。")
    package = sealed_package(session)
    details = {"sha256": hashlib.sha256(package).hexdigest()}
    record_action("scoring.sealed_exported", session, actor=actor, at=at, details=details)
    return package


def _opened_session(session_id: int) -> EvaluationSession:
    rows = EvaluationSession.objects.select_related("cycle__scheme", "closing")
    session = rows.filter(pk=session_id, state__in=OPENED, rehearsal_of=None).first()
    if session is None:
        raise NotAllowedNow("还没有开箱（或者是彩排），没有可以复核、导出的结果。")
    return session
