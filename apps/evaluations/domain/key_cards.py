"""Key cards: what makes the private key, split among three scrutineers, any two of whom can put it together.

Source: design.md section 5. The private key is a hash of two secrets: one on the cards, one held by the house outside the
database (``hold``). Cards and a copy of the database open nothing once the hold has been destroyed. Shamir's scheme of
pycryptodome splits 16 bytes over GF(2^128), so each half of the card secret is split on its own. A card is 45 bytes (session,
card number, fingerprint, two shares, checksum) as 72 characters. A refusal never tells which card is wrong.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir

from apps.evaluations.domain import crockford, sealing
from apps.evaluations.errors import CardsDoNotFit, CardUnreadable, HoldMissing, TwoCardsNeeded

N_CARDS = 3
N_NEEDED = 2
HALF = 16
PREFIX = "SPK1"
SESSION_BYTES, MARK_BYTES, CHECK_BYTES = 4, 4, 4
BODY_BYTES = SESSION_BYTES + 1 + MARK_BYTES + 2 * HALF
CARD_BYTES = BODY_BYTES + CHECK_BYTES
CARD_LENGTH = len(PREFIX) + CARD_BYTES * 8 // 5
HOLD_PREFIX = "SPKH"
HOLD_BYTES = SESSION_BYTES + MARK_BYTES + 2 * HALF + CHECK_BYTES

Split = Callable[[int, int, bytes], list[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class KeyCard:
    """One share of a session's private key."""

    session_id: int
    number: int
    key_mark: bytes
    share: bytes

    @property
    def text(self) -> str:
        """What is printed: ``SPK1-XXXX-…``, the same in the QR code."""
        body = (
            self.session_id.to_bytes(SESSION_BYTES, "big") + bytes([self.number]) + self.key_mark + self.share
        )
        return crockford.in_fours(PREFIX + crockford.encode(body + _checksum(body)))


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(b"spk-card-1|" + body).digest()[:CHECK_BYTES]


def key_mark(public_key: bytes) -> bytes:
    """Return four bytes by which a card knows its key."""
    return hashlib.sha256(public_key).digest()[:MARK_BYTES]


@dataclass(frozen=True, slots=True)
class KeyPrint:
    """What a new key leaves on paper: three cards, and the hold as a page to be sealed apart."""

    cards: tuple[KeyCard, ...]
    hold_text: str


def private_key_from(card_secret: bytes, hold: bytes) -> bytes:
    """Return the private key that two 32-byte secrets make; neither alone says anything about it."""
    return hashlib.sha256(b"spk-key-1|" + card_secret + hold).digest()


def split_secret(session_id: int, card_secret: bytes, public_key: bytes) -> tuple[KeyCard, ...]:
    """Return three cards for a 32-byte secret of the key with this public half."""
    split: Split = Shamir.split
    first = split(N_NEEDED, N_CARDS, card_secret[:HALF])
    second = split(N_NEEDED, N_CARDS, card_secret[HALF:])
    mark = key_mark(public_key)
    return tuple(
        KeyCard(session_id, number, mark, one + two)
        for (number, one), (_, two) in zip(first, second, strict=True)
    )


def write_hold(session_id: int, public_key: bytes, hold: bytes) -> str:
    """Return the hold as printed on its page: ``SPKH-XXXX-…``."""
    body = session_id.to_bytes(SESSION_BYTES, "big") + key_mark(public_key) + hold
    return crockford.in_fours(HOLD_PREFIX + crockford.encode(body + _checksum(body)))


def read_hold(text: str, *, session_id: int, public_key: bytes) -> bytes:
    """Return the hold a person scanned or typed from its page.

    :raises CardUnreadable: something in it is wrong or missing.
    :raises CardsDoNotFit: the page of another session or key.
    """
    tidy = crockford.tidy(text)
    if not tidy.startswith(HOLD_PREFIX):
        raise CardUnreadable
    try:
        raw = crockford.decode(tidy[len(HOLD_PREFIX) :], HOLD_BYTES)
    except ValueError:
        raise CardUnreadable from None
    body, check = raw[:-CHECK_BYTES], raw[-CHECK_BYTES:]
    if _checksum(body) != check:
        raise CardUnreadable
    if body[: -2 * HALF] != session_id.to_bytes(SESSION_BYTES, "big") + key_mark(public_key):
        raise CardsDoNotFit
    return body[-2 * HALF :]


def read_card(text: str) -> KeyCard:
    """Return the card a person scanned or typed.

    :raises CardUnreadable: something in it is wrong or missing.
    """
    tidy = crockford.tidy(text)
    if len(tidy) != CARD_LENGTH or not tidy.startswith(PREFIX):
        raise CardUnreadable
    try:
        raw = crockford.decode(tidy[len(PREFIX) :], CARD_BYTES)
    except ValueError:
        raise CardUnreadable from None
    body, check = raw[:BODY_BYTES], raw[BODY_BYTES:]
    if _checksum(body) != check:
        raise CardUnreadable
    after_mark = SESSION_BYTES + 1 + MARK_BYTES
    session_id = int.from_bytes(body[:SESSION_BYTES], "big")
    return KeyCard(session_id, body[SESSION_BYTES], body[SESSION_BYTES + 1 : after_mark], body[after_mark:])


def join_cards(texts: Sequence[str], *, session_id: int, public_key: bytes, hold: bytes | None) -> bytes:
    """Return the private key from two (or three) cards of this session and the hold.

    :raises TwoCardsNeeded: fewer than two different cards.
    :raises CardUnreadable: a card is damaged.
    :raises HoldMissing: the hold is not there (``None``).
    :raises CardsDoNotFit: a card of another session, or secrets that do not make this key.
    """
    given = [text for text in texts if text.strip()]
    if len(given) < N_NEEDED:
        raise TwoCardsNeeded
    cards = [read_card(text) for text in given]
    if any((card.session_id, card.key_mark) != (session_id, key_mark(public_key)) for card in cards):
        raise CardsDoNotFit
    by_number = {card.number: card for card in cards}
    if len(by_number) < N_NEEDED:
        raise TwoCardsNeeded
    if hold is None:
        raise HoldMissing
    private_key = private_key_from(_combined(list(by_number.values())[:N_NEEDED]), hold)
    if sealing.public_key_of(private_key) != public_key:
        raise CardsDoNotFit
    return private_key


def _combined(cards: Sequence[KeyCard]) -> bytes:
    halves = (slice(0, HALF), slice(HALF, 2 * HALF))
    parts = [Shamir.combine([(card.number, card.share[half]) for card in cards]) for half in halves]
    return bytes(parts[0] + parts[1])
