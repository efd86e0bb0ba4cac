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
from itertools import islice
from operator import add
from typing import Generic, Protocol, TypeVar

from apps.common.domain.formats import round_half_up

Key = TypeVar("Key", bound=Hashable)
MOST_TRIALS = (
    20_000  # other marks that are tried for one item of a group; if none fits by then, more is hidden
)


@dataclass(frozen=True, slots=True)
class Suppression(Generic[Key]):
    """What stays hidden of one form for one reviewee: groups' own figures, items' scores, options' shares, or even the score."""

    groups: frozenset[Key]
    hides_score: bool
    hides_items: bool = False
    hides_shares: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """How other marks of a group for one item would move the published figures.

    ``deltas``: what could be added to the sum of points, in some unit, ascending. One unit moves the score by ``to_score`` and the item's
    score by ``to_item``; with any of them the shares that are published of the item's options move by ``to_shares``.
    """

    deltas: tuple[int, ...]
    to_score: Fraction
    to_item: Fraction
    to_shares: tuple[Fraction, ...] = ()


ItemMoves = Sequence[Moves]  # for one item; empty where the group said nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """One voter group's ballots for one reviewee. ``moves`` are worked out only where a group is small."""

    n: int
    moves: Callable[[], Sequence[ItemMoves]] = field(default=lambda: ())


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody reads: the form's score (``None``: hidden), the raw shares unless they are hidden, and all that follows from both."""

    score: bool = True
    shares: bool = True


class Published(Protocol):
    """Everything that is published and depends on a form's figures for one reviewee."""

    def stays(self, score: Fraction, shares: tuple[Fraction, ...], told: Told) -> bool:
        """Tell whether everything looks the same when the score and the shares move so far."""
        ...

    def item_stays(self, place: int, move: Fraction) -> bool:
        """Tell whether an item's score looks the same when it moves."""
        ...


def looks_same(value: Fraction, move: Fraction, decimals: int) -> bool:
    """Tell whether a figure is published the same way after it moved."""
    return round_half_up(value + move, decimals) == round_half_up(value, decimals)


def disclose(
    cells: Mapping[Key, Cell], published: Published, *, k_min: int, has_shares: bool = False
) -> Suppression[Key]:
    """Decide what is hidden of one form for one reviewee, given the ballots per voter group in the scheme's order."""
    first = suppress({key: cell.n for key, cell in cells.items()}, k_min=k_min)
    if not first.groups or first.hides_score:
        return first
    everybody = frozenset(key for key, cell in cells.items() if cell.n)
    moves = {key: cells[key].moves() for key in everybody}
    small = [key for key in everybody if cells[key].n < k_min]
    for groups, hides_items, hides_shares in _attempts(first.groups, everybody, has_shares=has_shares):
        told = Told(shares=not hides_shares)
        tried = _Trial({key: moves[key] for key in groups}, published, told, hides_items=hides_items)
        if all(tried.is_open(key) for key in small):
            return Suppression(groups, hides_score=False, hides_items=hides_items, hides_shares=hides_shares)
    return Suppression(everybody, hides_score=True, hides_items=True, hides_shares=True)


def _attempts(
    first: frozenset[Key], everybody: frozenset[Key], *, has_shares: bool
) -> Iterable[tuple[frozenset[Key], bool, bool]]:
    """Yield what could be hidden, the least first: groups, and whether items and shares go with them."""
    for groups in (first, everybody) if first != everybody else (first,):
        yield groups, False, False
        yield groups, True, False
        if has_shares:
            yield groups, True, True


def is_free(cells: Mapping[Key, Cell], published: Published, *, k_min: int) -> bool:
    """Tell whether small groups behind a hidden score could have marked otherwise with all else that is published the same."""
    small = [key for key, cell in cells.items() if 0 < cell.n < k_min]
    told = Told(score=False, shares=False)
    alone = _Trial({key: cells[key].moves() for key in small}, published, told, hides_items=True)
    if all(alone.is_open(key) for key in small):
        return True
    moves = {key: cell.moves() for key, cell in cells.items() if cell.n}
    tried = _Trial(moves, published, told, hides_items=True)
    return all(tried.is_open(key) for key in small)


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
        self,
        moves: Mapping[Key, Sequence[ItemMoves]],
        published: Published,
        told: Told,
        *,
        hides_items: bool,
    ) -> None:
        self.moves = moves
        self.published = published
        self.told = told
        self.hides_items = hides_items

    def is_open(self, key: Key) -> bool:
        """Tell whether no item of this group is pinned down."""
        return all(self._has_other_marks(key, place) for place, own in enumerate(self.moves[key]) if own)

    def _has_other_marks(self, key: Key, place: int) -> bool:
        own = self.moves[key][place]
        if any(self._stays_alone(one, place) for one in own):
            return True
        pairs = self._balanced(own, self._partners(key, place))
        return any(
            self._looks_same(one, delta, place, other, answer, other_place)
            for one, delta, other, answer, other_place in islice(pairs, MOST_TRIALS)
        )

    def _stays_alone(self, own: Moves, place: int) -> bool:
        if not self.hides_items and not any(
            self.published.item_stays(place, own.to_item * delta) for delta in _smallest(own)
        ):
            return False
        return any(
            self.published.stays(own.to_score * delta, own.to_shares, self.told)
            and (self.hides_items or self.published.item_stays(place, own.to_item * delta))
            for delta in _smallest(own)
        )

    def _partners(self, key: Key, place: int) -> Iterable[tuple[Moves, int]]:
        """Yield what can make up for it: another hidden group's marks; for the same item if items are shown."""
        for other_key, others in self.moves.items():
            if other_key == key:
                continue
            for other_place, ways in enumerate(others):
                if self.hides_items or other_place == place:
                    for other in ways:
                        yield other, other_place

    def _balanced(
        self, own: ItemMoves, partners: Iterable[tuple[Moves, int]]
    ) -> Iterable[tuple[Moves, int, Moves, int, int]]:
        """Yield moves of this group, each with the move of another group that comes closest to undoing it."""
        for other, other_place in partners:
            for one in own:
                if self.told.shares and any(
                    abs(a + b) >= 1 for a, b in zip(one.to_shares, other.to_shares, strict=True)
                ):
                    continue  # no share looks the same a whole per cent further
                for delta in one.deltas:
                    if delta or any(one.to_shares):
                        move = one.to_score * delta if one.to_score else one.to_item * delta
                        for answer in _near(other, move):
                            yield one, delta, other, answer, other_place

    def _looks_same(
        self, own: Moves, delta: int, place: int, other: Moves, answer: int, other_place: int
    ) -> bool:
        if not self.hides_items and not (
            place == other_place
            and self.published.item_stays(place, own.to_item * delta + other.to_item * answer)
        ):
            return False
        shares = tuple(map(add, own.to_shares, other.to_shares))
        return self.published.stays(own.to_score * delta + other.to_score * answer, shares, self.told)


def _smallest(own: Moves) -> Sequence[int]:
    """Return the moves next to nought: if these do not look the same, larger ones do not either."""
    at = bisect_left(own.deltas, 0)
    near = own.deltas[max(0, at - 1) : at + 2]
    return [delta for delta in near if delta or any(own.to_shares)]


def _near(other: Moves, move: Fraction) -> Sequence[int]:
    """Return the answers of the other group that come closest to undoing a move."""
    by = other.to_score or other.to_item
    place = bisect_left(other.deltas, -move / by) if by else 0
    return other.deltas[max(0, place - 1) : place + 1]


def at_least_percent(n: int) -> int:
    """Return what is shown in place of "all of ``n``": the step of five per cent that one dissenter would still leave true."""
    return 100 * (n - 1) // n // 5 * 5
