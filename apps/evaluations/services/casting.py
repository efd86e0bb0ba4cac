"""Casting a ballot: one short transaction, no account, no session, no queue, no log, no audit entry.

Sending the same sealed ballot again gives the same answer; another one replaces it until closing.
"""

import uuid
from dataclasses import dataclass

from argon2.exceptions import InvalidHashError, VerificationError
from django.db import DatabaseError, IntegrityError, InterfaceError
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from apps.common.errors import DomainError
from apps.evaluations.domain import ballots, crockford, sealing, slips
from apps.evaluations.domain.ballot_papers import from_description
from apps.evaluations.domain.states import SessionState, SlipState
from apps.evaluations.errors import BallotRefused, CastingBusy, SlipRefused, VotingClosed, VotingNotOpen
from apps.evaluations.models import Credential, EvaluationSession
from apps.evaluations.services.putting import Envelope, is_passing, put_envelope
from apps.evaluations.services.slips import typed_code_hasher

MAX_ID = 2**48
UNKNOWN = "没有找到这张测评票，或票上的密码不对。您填写的内容还在本页。请重新扫码或核对 16 位票码；仍不行请到监票人处。"
REFUSED = {
    SlipState.SPOILED.value: "这张测评票已作污损处理，不能再用。您填写的内容还在本页。请用新换的测评票的票码提交。",
    SlipState.VOID.value: "这张测评票已经作废。您填写的内容还在本页。请到监票人处换一张新票，用新票上的票码提交。",
    SlipState.PAPER.value: "这张测评票已经换领了纸质测评表，不能再在线提交。请填写纸质表投入票箱。",
}
FORMER_KEY = (
    "本场次在您打开本页以后换过密钥，这份选票没有计入。您填写的内容还在这台设备上。"
    "请刷新页面，核对后再点一次“提交”。"
)
NOT_YET = {SessionState.DRAFT.value, SessionState.KEYED.value, SessionState.REHEARSED.value}
LOCKED = (
    "这张测评票的票码已连续输错 5 次，为安全起见不再接受手工输入。请改用手机扫码，或到监票人处换一张新票。"
)


@dataclass(frozen=True, slots=True)
class _Slip:
    id: uuid.UUID
    fast_verifier: bytes
    slow_verifier: str
    n_wrong: int


@sensitive_variables()
def cast_ballot(
    session_id: int, *, selector: str, secret: str, ciphertext: bytes, key: bytes | None = None
) -> str:
    """Put a sealed ballot into the urn under its slip and return the receipt.

    ``secret`` is the QR code's 22 characters or the typed code's 12. ``key`` is the public key the ballot was sealed to, if
    the sender tells it: a page may have been opened before the session got its present key. A good QR secret costs one round trip to the database;
    only after a refusal is looked for its reason.

    :raises VotingNotOpen, VotingClosed: outside the voting.
    :raises SlipRefused: unknown, void, exchanged for paper, or mistyped too often.
    :raises BallotRefused: sealed to a former key, not of this session's one length and suite, or cast under another slip.
    :raises CastingBusy: the database could not do it now.
    """
    try:
        return _cast(session_id, selector, secret, ciphertext, key)
    except (DatabaseError, InterfaceError) as fault:
        if is_passing(fault):
            raise CastingBusy from None
        raise


@sensitive_variables()
def _cast(session_id: int, selector: str, secret: str, ciphertext: bytes, key: bytes | None) -> str:
    tracker = sealing.tracker_of(ciphertext)
    from_qr = slips.read_secret(secret)
    if from_qr is not None and _is_plausible(session_id, selector, ciphertext):
        verifier = slips.fast_verifier(session_id, selector, from_qr)
        if _put(Envelope(session_id, selector, verifier, ciphertext, tracker, key)):
            return tracker
    pad_bytes = _pad_bytes(session_id)
    slip = _proven_slip(session_id, selector, secret)
    _check_key(session_id, key)
    _check_envelope(ciphertext, pad_bytes)
    if _put(Envelope(session_id, selector, slip.fast_verifier, ciphertext, tracker, key)):
        return tracker
    raise _reason(session_id, slip)


def _is_plausible(session_id: int, selector: str, ciphertext: bytes) -> bool:
    """Tell whether it is worth asking the database: a number it can hold, a selector, our suite."""
    return session_id < MAX_ID and slips.is_selector(selector) and ciphertext[:1] == sealing.SUITE_BYTE


@sensitive_variables()
def _put(envelope: Envelope) -> bool:
    try:
        return put_envelope(envelope)
    except IntegrityError:
        raise BallotRefused(
            "这份密封选票已用另一张测评票交过，不能重复使用。请刷新页面，用自己的票重新填写。"
        ) from None


def _reason(session_id: int, slip: _Slip) -> DomainError:
    """Return why a proven slip was not taken."""
    _pad_bytes(session_id)
    state = Credential.objects.values_list("state", flat=True).get(pk=slip.id)
    return SlipRefused(REFUSED[state], code=f"slip_{state}") if state in REFUSED else CastingBusy()


@sensitive_variables()
def slip_status(session_id: int, *, selector: str, secret: str) -> tuple[str, str | None]:
    """Return the state of a slip and the receipt of its ballot, for who lost the answer. Used or not, the work is the same.

    :raises SlipRefused: unknown, or mistyped too often.
    :raises CastingBusy: the database could not tell now.
    """
    try:
        slip = _proven_slip(session_id, selector, secret)
        state, tracker = Credential.objects.values_list("state", "urn_entry__tracker").get(pk=slip.id)
    except (DatabaseError, InterfaceError) as fault:
        if is_passing(fault):
            raise CastingBusy from None
        raise
    return state, tracker


@sensitive_variables()
def seal_and_cast(
    session_id: int, *, selector: str, secret: str, marks: ballots.Marks, texts: ballots.Texts | None = None
) -> str:
    """Seal plain answers and cast them, for browsers without scripts; the answers go no further than this call.

    :raises VotingNotOpen: no key yet, and whatever ``cast_ballot`` refuses.
    """
    session = EvaluationSession.objects.get(pk=session_id)
    if session.form is None or session.public_key is None:
        raise VotingNotOpen("测评表还没有准备好。请听从会场安排，稍后再试。")
    text = ballots.ballot_text(from_description(session.form), selector, marks, texts)
    ciphertext = sealing.seal(bytes(session.public_key), ballots.pad(text, session.pad_bytes))
    key = bytes(session.public_key)
    return cast_ballot(session_id, selector=selector, secret=secret, ciphertext=ciphertext, key=key)


def _pad_bytes(session_id: int) -> int:
    """Return the session's length of ballots while it is open, else refuse."""
    row = EvaluationSession.objects.filter(pk=session_id).values_list("state", "pad_bytes").first()
    if row is None:
        raise SlipRefused(UNKNOWN, code="unknown_slip")
    state, length = row
    if state in NOT_YET:
        raise VotingNotOpen("还没有开始投票。您填写的内容还在本页，请等主持人宣布开始后再点一次“提交”。")
    if state != SessionState.OPEN.value:
        raise VotingClosed("投票已经截止，这张测评票已过期，本次提交没有计入。截止前已送达的选票不受影响。")
    return int(length)


@sensitive_variables()
def _proven_slip(session_id: int, selector: str, secret: str) -> _Slip:
    """Return the slip if the secret is right. Whether the slip is void is only told to who holds its secret."""
    if not slips.is_selector(selector):
        raise SlipRefused(UNKNOWN, code="unknown_slip")
    found = Credential.objects.filter(session_id=session_id, selector=selector)
    row = found.values_list("id", "fast_verifier", "slow_verifier", "n_wrong").first()
    if row is None:
        raise SlipRefused(UNKNOWN, code="unknown_slip")
    slip = _Slip(row[0], bytes(row[1]), row[2], row[3])
    from_qr = slips.read_secret(secret)
    if from_qr is not None:
        if slips.is_secret_right(slip.fast_verifier, session_id, selector, from_qr):
            return slip
        raise SlipRefused(UNKNOWN, code="unknown_slip")
    return _typed_slip(slip, selector, secret)


@sensitive_variables()
def _typed_slip(slip: _Slip, selector: str, typed: str) -> _Slip:
    if len(typed) != slips.TYPED_LENGTH or not crockford.is_checked(selector + typed):
        raise SlipRefused(UNKNOWN, code="unknown_slip")
    if slip.n_wrong >= slips.MAX_WRONG:
        raise SlipRefused(LOCKED, code="too_many_wrong")
    try:
        typed_code_hasher.verify(slip.slow_verifier, typed)
    except (VerificationError, InvalidHashError):
        still_open = Credential.objects.filter(pk=slip.id, session__state=SessionState.OPEN.value)
        still_open.update(n_wrong=F("n_wrong") + 1)
        raise SlipRefused(UNKNOWN, code="unknown_slip") from None
    return slip


def _check_key(session_id: int, key: bytes | None) -> None:
    """Refuse what was sealed to a former key: it could not be opened, and its length may be another."""
    if key is None:
        return
    present = EvaluationSession.objects.values_list("public_key", flat=True).get(pk=session_id)
    if bytes(present or b"") != key:
        raise BallotRefused(FORMER_KEY, code="key_changed")


def _check_envelope(ciphertext: bytes, pad_bytes: int) -> None:
    if len(ciphertext) != pad_bytes + sealing.OVERHEAD or ciphertext[:1] != sealing.SUITE_BYTE:
        raise BallotRefused(
            "送来的选票不完整，没有计入。您填写的内容还在本页，请再点一次“提交”；仍不行请刷新页面重填。"
        )
