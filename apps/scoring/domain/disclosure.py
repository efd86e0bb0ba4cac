"""Which figures may be shown. One function decides; page, PDF, xlsx and API ask it.

Source: design.md section 4, "Suppression": a voter group with fewer than k_min valid ballots shows no own numbers, and
nothing from which they could be subtracted.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Suppression(Generic[Key]):
    """What stays hidden for one reviewee: the groups' own figures, or even the score made of them."""

    groups: frozenset[Key]
    hides_score: bool


def suppress(n_valid: Mapping[Key, int], *, k_min: int) -> Suppression[Key]:
    """Decide what is hidden, given the valid ballots per voter group (in the order of the scheme).

    Groups below ``k_min`` are hidden. The published ballot score is a weighted sum of the groups, so a single hidden
    group could be subtracted from it: then the smallest of the others is hidden with it. Groups without any
    ballot have nothing to hide. Where all ballots together are fewer than ``k_min``, or the score *is* the figure
    of one small group, the score itself is hidden.
    """
    voted = {key: n for key, n in n_valid.items() if n}
    small = {key for key, n in voted.items() if n < k_min}
    if not small:
        return Suppression(frozenset(), hides_score=False)
    hides_score = len(voted) == 1 or sum(voted.values()) < k_min
    others = [key for key in voted if key not in small]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda key: voted[key]))
    return Suppression(frozenset(small), hides_score=hides_score)
