"""The key ceremony: a key pair in memory, three cards on paper, the public half in the database."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.evaluations.domain import ballots, key_cards, sealing
from apps.evaluations.domain.key_cards import KeyCard
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import build_paper
from apps.evaluations.services.locks import lock_session

BEFORE_VOTING = (SessionState.DRAFT.value, SessionState.KEYED.value)


@sensitive_variables("private_key", "cards")
def make_key(session_id: int, *, actor: User, at: datetime) -> tuple[KeyCard, ...]:
    """Make a new key pair, keep the public half and return the three cards; the private half is forgotten here.

    Before voting opens this may be done again (lost or misprinted cards): earlier cards become worthless.

    :raises NotAllowedNow: voting has been opened.
    """
    private_key, public_key = sealing.new_key_pair()
    set_key(session_id, public_key=public_key, actor=actor, at=at)
    return key_cards.split_key(session_id, private_key)


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
    session.state = SessionState.KEYED.value
    session.save(
        update_fields=["public_key", "suite", "form", "form_hash", "pad_bytes", "key_tested_at", "state"]
    )
    details = {"fingerprint": sealing.fingerprint(public_key), "form_hash": session.form_hash}
    record_action("evaluations.key_made", session, actor=actor, at=at, details=details)
    return session


@sensitive_variables("cards", "private_key")
@transaction.atomic
def try_cards(session_id: int, *, cards: Sequence[str], actor: User, at: datetime) -> EvaluationSession:
    """Prove before voting that two printed cards open what is sealed to this key.

    :raises NotAllowedNow: no key yet, or voting has been opened.
    :raises TwoCardsNeeded, CardUnreadable, CardsDoNotFit: from the cards.
    """
    session = lock_session(session_id)
    if session.state != SessionState.KEYED.value or session.public_key is None:
        raise NotAllowedNow("请先生成密钥、打印钥匙卡，再在开始投票之前试开。")
    key_cards.join_cards(cards, session_id=session.pk, public_key=bytes(session.public_key))
    session.key_tested_at = at
    session.save(update_fields=["key_tested_at"])
    record_action("evaluations.key_tested", session, actor=actor, at=at)
    return session
