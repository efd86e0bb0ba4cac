"""Opening the urn. Call it in a process of its own (``manage.py open_urn``): the key lives and dies there."""

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from secrets import SystemRandom

from django.db import connection, transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.evaluations.domain import opening, sealing
from apps.evaluations.domain.ballot_papers import BallotPaper, from_description
from apps.evaluations.domain.comments import may_be_kept
from apps.evaluations.domain.opening import Opened, Unsealed
from apps.evaluations.domain.states import SessionState
from apps.evaluations.domain.trackers import merkle_root
from apps.evaluations.errors import UrnAltered
from apps.evaluations.kit.vouchers import is_vouched
from apps.evaluations.models import EvaluationSession, SessionClosing, UrnEntry
from apps.evaluations.services.keys import join_key
from apps.evaluations.services.locks import claim_session
from apps.evaluations.services.paper_totals import unseal_totals
from apps.evaluations.signals import urn_opened

DONE = (SessionState.OPENED.value, SessionState.RELEASED.value)
PURGED = "这个场次的密封选票和密钥已经销毁，不能再开箱。测评结果、台账和回执清单仍可查看。"
VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
Sealed = tuple[int, str, bytes]  # group, selector, ciphertext


@sensitive_variables()
@transaction.atomic
def open_urn(
    session_id: int, *, cards: Sequence[str], hold: str = "", actor: User, at: datetime
) -> EvaluationSession:
    """Open the closed urn with two cards; all or nothing. Once open, opening again changes nothing.

    ``hold`` is the text of the sealed page, needed only if the house's own file is gone.

    :raises NotAllowedNow: voting has not been closed, paper totals are missing or differ, or all has been purged.
    :raises TwoCardsNeeded, CardUnreadable, CardsDoNotFit, HoldMissing: from what was given, before a ballot is touched.
    :raises UrnAltered: the urn is not what was closed.
    """
    session = claim_session(session_id)
    if session.state in DONE:
        return session
    _check_closed(session)
    private_key = join_key(session, cards, hold)
    closing = SessionClosing.objects.select_for_update(of=("self",)).get(session=session)
    paper = from_description(session.form or {})
    _check_logged(session, closing)
    sealed = _checked_urn(session, closing, paper)
    totals = unseal_totals(session, paper, private_key)
    opened = opening.open_ballots(paper, _unsealed(private_key, sealed), totals, SystemRandom())
    del private_key
    _write_marks(opened)
    if may_be_kept(opened.n_with_words, session.cycle.scheme.k_min):
        _write_comments(session, opened)
    closing.opening_counts = opening.counts_as_json(opened.counts)
    closing.marks_hash = opening.hash_of_rows(opened.marks)
    closing.save(update_fields=["opening_counts", "marks_hash"])
    return _finish(session, closing, actor=actor, at=at)


def _check_closed(session: EvaluationSession) -> None:
    if session.state == SessionState.PURGED.value:
        raise NotAllowedNow(PURGED)
    if session.state != SessionState.CLOSED.value or session.public_key is None:
        raise NotAllowedNow("投票还没有截止，不能开箱。")


def _check_logged(session: EvaluationSession, closing: SessionClosing) -> None:
    """Hold the closing against the log: who rewrites urn, slips and closing to match each other has its chain to rewrite as well."""
    logged = AuditEntry.objects.filter(
        object_type=EvaluationSession._meta.label_lower,  # noqa: SLF001 -- Django's public name for it
        object_id=str(session.pk),
        action="evaluations.voting_closed",
    ).values_list("details", flat=True)
    if [details.get("merkle_root") for details in logged] != [closing.merkle_root]:
        raise UrnAltered(
            "截止记录与日志里登记的截止内容不一致，没有开箱。截止后有人改动过数据。"
            "请保留现场，由监票人用截止时打印、签名的记录会同系统管理员核查。"
        )


def _checked_urn(session: EvaluationSession, closing: SessionClosing, paper: BallotPaper) -> list[Sealed]:
    """Return the sealed ballots if the urn holds exactly what it held when it was closed."""
    if not paper.form_hash == session.form_hash == closing.form_hash:
        raise UrnAltered(
            "测评表与截止时记录的不一致，没有开箱。请保留现场，由监票人会同系统管理员核查数据库。"
        )
    rows = UrnEntry.objects.filter(credential__session=session).order_by()
    names = ("credential__group_id", "credential__selector", "ciphertext", "tracker", "voucher")
    sealed, trackers, foreign = [], set(), set()
    for group_id, selector, ciphertext, told, voucher in rows.values_list(*names):
        content = bytes(ciphertext)
        tracker = sealing.tracker_of(content)
        if tracker == told and is_vouched(bytes(voucher), session.pk, selector, tracker):
            sealed.append((group_id, selector, content))
            trackers.add(tracker)
        else:
            foreign.add(tracker)
    n_off = len(set(closing.trackers) ^ trackers) + len(set(closing.ledger.get("foreign", ())) ^ foreign)
    if n_off or merkle_root(trackers) != closing.merkle_root:
        raise UrnAltered(
            f"票箱与截止时的回执清单不一致（相差 {n_off} 处），没有开箱。截止后有人改动过数据。"
            "请保留现场，由监票人会同系统管理员核查数据库与备份。"
        )
    return sealed


@sensitive_variables()
def _unsealed(private_key: bytes, sealed: Iterable[Sealed]) -> Iterator[Unsealed]:
    for group_id, selector, ciphertext in sealed:
        yield group_id, selector, sealing.unseal(private_key, ciphertext)


def _write_marks(opened: Opened) -> None:
    _copy(
        "evaluations_openedmark (id, subject_id, group_id, paper_id, marks)",
        (f"{subject}\t{group}\t{paper}\t{_escaped(marks)}" for subject, group, paper, marks in opened.marks),
    )


def _write_comments(session: EvaluationSession, opened: Opened) -> None:
    _copy(
        "evaluations_openedcomment (id, session_id, paper_id, subject_id, item_key, text)",
        (
            f"{session.pk}\t{one.paper_id}\t{one.subject_id or NULL}\t{_escaped(one.item_key)}\t{_escaped(one.text)}"
            for one in opened.comments
        ),
    )


NULL = r"\N"


def _escaped(text: str) -> str:
    """Return text for COPY. There are no control characters in it: JSON and tidied words have none."""
    return text.replace("\\", "\\\\")


def _copy(table: str, rows: Iterable[str]) -> None:
    """Write rows under random ids, in the order of these, so that the table's order says nothing."""
    lines = sorted(f"{_random_id()}\t{row}\n" for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO("".join(lines)))


def _random_id() -> str:
    """Return a UUID of version 4 as text; made by hand since ``uuid.uuid4`` takes three times as long."""
    digits = os.urandom(16).hex()
    return f"{digits[:12]}4{digits[13:16]}{VARIANT[digits[16]]}{digits[17:]}"


def _finish(
    session: EvaluationSession, closing: SessionClosing, *, actor: User, at: datetime
) -> EvaluationSession:
    session.state = SessionState.OPENED.value
    session.urn_opened_at = at
    session.save(update_fields=["state", "urn_opened_at"])
    details = {"marks_hash": closing.marks_hash, "merkle_root": closing.merkle_root}
    record_action("evaluations.urn_opened", session, actor=actor, at=at, details=details)
    if session.rehearsal_of_id is None:
        urn_opened.send(
            EvaluationSession, session_id=session.pk, cycle_id=session.cycle_id, actor=actor, at=at
        )
    return session
