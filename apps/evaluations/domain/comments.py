"""Words of ballots: released as a whole or not at all, and about one person only if enough people wrote about that person.

Source: design.md section 5 ("released only as a whole at ≥ k_min").
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comment:
    """Words of one ballot. ``subject_id`` ``None``: about the whole. ``item_key`` empty: the comment field, else a free-text item."""

    paper_id: int
    subject_id: int | None
    item_key: str
    text: str


def may_be_kept(n_ballots_with_words: int, k_min: int) -> bool:
    """Tell whether enough ballots bear words for any of them to leave the urn."""
    return n_ballots_with_words >= k_min


def subjects_shown(places: Iterable[tuple[int | None, int, str]], k_min: int) -> frozenset[int]:
    """Return the reviewees whose name may stand over what was written about them.

    ``places``: subject, paper and item of every comment. One ballot writes at most once into one place, so the fullest place
    of a reviewee tells how many ballots wrote about that person at the least.
    """
    n_at = Counter(places)
    return frozenset(subject for (subject, _, _), n in n_at.items() if subject is not None and n >= k_min)
