"""A worksheet gone through in pieces says the same as gone through at once, wherever the pieces end."""

import io

from hypothesis import given
from hypothesis import strategies as st

from apps.rosters.kit import layout
from apps.rosters.kit.layout import SheetLayout, pieces_of

CELLS = (
    '<c r="A{n}"><v>1</v></c>',
    '<c r="B{n}" t="inlineStr"><is><t>村</t></is></c>',
    '<c r="C{n}"><f>SUM(A1:A2)</f><v>3</v></c>',
    '<c r="ZZ{n}"/>',
    '<c r="D{n}"></c>',
)
rows = st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from(CELLS), max_size=4)), max_size=12)


def sheet(rows, prefix):
    parts = ['<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData>']
    for n, (is_hidden, cells) in enumerate(rows, start=1):
        hidden = ' hidden="1"' if is_hidden else ""
        parts += [f'<row r="{n}"{hidden}>', *(cell.format(n=n) for cell in cells), "</row>"]
    parts.append(
        '</sheetData><mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="A4:B4"/></mergeCells></worksheet>'
    )
    text = "".join(parts)
    return (text.replace("</", f"</{prefix}").replace("<", f"<{prefix}").replace(f"<{prefix}/{prefix}", f"</{prefix}")
            if prefix else text).encode()  # fmt: skip


def read(pieces):
    found = SheetLayout()
    for piece in pieces:
        found.add(piece)
    return found


@given(rows, st.sampled_from(["", "x:"]), st.integers(40, 400))
def test_pieces_say_what_the_whole_says(rows, prefix, size):
    body = sheet(rows, prefix)
    layout.PIECE, kept = size, layout.PIECE
    try:
        pieces = list(pieces_of(io.BytesIO(body)))
    finally:
        layout.PIECE = kept

    assert b"".join(pieces) == body
    assert all(piece.count(b"<") == piece.count(b">") for piece in pieces)
    assert read(pieces) == read([body])


def test_formulas_are_told_by_column_and_counted_past_those_that_are_kept():
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><f>1</f></c><c r="H{n}"><f>2</f></c></row>' for n in range(1, 101)
    )
    found = read([cells.encode()])

    addresses, n = found.formulas([0], first_row=2)

    assert (addresses[:2], n) == (["A3", "A4"], 98)
    assert found.formulas([3], first_row=0) == ([], 0)
    assert found.formulas()[1] == 200


def test_text_without_any_tag_does_not_pile_up():
    body = b"<worksheet>" + b" " * (3 * layout.LONGEST_TAG)

    assert max(map(len, pieces_of(io.BytesIO(body)))) <= layout.LONGEST_TAG + layout.PIECE
