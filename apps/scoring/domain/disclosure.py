"""Which figures may be shown. One function decides; page, PDF, xlsx and API ask it.

Source: design.md section 4, "Suppression": a voter group with fewer than k_min valid ballots shows no own numbers, and
nothing from which they could be subtracted. Hiding a second group is not always enough: where every ballot is at the end of the
scale, or the second group is so small that only one sum fits, the published score still gives the small group away. So
the decision is tried out: it stands only if other marks of the small group would lead to the same published figures.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar

from apps.common.domain.formats import round_half_up

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Suppression(Generic[Key]):
    """What stays hidden of one form for one reviewee: groups' own figures, the items' scores, or even the score."""

    groups: frozenset[Key]
    hides_score: bool
    hides_items: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """How other marks of a group for one item would move the published figures.

    ``deltas``: what could be added to the sum of points, in some unit, ascending, nought among them. One unit moves the score
    by ``to_score`` and the item's score by ``to_item``.
    """

    deltas: tuple[int, ...]
    to_score: Fraction
    to_item: Fraction


@dataclass(frozen=True, slots=True)
class Cell:
    """One voter group's ballots for one reviewee. ``moves`` are worked out only where a group is small."""

    n: int
    moves: Callable[[], Sequence[Moves | None]] = field(default=lambda: ())


@dataclass(frozen=True, slots=True)
class Published:
    """What is published rounded: figures that follow the score (by a factor), and the items' scores."""

    follow: Sequence[tuple[Fraction, Fraction]]
    items: Sequence[Fraction | None]
    decimals: int

    def stays(self, move: Fraction) -> bool:
        """Tell whether all figures look the same when the score moves."""
        return all(_looks_same(value, move * factor, self.decimals) for value, factor in self.follow)

    def item_stays(self, place: int, move: Fraction) -> bool:
        """Tell whether an item's score looks the same when it moves."""
        value = self.items[place]
        return value is None or _looks_same(value, move, self.decimals)


def _looks_same(value: Fraction, move: Fraction, decimals: int) -> bool:
    return round_half_up(value + move, decimals) == round_half_up(value, decimals)


def disclose(cells: Mapping[Key, Cell], published: Published, *, k_min: int) -> Suppression[Key]:
    """Decide what is hidden of one form for one reviewee, given the ballots per voter group in the scheme's order."""
    first = suppress({key: cell.n for key, cell in cells.items()}, k_min=k_min)
    if not first.groups or first.hides_score:
        return first
    everybody = frozenset(key for key, cell in cells.items() if cell.n)
    moves = {key: cells[key].moves() for key in everybody}
    small = [key for key in everybody if cells[key].n < k_min]
    for groups, hides_items in ((first.groups, False), (first.groups, True), (everybody, True)):
        tried = _Trial({key: moves[key] for key in groups}, published, hides_items=hides_items)
        if all(tried.is_open(key) for key in small):
            return Suppression(groups, hides_score=False, hides_items=hides_items)
    return Suppression(everybody, hides_score=True, hides_items=True)


def suppress(n_valid: Mapping[Key, int], *, k_min: int) -> Suppression[Key]:
    """Decide by numbers alone, given the valid ballots per voter group (in the order of the scheme).

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
    return Suppression(frozenset(small), hides_score=hides_score, hides_items=hides_score)


class _Trial(Generic[Key]):
    """Asks whether hidden groups could have marked otherwise with the same published figures."""

    def __init__(
        self, moves: Mapping[Key, Sequence[Moves | None]], published: Published, *, hides_items: bool
    ) -> None:
        self.moves = moves
        self.published = published
        self.hides_items = hides_items

    def is_open(self, key: Key) -> bool:
        """Tell whether no item of this group is pinned down."""
        own = self.moves[key]
        return all(self._has_other_marks(key, place) for place, one in enumerate(own) if one is not None)

    def _has_other_marks(self, key: Key, place: int) -> bool:
        own = self.moves[key][place]
        if own is None:
            return True
        return any(
            self._is_balanced(own, place, other, other_place)
            for other, other_place in self._partners(key, place)
        )

    def _partners(self, key: Key, place: int) -> Iterable[tuple[Moves, int]]:
        """Yield what can make up for it: another hidden group's marks; for the same item if items are shown."""
        for other_key, others in self.moves.items():
            if other_key == key:
                continue
            for other_place, other in enumerate(others):
                if other is not None and (self.hides_items or other_place == place):
                    yield other, other_place

    def _is_balanced(self, own: Moves, place: int, other: Moves, other_place: int) -> bool:
        return any(
            self._looks_same(own, delta, place, other, answer, other_place)
            for delta in own.deltas
            if delta
            for answer in _near(other, own.to_score * delta if own.to_score else own.to_item * delta)
        )

    def _looks_same(
        self, own: Moves, delta: int, place: int, other: Moves, answer: int, other_place: int
    ) -> bool:
        if not self.published.stays(own.to_score * delta + other.to_score * answer):
            return False
        if self.hides_items:
            return True
        return place == other_place and self.published.item_stays(
            place, own.to_item * delta + other.to_item * answer
        )


def _near(other: Moves, move: Fraction) -> Sequence[int]:
    """Return the answers of the other group that come closest to undoing a move."""
    by = other.to_score or other.to_item
    place = bisect_left(other.deltas, -move / by) if by else 0
    return other.deltas[max(0, place - 1) : place + 1]


def at_least_percent(n: int) -> int:
    """Return what is shown in place of "all of ``n``": the step of five per cent that one dissenter would still leave true."""
    return 100 * (n - 1) // n // 5 * 5
