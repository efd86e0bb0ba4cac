"""Drawing lots so that anyone can repeat it.

The order is a pure function of the recorded seed: each reviewee's number is joined to the seed, hashed with SHA-256, and the
hashes are sorted. Nobody who fixes the seed in front of everybody can know the order before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Lot:
    """One reviewee's lot: the hexadecimal SHA-256 of ``seed|number``."""

    reviewee_id: int
    digest: str


def lot_of(seed: str, reviewee_id: int) -> Lot:
    """Return the lot of one reviewee. The hashed text is UTF-8 ``seed|number`` without a line end."""
    return Lot(reviewee_id, sha256(f"{seed}|{reviewee_id}".encode()).hexdigest())


def draw(seed: str, reviewee_ids: Iterable[int]) -> list[Lot]:
    """Return the lots in the order of speaking, lowest digest first. The order of the input is irrelevant."""
    return sorted((lot_of(seed, one) for one in set(reviewee_ids)), key=lambda lot: lot.digest)
