"""The key ceremony: a key pair in memory, three cards on paper, the public half in the database."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.evaluations.domain import ballots, key_cards, sealing
from apps.evaluations.domain.key_cards import KeyPrint
from apps.evaluations.domain.states import SessionState
from apps.evaluations.kit import holds
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import build_paper
from apps.evaluations.services.locks import lock_session

BEFORE_VOTING = (SessionState.DRAFT.value, SessionState.KEYED.value, SessionState.REHEARSED.value)


@sensitive_variables("card_secret", "hold", "private_key")
@transaction.atomic
def make_key(session_id: int, *, actor: User, at: datetime) -> KeyPrint:
    """Make a new key: keep its public half and the hold, return what is printed; the private key is forgotten here.

    Before voting opens this may be done again (lost or misprinted cards): earlier cards become worthless.

    :raises NotAllowedNow: voting has been opened.
    """
    card_secret, hold = secrets.token_bytes(holds.HOLD_BYTES), secrets.token_bytes(holds.HOLD_BYTES)
    private_key = key_cards.private_key_from(card_secret, hold)
    public_key = sealing.public_key_of(private_key)
    former = EvaluationSession.objects.values_list("public_key", flat=True).get(pk=session_id)
    set_key(session_id, public_key=public_key, actor=actor, at=at)
    holds.keep_hold(session_id, public_key, hold)
    if former:
        transaction.on_commit(partial(holds.shred_hold, session_id, bytes(former)))
    return KeyPrint(
        key_cards.split_secret(session_id, card_secret, public_key),
        key_cards.write_hold(session_id, public_key, hold),
    )


@transaction.atomic
def set_key(session_id: int, *, public_key: bytes, actor: User, at: datetime) -> EvaluationSession:
    """Store the public key and freeze the form with it.

    :raises NotAllowedNow: voting has been opened.
    """
    session = lock_session(session_id)
    if session.state not in BEFORE_VOTING:
        raise NotAllowedNow("投票已经开始过，密钥不能再换。")
    paper = build_paper(session)
    session.public_key, session.suite = public_key, sealing.SUITE
    session.form, session.form_hash = paper.describe(), paper.form_hash
    session.pad_bytes = ballots.pad_bytes(paper)
    session.key_tested_at = None
    if session.state == SessionState.DRAFT.value:
        session.state = SessionState.KEYED.value
    session.save(
        update_fields=["public_key", "suite", "form", "form_hash", "pad_bytes", "key_tested_at", "state"]
    )
    details = {"fingerprint": sealing.fingerprint(public_key), "form_hash": session.form_hash}
    record_action("evaluations.key_made", session, actor=actor, at=at, details=details)
    return session


@sensitive_variables("cards", "hold")
@transaction.atomic
def try_cards(
    session_id: int, *, cards: Sequence[str], hold: str = "", actor: User, at: datetime
) -> EvaluationSession:
    """Prove before voting that two printed cards open what is sealed to this key.

    ``hold`` is the text of the sealed page, needed only if the house's own file is gone.

    :raises NotAllowedNow: no key yet, or voting has been opened.
    :raises TwoCardsNeeded, CardUnreadable, CardsDoNotFit: from the cards.
    """
    session = lock_session(session_id)
    if session.state not in BEFORE_VOTING or session.public_key is None:
        raise NotAllowedNow("请先生成密钥、打印钥匙卡，再在开始投票之前试开。")
    join_key(session, cards, hold)
    session.key_tested_at = at
    session.save(update_fields=["key_tested_at"])
    record_action("evaluations.key_tested", session, actor=actor, at=at)
    return session


@sensitive_variables("cards", "hold")
def join_key(session: EvaluationSession, cards: Sequence[str], hold: str = "") -> bytes:
    """Return the session's private key from two cards and the hold. The caller forgets it as soon as it can.

    :raises TwoCardsNeeded, CardUnreadable, CardsDoNotFit, HoldMissing: from what was given.
    """
    public_key = bytes(session.public_key or b"")
    if hold.strip():
        half: bytes | None = key_cards.read_hold(hold, session_id=session.pk, public_key=public_key)
    else:
        half = holds.find_hold(session.pk, public_key)
    return key_cards.join_cards(cards, session_id=session.pk, public_key=public_key, hold=half)
