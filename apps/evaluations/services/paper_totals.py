"""Paper totals: heads of a batch, figures entered by two people apart, sealed, joined at opening.

The code of a batch's cover sheet and the figures live in memory for one request; stored are verifier, digests and ciphertext.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations.domain import ballots, paper_totals, sealing
from apps.evaluations.domain.ballot_papers import BallotPaper, from_description
from apps.evaluations.domain.paper_totals import PaperTotals
from apps.evaluations.domain.states import SessionState
from apps.evaluations.errors import TotalsRefused, UrnAltered
from apps.evaluations.kit.vouchers import is_paper_vouched, paper_voucher_for
from apps.evaluations.models import EvaluationSession, PaperBatch, PaperEntry, SessionGroup, SessionHall
from apps.evaluations.selectors.paper_totals import differing_cells, name_of
from apps.evaluations.services.locks import lock_session

HEADS_WHILE = (SessionState.KEYED.value, SessionState.REHEARSED.value, SessionState.OPEN.value)
ENTRIES_WHILE = (SessionState.OPEN.value, SessionState.CLOSED.value)
MOST_FORMS = 5000
MAX_FAULTS = 8


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """Which of the two entries was written, and in which cells both differ; ``None``: the other person has not entered yet."""

    place: int
    differing: list[str] | None


@sensitive_variables("code")
@transaction.atomic
def open_batch(
    session_id: int, *, group_id: int, hall_id: int | None = None, actor: User, at: datetime
) -> tuple[PaperBatch, str]:
    """Return the batch of paper forms of a group (in a hall) and the new code for its cover sheet.

    Called again, the earlier code becomes worthless and figures entered with it are dropped: they could not be compared.

    :raises NotAllowedNow: before the key, or after the urn was opened.
    :raises DomainError: a group or hall of another session, or a session with halls and none chosen.
    """
    session = lock_session(session_id)
    if session.state not in {*HEADS_WHILE, *ENTRIES_WHILE}:
        raise NotAllowedNow("纸质统计在生成密钥之后、开箱之前办理。")
    group, hall = _place(session, group_id, hall_id)
    code, salt = paper_totals.new_code(secrets.choice), secrets.token_hex(16)
    verifier = {"code_salt": salt, "code_hash": paper_totals.code_hash(salt, code)}
    batch = PaperBatch.objects.filter(session=session, group=group, hall=hall).first()
    if batch is None:
        if session.state not in HEADS_WHILE:
            raise NotAllowedNow("投票已经截止，纸质测评表的批次不能再增加。")
        batch = PaperBatch.objects.create(session=session, group=group, hall=hall, **verifier)
        act = "evaluations.paper_batch_opened"
    else:
        act = "evaluations.paper_cover_renewed"
        batch.entries.all().delete()
        PaperBatch.objects.filter(pk=batch.pk).update(**verifier)
        batch.refresh_from_db()
    record_action(act, session, actor=actor, at=at, details=_whose(group, hall))
    return batch, code


def _place(
    session: EvaluationSession, group_id: int, hall_id: int | None
) -> tuple[SessionGroup, SessionHall | None]:
    group = session.groups.select_related("voter_group").filter(pk=group_id).first()
    hall = session.halls.filter(pk=hall_id).first() if hall_id else None
    if group is None or (hall_id and hall is None):
        raise DomainError("这个类别或会场不属于本场次，请刷新页面重选。", code="foreign_place")
    if hall is None and session.halls.exists():
        raise DomainError("本场次分会场，请选择是哪个会场的纸质测评表。", code="hall_needed")
    return group, hall


def _whose(group: SessionGroup, hall: SessionHall | None) -> dict[str, str]:
    return {"group": group.voter_group.name} | ({"hall": hall.name} if hall else {})


@transaction.atomic
def set_heads(
    batch_id: int, *, n_issued: int, n_returned: int, n_spoiled: int, actor: User, at: datetime
) -> PaperBatch:
    """Write down how many paper forms were issued, came back and were spoiled. Before closing it may be corrected.

    :raises NotAllowedNow: voting is closed.
    :raises TotalsRefused: more came back than were issued, or figures for another number of forms are entered already.
    """
    session, batch = _locked(batch_id)
    if session.state not in HEADS_WHILE:
        raise NotAllowedNow("投票已经截止，纸质测评表的张数已写入台账，不能再改。")
    _check_heads(n_issued, n_returned, n_spoiled)
    heads = {"n_issued": n_issued, "n_returned": n_returned, "n_spoiled": n_spoiled}
    before = {name: getattr(batch, name) for name in heads}
    if heads == before:
        return batch
    if n_returned != batch.n_returned and batch.entries.exists():
        raise TotalsRefused(
            "这一批已经录入过统计，收回张数不能直接改。确要更改，请重新打印封面（两次录入会清除），改正张数后重新录入。"
        )
    for name, n in heads.items():
        setattr(batch, name, n)
    batch.save(update_fields=list(heads))
    details = _whose(batch.group, batch.hall) | {"before": before, "after": heads}
    record_action("evaluations.paper_heads_set", session, actor=actor, at=at, details=details)
    return batch


def _check_heads(n_issued: int, n_returned: int, n_spoiled: int) -> None:
    if not all(0 <= n <= MOST_FORMS for n in (n_issued, n_returned, n_spoiled)):
        raise TotalsRefused(f"张数须在 0 到 {MOST_FORMS} 之间。")
    if n_returned + n_spoiled > n_issued:
        raise TotalsRefused(
            f"收回 {n_returned} 张和作废 {n_spoiled} 张合计多于发出的 {n_issued} 张，没有保存。请重新清点后改正。"
        )


def _locked(batch_id: int) -> tuple[EvaluationSession, PaperBatch]:
    """Lock the session first, then its batch: closing and opening wait for this, and the other way round."""
    session_id = PaperBatch.objects.values_list("session_id", flat=True).get(pk=batch_id)
    session = lock_session(session_id)
    rows = PaperBatch.objects.select_for_update(of=("self",)).select_related("group__voter_group", "hall")
    return session, rows.get(pk=batch_id)


@sensitive_variables()
@transaction.atomic
def enter_totals(
    batch_id: int,
    *,
    code: str,
    counts: Mapping[str, Any],
    n_valid: int,
    n_invalid: int,
    actor: User,
    at: datetime,
) -> EntryOutcome:
    """Seal what one person counted, and tell in which cells it differs from what the other one did. Entering again replaces.

    ``counts``: ``{part: {reviewee: {item: {answer or "": forms}}}}``.

    :raises NotAllowedNow: before voting, or after the urn was opened.
    :raises TotalsRefused: wrong code, two others have entered already, no form came back, or the sums are off.
    """
    session, batch = _locked(batch_id)
    paper = _enterable_form(session, batch)
    read = _right_code(batch, code)
    totals = _right_totals(paper, batch, {"n_valid": n_valid, "n_invalid": n_invalid, "m": counts})
    entry = _own_entry(batch, actor)
    text = paper_totals.text_of(paper, totals, batch_id=batch.pk, code=read)
    padded = ballots.pad(text, paper_totals.padded_length(paper, batch.n_returned))
    entry.ciphertext = sealing.seal(bytes(session.public_key or b""), padded)
    cells = paper_totals.digests(paper, totals, code=read, batch_id=batch.pk)
    entry.digests = {"cells": cells, "voucher": _voucher(batch, entry, cells)}
    entry.save()
    outcome = EntryOutcome(entry.place, differing_cells(batch))
    details = _whose(batch.group, batch.hall) | {"place": entry.place}
    if outcome.differing is not None:
        details["n_differing"] = len(outcome.differing)
    record_action("evaluations.paper_totals_entered", session, actor=actor, at=at, details=details)
    return outcome


def _enterable_form(session: EvaluationSession, batch: PaperBatch) -> BallotPaper:
    if session.state not in ENTRIES_WHILE:
        raise NotAllowedNow("纸质统计在开始投票之后、开箱之前录入。您填写的数字还在本页。")
    if batch.n_returned == 0:
        raise TotalsRefused("这一批还没有登记收回张数。您填写的数字还在本页。请先登记收回张数，再录入统计。")
    return from_description(session.form or {})


@sensitive_variables()
def _right_code(batch: PaperBatch, code: str) -> str:
    read = paper_totals.read_code(code)
    if read is None or not hmac.compare_digest(
        paper_totals.code_hash(batch.code_salt, read), batch.code_hash
    ):
        raise TotalsRefused(
            "封面上的批次码不对，没有保存。您填写的数字还在本页。请对照最近一次打印的封面逐组核对。"
        )
    return read


@sensitive_variables()
def _right_totals(paper: BallotPaper, batch: PaperBatch, content: Mapping[str, Any]) -> PaperTotals:
    try:
        totals = paper_totals.tidy_totals(paper, content)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TotalsRefused("有的格子填的不是测评表上的内容，没有保存。请核对标红的格子后再提交。") from None
    faults = paper_totals.faults_of(paper, totals, batch.n_returned)
    if faults:
        more = f"；另有 {len(faults) - MAX_FAULTS} 处" if len(faults) > MAX_FAULTS else ""
        raise TotalsRefused(
            f"数字不平，没有保存：{'；'.join(faults[:MAX_FAULTS])}{more}。您填写的数字还在本页，请核对原表后改正。"
        )
    return totals


def _own_entry(batch: PaperBatch, actor: User) -> PaperEntry:
    """Return the person's entry of before, or a free place for a new one."""
    entries = {entry.place: entry for entry in batch.entries.all()}
    own = next((entry for entry in entries.values() if entry.entered_by_id == actor.pk), None)
    if own is not None:
        return own
    free = next((place for place in (1, 2) if place not in entries), None)
    if free is None:
        raise TotalsRefused(
            "这一批已由另外两个人录入。数字要改的，由原来录入的人重新录入；要换人的，请重新打印封面后两人重新录入。"
        )
    return PaperEntry(batch=batch, place=free, entered_by=actor)


def _voucher(batch: PaperBatch, entry: PaperEntry, cells: Mapping[str, str]) -> str:
    digests = json.dumps(cells, sort_keys=True)
    return paper_voucher_for(batch.pk, entry.place, batch.code_hash, bytes(entry.ciphertext), digests)


def _is_vouched(batch: PaperBatch, entry: PaperEntry) -> bool:
    digests = json.dumps(entry.digests.get("cells"), sort_keys=True)
    given = str(entry.digests.get("voucher", ""))
    return is_paper_vouched(given, batch.pk, entry.place, batch.code_hash, bytes(entry.ciphertext), digests)


@sensitive_variables()
def unseal_totals(
    session: EvaluationSession, paper: BallotPaper, private_key: bytes
) -> list[tuple[int, PaperTotals]]:
    """Return group and figures of every batch that came back, for the opening of the urn.

    :raises NotAllowedNow: figures are missing, or the two entries differ; the words name the batch.
    :raises UrnAltered: an entry is not what was entered.
    """
    batches = PaperBatch.objects.filter(session=session, n_returned__gt=0)
    found = []
    for batch in batches.select_related("group__voter_group", "hall").prefetch_related("entries"):
        _check_agreed(batch)
        first, second = (_unsealed(batch, entry, paper, private_key) for entry in batch.entries.all())
        if first != second or paper_totals.faults_of(paper, first, batch.n_returned):
            raise UrnAltered(ALTERED.format(batch=name_of(batch)))
        found.append((batch.group_id, first))
    return found


ALTERED = (
    "“{batch}”的纸质统计与两人录入的不一致，没有开箱。录入后有人改动过数据。"
    "请保留现场，由监票人会同系统管理员核查数据库；确认后可重新打印封面，两人重新录入。"
)


def _check_agreed(batch: PaperBatch) -> None:
    differing = differing_cells(batch)
    if differing is None:
        raise NotAllowedNow(
            f"“{name_of(batch)}”收回纸质测评表 {batch.n_returned} 张，统计还没有由两个人录入完，不能开箱。"
            "请到“纸质统计”页录入。选票都完好。"
        )
    if differing:
        raise NotAllowedNow(
            f"“{name_of(batch)}”的纸质统计两次录入有 {len(differing)} 处不同，不能开箱。"
            "请到“纸质统计”页对照原表改正。选票都完好。"
        )


@sensitive_variables()
def _unsealed(batch: PaperBatch, entry: PaperEntry, paper: BallotPaper, private_key: bytes) -> PaperTotals:
    padded = sealing.unseal(private_key, bytes(entry.ciphertext)) if _is_vouched(batch, entry) else None
    try:
        return paper_totals.read_text(
            paper,
            ballots.unpad(padded or b""),
            batch_id=batch.pk,
            salt=batch.code_salt,
            stored_hash=batch.code_hash,
        )
    except ValueError:
        raise UrnAltered(ALTERED.format(batch=name_of(batch))) from None
