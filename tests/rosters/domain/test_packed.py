"""Packed columns and tables give back what was put in."""

from datetime import date
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from apps.rosters.domain.packed import BatchedCells, PackedTexts, Table

TEXTS = st.lists(st.text(max_size=6) | st.sampled_from(["", "党支部", "𬱖玉", "\x00\x1f"]), max_size=40)
CELLS = (
    st.text(max_size=4)
    | st.integers(0, 2)
    | st.booleans()
    | st.none()
    | st.sampled_from([1.0, date(2021, 7, 1)])
)
SINGLE = frozenset({str, date})


class Pair(NamedTuple):
    name: str
    number: int


@given(TEXTS)
def test_packed_texts_are_the_texts(texts):
    packed = PackedTexts(texts)
    assert len(packed) == len(texts)
    assert list(packed) == texts
    assert [packed[n] for n in range(len(texts))] == texts


def test_packed_texts_may_be_longer_than_two_bytes_can_count():
    texts = ["党" * 40_000, "", "委" * 40_000, "𰻞"]
    packed = PackedTexts(texts)
    assert list(packed) == texts
    assert packed[2] == texts[2]
    assert "𰻞" in packed
    assert "组" not in packed


@given(st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=8))
def test_cells_come_out_as_they_went_in_whatever_the_batches(batches):
    column = BatchedCells(SINGLE)
    for batch in batches:
        column.extend(tuple(batch))
    cells = [cell for batch in batches for cell in batch]
    assert list(column) == cells
    assert [type(cell) for cell in column] == [type(cell) for cell in cells]  # True and 1.0 are equal


@given(st.lists(st.builds(Pair, st.text(max_size=4), st.integers()), max_size=20))
def test_a_table_has_the_rows_its_columns_were_made_of(rows):
    table = Table(Pair._make, PackedTexts([row.name for row in rows]), [row.number for row in rows])
    assert len(table) == len(rows)
    assert list(table) == rows
    assert [table[n] for n in range(len(rows))] == rows
    assert all(row in table for row in rows)
