"""Rehearsals: a session of its own with a throw-away key and throw-away slips, wiped by one act and proven absent."""

import secrets
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations.domain import sealing
from apps.evaluations.domain.ballot_papers import from_description
from apps.evaluations.domain.ledgers import LedgerLine, line_from_json
from apps.evaluations.domain.states import SessionState
from apps.evaluations.errors import RehearsalNotPassed
from apps.evaluations.kit import holds
from apps.evaluations.models import (
    Credential,
    EvaluationSession,
    OpenedComment,
    OpenedMark,
    PaperBatch,
    PaperEntry,
    SessionClosing,
    SessionGroup,
    SessionHall,
    SessionPaper,
    SessionSubject,
    UrnEntry,
)
from apps.evaluations.selectors.references import TABLE, holders_of, n_rows
from apps.evaluations.services.locks import claim_session, lock_session

PREFIX = "【彩排】"
REHEARSABLE = (SessionState.KEYED.value, SessionState.REHEARSED.value)
MAX_SLIPS = 50
WIPED = (  # children before parents; the way from each to its session
    (OpenedMark, "group__session"),
    (OpenedComment, "session"),
    (SessionClosing, "session"),
    (UrnEntry, "credential__session"),
    (Credential, "session"),
    (PaperEntry, "batch__session"),
    (PaperBatch, "session"),
    (SessionGroup, "session"),
    (SessionSubject, "session"),
    (SessionPaper, "session"),
    (SessionHall, "session"),
)


@transaction.atomic
def start_rehearsal(
    session_id: int, *, n_slips_per_group: int = 3, actor: User, at: datetime
) -> EvaluationSession:
    """Set up a rehearsal of the session: same forms, reviewees, groups and halls; key, slips and cards of its own.

    One at a time: called again while there is one, that one is returned.

    :raises NotAllowedNow: of a rehearsal, before the session has its key, or once its voting is open.
    :raises DomainError: no or too many slips.
    """
    real = lock_session(session_id)
    if real.rehearsal_of_id is not None or real.state not in REHEARSABLE:
        raise NotAllowedNow("彩排在正式场次生成密钥之后、开始投票之前进行。")
    under_way = EvaluationSession.objects.filter(rehearsal_of=real).first()
    if under_way is not None:
        return under_way
    if not 1 <= n_slips_per_group <= MAX_SLIPS:
        raise DomainError(f"彩排每个类别准备 1 到 {MAX_SLIPS} 张测评票。", code="n_slips_out_of_range")
    rehearsal = EvaluationSession.objects.create(
        rehearsal_of=real,
        cycle=real.cycle,
        meeting_id=real.meeting_id,
        title=_title(real),
        notes=real.notes,
        hall_key=secrets.token_urlsafe(32),
    )
    _copy_parts(real, rehearsal, n_slips_per_group)
    details = {"rehearsal": rehearsal.pk, "n_slips_per_group": n_slips_per_group}
    record_action("evaluations.rehearsal_started", real, actor=actor, at=at, details=details)
    return rehearsal


def _title(real: EvaluationSession) -> str:
    longest = EvaluationSession._meta.get_field("title").max_length or 0  # noqa: SLF001 -- Django's documented interface
    return (PREFIX + real.title)[:longest]


def _copy_parts(real: EvaluationSession, rehearsal: EvaluationSession, n_slips: int) -> None:
    SessionPaper.objects.bulk_create(
        SessionPaper(session=rehearsal, paper_id=one.paper_id) for one in real.papers.all()
    )
    SessionSubject.objects.bulk_create(
        SessionSubject(session=rehearsal, reviewee_id=one.reviewee_id, order_no=one.order_no)
        for one in real.subjects.all()
    )
    SessionGroup.objects.bulk_create(
        SessionGroup(session=rehearsal, voter_group_id=one.voter_group_id, n_planned=n_slips)
        for one in real.groups.filter(n_planned__gt=0)
    )
    SessionHall.objects.bulk_create(
        SessionHall(
            session=rehearsal, order_no=one.order_no, name=one.name, hall_key=secrets.token_urlsafe(32)
        )
        for one in real.halls.all()
    )


@transaction.atomic
def finish_rehearsal(session_id: int, *, actor: User, at: datetime) -> EvaluationSession:
    """Accept the rehearsal (``session_id``: its own or the real session's): keep its report, wipe all its rows, move on to "rehearsed".

    :raises NotAllowedNow: there is none, its urn has not been opened, or voting is open already.
    :raises RehearsalNotPassed: it was held with other forms, nobody voted, or what came out is not what its ledger says.
    """
    real, rehearsal = _both(session_id)
    if real.state not in REHEARSABLE:
        raise NotAllowedNow("正式场次已经开始投票，这次彩排只能放弃。")
    report = _report(real, rehearsal)
    report["wiped"] = _wipe(rehearsal)
    report["finished_at"] = at.isoformat()
    real.rehearsed_at, real.rehearsal_report = at, report
    real.state = SessionState.REHEARSED.value
    real.save(update_fields=["rehearsed_at", "rehearsal_report", "state"])
    details = {name: report[name] for name in ("rehearsal", "n_ballots", "parts_hash", "fingerprint")}
    record_action("evaluations.rehearsal_finished", real, actor=actor, at=at, details=details)
    return real


@transaction.atomic
def discard_rehearsal(session_id: int, *, actor: User, at: datetime) -> EvaluationSession:
    """Wipe the rehearsal (``session_id``: its own or the real session's) in whatever state it is, without moving on.

    :raises NotAllowedNow: there is none.
    """
    real, rehearsal = _both(session_id)
    details = {"rehearsal": rehearsal.pk, "wiped": _wipe(rehearsal)}
    record_action("evaluations.rehearsal_discarded", real, actor=actor, at=at, details=details)
    return real


def _both(session_id: int) -> tuple[EvaluationSession, EvaluationSession]:
    """Return the real session and its rehearsal, both locked; ``session_id`` is that of either."""
    given = EvaluationSession.objects.get(pk=session_id)
    real = lock_session(given.rehearsal_of_id or given.pk)
    found = EvaluationSession.objects.filter(rehearsal_of=real).values_list("pk", flat=True).first()
    if found is None:
        raise NotAllowedNow("这个场次现在没有彩排。")
    return real, claim_session(found)


def _report(real: EvaluationSession, rehearsal: EvaluationSession) -> dict[str, Any]:
    """Return what is kept of a rehearsal: times, counts, hashes, the fingerprint of its key. No mark, no word, no receipt."""
    closing = SessionClosing.objects.filter(session=rehearsal).first()
    if rehearsal.state != SessionState.OPENED.value or closing is None:
        raise NotAllowedNow("彩排还没有走完：请完成投票、截止、开箱，再点“完成彩排”。")
    parts_hash = from_description(rehearsal.form or {}).parts_hash
    if parts_hash != from_description(real.form or {}).parts_hash:
        raise RehearsalNotPassed(
            "彩排以后测评表改动过，这次彩排不作数。请放弃这次彩排，用现在的测评表重新彩排。"
        )
    lines = [line_from_json(line) for line in closing.ledger["groups"]]
    counts = closing.opening_counts or {}
    _check_counts(lines, counts)
    return {
        "rehearsal": rehearsal.pk,
        "opened_for_voting_at": _iso(rehearsal.opened_for_voting_at),
        "closed_at": _iso(rehearsal.closed_at),
        "urn_opened_at": _iso(rehearsal.urn_opened_at),
        "n_ballots": sum(line.n_returned for line in lines),
        "groups": [line.as_json() | {"opened": counts.get(str(line.group_id), {})} for line in lines],
        "form_hash": rehearsal.form_hash,
        "parts_hash": parts_hash,
        "merkle_root": closing.merkle_root,
        "fingerprint": sealing.fingerprint(bytes(rehearsal.public_key or b"")),
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _check_counts(lines: list[LedgerLine], counts: dict[str, dict[str, int]]) -> None:
    for line in lines:
        n_opened = counts.get(str(line.group_id), {}).get("returned", 0)
        if n_opened != line.n_returned:
            raise RehearsalNotPassed(
                f"“{line.name}”台账收回 {line.n_returned} 张，开箱得到 {n_opened} 张，彩排没有通过。请系统管理员查明原因。"
            )
    if not any(line.n_returned for line in lines):
        raise RehearsalNotPassed("彩排里没有投过票，不能算通过。请放弃这次彩排，重新彩排并至少投一张票。")


def _wipe(rehearsal: EvaluationSession) -> dict[str, int]:
    """Delete every row of a rehearsal and its hold, prove that none is left, and return how many there were per table."""
    session_id, public_key = rehearsal.pk, bytes(rehearsal.public_key or b"")
    holders = holders_of(session_id)
    before = n_rows(holders)
    for model, way in WIPED:
        model.objects.filter(**{way: session_id}).delete()
    EvaluationSession.objects.filter(pk=session_id).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the database looks for whatever still points there
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    left = {table: n for table, n in n_rows(holders).items() if n}
    if left or EvaluationSession.objects.filter(pk=session_id).exists():
        raise RehearsalNotPassed(
            f"彩排数据没有清除干净（{'、'.join(left)}），一切保持原样。请联系系统管理员。"
        )
    if public_key:
        transaction.on_commit(partial(holds.shred_hold, session_id, public_key))
    return {TABLE: 1} | {table: n for table, n in sorted(before.items()) if n}
