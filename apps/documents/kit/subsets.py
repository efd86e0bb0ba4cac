"""Cutting the glyphs in use out of a TrueType file, quickly: each glyph is looked at once per process, not once per document.

reportlab cuts a font anew for every document and copies tables of megabytes for it; over a batch of letters that is most of
the time. The result is the same kind of file: a symbolic TrueType font with only what ISO 32000-1, 9.9 asks for.
"""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from struct import pack, unpack_from
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, TTFontFace, TTFontMaker

HINTS = ("cvt ", "fpgm", "prep")
WORDS, SCALE, MORE, X_AND_Y, TWO_BY_TWO = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080  # flags of a composite glyph
QUICK = 1  # level of compression: outlines hardly shrink further, and it takes a third of the time


class QuickCompress:
    """A filter of reportlab's that compresses quickly."""

    pdfname = "FlateDecode"

    def encode(self, data: bytes) -> bytes:
        """Return the data compressed."""
        return zlib.compress(data, QUICK)


class SharedFace(TTFontFace):
    """A font file that many documents, and many threads at once, cut their glyphs out of. It keeps no place in the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))  # type: ignore[no-untyped-call]  # reportlab has no types
        self._tables: dict[str, bytes] = {}
        self._glyphs: dict[int, tuple[bytes, tuple[tuple[int, int], ...]]] = {}

    def get_table(self, tag: str) -> bytes:
        """Return a table; reportlab would copy megabytes anew for each document."""
        if tag not in self._tables:
            self._tables[tag] = super().get_table(tag)  # type: ignore[no-untyped-call]  # as above
        return self._tables[tag]

    def makeSubset(self, subset: Sequence[int]) -> bytes:  # noqa: N802 -- reportlab's name
        """Return a font of the characters of ``subset`` (code points), in this order."""
        places = self._places(subset)
        output = TTFontMaker()
        for tag in HINTS:
            if tag in self.table:
                output.add(tag, self.get_table(tag))
        metrics = [self.hmetrics[glyph] for glyph in places]
        output.add("hmtx", b"".join(pack(">HH", int(advance), int(bearing)) for advance, bearing in metrics))
        output.add("hhea", _with_short(self.get_table("hhea"), 34, len(places)))
        output.add("maxp", _with_short(self.get_table("maxp"), 4, len(places)))
        output.add("cmap", self._cmap(subset, places))
        pieces = [self._outline(glyph, places) for glyph in places]
        output.add("glyf", b"".join(pieces))
        output.add("loca", _offsets(pieces))
        output.add("head", _with_short(self.get_table("head"), 50, 1))  # long offsets
        return bytes(output.makeStream())

    def _places(self, subset: Sequence[int]) -> dict[int, int]:
        """Return glyph -> its number in the subset; parts of composite glyphs come last."""
        places = {0: 0}
        for code in subset:
            places.setdefault(self.charToGlyph.get(code, 0), len(places))
        waiting = list(places)
        while waiting:
            for _, part in self._glyph(waiting.pop())[1]:
                if part not in places:
                    places[part] = len(places)
                    waiting.append(part)
        return places

    def _cmap(self, subset: Sequence[int], places: dict[int, int]) -> bytes:
        """Return a table of format 6: byte codes 0, 1, … are the characters of the subset."""
        codes = [places[self.charToGlyph.get(code, 0)] for code in subset]
        head = (0, 1, 1, 0, 0, 12, 6, 10 + 2 * len(codes), 0, 0, len(codes))
        return pack(f">{len(head) + len(codes)}H", *head, *codes)

    def _outline(self, glyph: int, places: dict[int, int]) -> bytes:
        outline, parts = self._glyph(glyph)
        if not parts:
            return outline
        changed = bytearray(outline)
        for at, part in parts:
            changed[at : at + 2] = pack(">H", places[part])
        return bytes(changed)

    def _glyph(self, glyph: int) -> tuple[bytes, tuple[tuple[int, int], ...]]:
        """Return the outline, padded to four bytes, and where in it which other glyphs are named."""
        found = self._glyphs.get(glyph)
        if found is None:
            start, end = self.glyphPos[glyph : glyph + 2]
            outline = self.get_table("glyf")[start:end]
            outline += b"\0" * (-len(outline) % 4)
            found = self._glyphs[glyph] = (outline, tuple(_parts(outline)))
        return found

    def addSubsetObjects(self, doc: Any, fontname: str, subset: Sequence[int]) -> Any:  # noqa: N802 -- reportlab's name
        """Put the font file and its descriptor into a document."""
        file = pdfdoc.PDFStream()
        file.content = self.makeSubset(subset)
        file.dictionary["Length1"] = len(file.content)
        file.filters = [QuickCompress()]
        reference = doc.Reference(file, f"fontFile:{self.filename}({fontname})")
        descriptor = {
            "Type": "/FontDescriptor",
            "Ascent": self.ascent,
            "CapHeight": self.capHeight,
            "Descent": self.descent,
            "Flags": (self.flags & ~FF_NONSYMBOLIC) | FF_SYMBOLIC,
            "FontBBox": pdfdoc.PDFArray(self.bbox),
            "FontName": pdfdoc.PDFName(fontname),
            "ItalicAngle": self.italicAngle,
            "StemV": self.stemV,
            "FontFile2": reference,
            "MissingWidth": self.defaultWidth,
        }
        return doc.Reference(pdfdoc.PDFDictionary(descriptor), f"fontDescriptor:{fontname}")


def _with_short(table: bytes, at: int, value: int) -> bytes:
    return table[:at] + pack(">H", value) + table[at + 2 :]


def _offsets(pieces: Sequence[bytes]) -> bytes:
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    return pack(f">{len(ends)}L", *ends)


def _parts(outline: bytes) -> Iterator[tuple[int, int]]:
    """Yield where a composite glyph names another one, and which. Source: OpenType specification, glyf table."""
    if len(outline) < 12 or unpack_from(">h", outline)[0] >= 0:  # noqa: PLR2004 -- header and one part
        return
    at, flags = 10, MORE
    while flags & MORE:
        flags, part = unpack_from(">HH", outline, at)
        yield at + 2, part
        at += 8 if flags & WORDS else 6
        at += 2 if flags & SCALE else 4 if flags & X_AND_Y else 8 if flags & TWO_BY_TWO else 0
