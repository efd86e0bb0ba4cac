"""Many rows into a workbook of ours, row by row: neither the rows nor the workbook ever stand in memory as a whole."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from typing import IO
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from apps.rosters.kit.guard import WORKBOOK, WORKBOOK_RELATIONS, part_name
from apps.rosters.kit.marking import column_letters
from apps.rosters.kit.styles import parse

END_OF_ROWS = b"</sheetData>"
NO_ROWS = b"<sheetData/>"
STYLED_COLUMN = re.compile(
    rb'<col\s[^>]*?\bstyle="(\d+)"[^>]*?\bmin="(\d+)"|<col\s[^>]*?\bmin="(\d+)"[^>]*?\bstyle="(\d+)"'
)
AT_ONCE = 500  # rows


def fill_workbook(skeleton: bytes, rows: Mapping[str, Iterable[Sequence[str]]], out: IO[bytes]) -> None:
    """Write ``skeleton`` with rows of text below the head of each named sheet to ``out``, a file that can be written on.

    ``skeleton`` is a workbook of our own making with the head in row 1. Cells take the style of their column; empty
    texts give no cell.
    """
    with (
        zipfile.ZipFile(BytesIO(skeleton)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as new,
    ):
        parts = _parts(old)
        for info in old.infolist():
            body = old.read(info)
            with new.open(info.filename, "w", force_zip64=True) as part:
                if info.filename in parts and parts[info.filename] in rows:
                    for piece in _filled(body, rows[parts[info.filename]]):
                        part.write(piece)
                else:
                    part.write(body)


def _filled(body: bytes, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    before, end, after = body.replace(NO_ROWS, b"<sheetData></sheetData>").partition(END_OF_ROWS)
    yield before
    styles = _styles(body)
    source, row_no = iter(rows), 2
    while batch := list(islice(source, AT_ONCE)):
        yield "".join(_row(row_no + n, row, styles) for n, row in enumerate(batch)).encode()
        row_no += len(batch)
    yield end + after


def _row(row_no: int, row: Sequence[str], styles: Mapping[int, str]) -> str:
    cells = "".join(
        f'<c r="{column_letters(place)}{row_no}"{styles.get(place, "")} t="inlineStr"><is>{_text(value)}</is></c>'
        for place, value in enumerate(row)
        if value
    )
    return f'<row r="{row_no}">{cells}</row>'


def _text(value: str) -> str:
    """Return a text element; spaces at its ends are kept only where it says so."""
    text = escape(value if value.isprintable() else ILLEGAL_CHARACTERS_RE.sub("", value))
    return f"<t>{text}</t>" if text == text.strip() else f'<t xml:space="preserve">{text}</t>'


def _styles(body: bytes) -> dict[int, str]:
    """Return the style attribute of each column, counted from nought."""
    return {
        int(first or second) - 1: f' s="{(style or other).decode()}"'
        for style, first, second, other in STYLED_COLUMN.findall(body)
    }


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the title of each worksheet's part."""
    targets = {
        one.get("Id"): part_name(str(one.get("Target", "")))
        for one in fromstring(archive.read(WORKBOOK_RELATIONS))
    }
    titles = {}
    for sheet in parse(archive.read(WORKBOOK)).iter("{*}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        titles[targets.get(relation, "")] = str(sheet.get("name", ""))
    return titles
