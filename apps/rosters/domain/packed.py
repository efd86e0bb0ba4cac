"""Many values in little memory: texts in one piece, rows as columns.

A text by itself takes fifty bytes more than its characters, a row of ten values a hundred and forty; of ten thousand rows
that is ten times the file they came in.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Generic, Protocol, TypeVar

SHORT = 2**16  # characters that two bytes can count
Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)
Row = TypeVar("Row")


class Column(Protocol[Value_co]):
    """A column of a table: a list, an array, packed texts."""

    def __len__(self) -> int:
        """Return the number of its cells."""

    def __iter__(self) -> Iterator[Value_co]:
        """Yield its cells from the first to the last."""

    def __getitem__(self, n: int, /) -> Value_co:
        """Return a cell, counted from nought."""


class PackedTexts(Collection[str]):
    """Texts in their order, joined, with the place where each ends."""

    __slots__ = ("_ends", "_joined")

    def __init__(self, texts: Collection[str]) -> None:
        self._joined = "".join(texts)
        ends = accumulate(map(len, texts))
        self._ends = array("H" if len(self._joined) < SHORT else "I", ends)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, n: int, /) -> str:
        return self._joined[self._ends[n - 1] if n else 0 : self._ends[n]]

    def __iter__(self) -> Iterator[str]:
        return map(self._joined.__getitem__, map(slice, chain((0,), self._ends), self._ends))

    def __contains__(self, text: object) -> bool:
        return any(text == one for one in self)


class BatchedCells(Generic[Value]):
    """A column that grows batch by batch: batches of texts are packed, of other cells equal ones are kept once."""

    __slots__ = ("_batches", "_known", "_single")

    def __init__(self, single: frozenset[type]) -> None:
        """``single``: the types whose equal values may be one object; ``True`` is equal to ``1.0`` and must not become it."""
        self._single, self._known = single, dict[Value, Value]()
        self._batches: list[Iterable[Value]] = []

    def extend(self, cells: Sequence[Value]) -> None:
        """Add further cells."""
        kinds = set(map(type, cells))
        if kinds == {str}:
            self._batches.append(PackedTexts(cells))  # type: ignore[arg-type]  # all are texts
        elif kinds <= self._single:
            self._batches.append(list(map(self._known.setdefault, cells, cells)))
        else:
            self._batches.append(cells)

    def __iter__(self) -> Iterator[Value]:
        return chain.from_iterable(self._batches)


class Table(Generic[Row]):
    """Rows kept column by column, all of one length; a row is made anew each time it is asked for."""

    __slots__ = ("_columns", "_make")

    def __init__(self, make: Callable[[Iterable[object]], Row], *columns: Column[object]) -> None:
        self._make, self._columns = make, columns

    def __len__(self) -> int:
        return len(self._columns[0])

    def __getitem__(self, n: int, /) -> Row:
        return self._make([column[n] for column in self._columns])

    def __iter__(self) -> Iterator[Row]:
        return map(self._make, zip(*self._columns, strict=True))
