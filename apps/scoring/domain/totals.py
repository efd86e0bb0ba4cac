"""From components to the total, and from totals to ranks. Source: design.md section 4, "Components", "Rank"."""

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from apps.scoring.domain.ballot_scores import weighted_mean

Key = TypeVar("Key", bound=Hashable)
FULL = Fraction(100)


def share_of_full(value: Decimal, out_of: Decimal) -> Fraction:
    """Return an imported figure on the scale 0-100: 45 of 50 is 90."""
    return Fraction(value) / Fraction(out_of) * FULL


def base_score(parts: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return Σ w·c / Σ w of ``(weight, component score)``. One missing component (``None``) blocks it: it is never 0."""
    known: list[tuple[Fraction, Fraction]] = []
    for weight, score in parts:
        if score is None:
            return None
        known.append((weight, score))
    return weighted_mean(known)


def total_score(
    base: Fraction | None,
    *,
    bonus: Fraction = Fraction(0),
    deduction: Fraction = Fraction(0),
    clamps: bool = True,
) -> Fraction | None:
    """Return base + bonus − deduction, kept inside 0-100 unless the scheme opens it (``clamps`` false)."""
    if base is None:
        return None
    total = base + bonus - deduction
    return min(FULL, max(Fraction(0), total)) if clamps else total


def ranks(scores: Mapping[Key, Decimal]) -> dict[Key, int]:
    """Return the rank of each within the group given: equal scores share one and the next skips (1, 2, 2, 4).

    ``scores`` are the totals as published, so that two people with the same figure never have different ranks.
    """
    first_place: dict[Decimal, int] = {}
    for place, score in enumerate(sorted(scores.values(), reverse=True), start=1):
        first_place.setdefault(score, place)
    return {key: first_place[score] for key, score in scores.items()}
