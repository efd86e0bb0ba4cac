"""Cutting the glyphs in use out of a TrueType file, quickly: each glyph is looked at once per process, not once per document.

reportlab cuts a font anew for every document and copies tables of megabytes for it; over a batch of letters that is most of
the time. The result is the same kind of file: a symbolic TrueType font with only what ISO 32000-1, 9.9 asks for.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, groupby
from pathlib import Path
from struct import pack, unpack_from
from typing import Any, TypeVar

from reportlab.lib.rl_accel import fp_str  # type: ignore[attr-defined]  # it is set while loading
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN, TTFont, TTFontFace, TTFontMaker

from apps.documents.kit.written import add, packed, plain

HINTS = ("cvt ", "fpgm", "prep")
WORDS, SCALE, MORE, X_AND_Y, TWO_BY_TWO = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080  # flags of a composite glyph
N_CODES = 256  # of a subset
N_KEPT = 32  # subsets of a font that are remembered ready to be put into a document
SPACE, NO_BREAK_SPACE = 0x20, 0xA0
LINE_END = "\n"
BYTES = [f"<{byte:02X}> " for byte in range(N_CODES)]
TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry ({name})
/Ordering ({name})
/Supplement 0
>> def
/CMapName /{name} def
/CMapType 2 def
1 begincodespacerange
<00> <{last:02X}>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """What a function returned for each key, asked once; looking up what is known costs no call."""

    def __init__(self, find: Callable[[K], V]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: K) -> V:
        found = self[key] = self._find(key)
        return found


WRITTEN: Remembered[int, str] = Remembered(lambda code: f"<{chr(code).encode('utf-16-be').hex().upper()}>")


@dataclass(frozen=True, slots=True)
class Glyph:
    """An outline, padded to four bytes; where in it which other glyphs are named; its line of the table hmtx."""

    outline: bytes
    parts: tuple[tuple[int, int], ...]
    metrics: bytes


class SharedFont(TTFont):
    """A font that puts itself into a document quickly, and whose texts can be copied out, rare characters included."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path), asciiReadable=False)  # type: ignore[no-untyped-call]  # reportlab has no types
        self.face: SharedFace = SharedFace(path)

    def splitString(  # noqa: N802 -- reportlab's name
        self,
        text: str,
        doc: Any,
        encoding: str = "utf-8",  # noqa: ARG002 -- of texts in bytes, which there are none of
    ) -> list[tuple[int, bytes]]:
        """Return the text in pieces, each as codes of one subset: ``(number of the subset, codes)``."""
        state = self.state.get(doc)
        if state is None:
            state = self.state[doc] = Numbering(self.face.charToGlyph)
        codes = [*map(state.__getitem__, map(ord, text))]
        if codes and max(codes) < N_CODES:
            return [(0, bytes(codes))]
        pieces = groupby(codes, key=lambda code: code // N_CODES)
        return [(number, bytes([code % N_CODES for code in piece])) for number, piece in pieces]

    def addObjects(self, doc: Any) -> None:  # noqa: N802 -- reportlab's name
        """Put the font into a document: a font of PDF for each 256 characters in use.

        The objects are written as they stand in the file, as reportlab's take their time to be put together.
        """
        state = self.state[doc]
        for number, subset in enumerate(state.subsets):
            name = self.getSubsetInternalName(number, doc)[1:]  # type: ignore[no-untyped-call]  # as above
            font = self._subset_font(doc, (SUBSETN(number) + b"+" + self.face.name).decode("ascii"), subset)
            doc.idToObject["BasicFonts"].dict[name] = doc.Reference(font, name)
        del self.state[doc]

    def _subset_font(self, doc: Any, name: str, subset: Sequence[int]) -> bytes:
        """Return the font dictionary of a subset: ISO 32000-1, 9.6.3."""
        ready = self.face.ready(name, tuple(subset))
        meaning = add(doc, f"toUnicodeCMap:{name}", ready.meaning)
        file = add(doc, f"fontFile:{name}", ready.file)
        described = f"{self.face.described} /FontName /{name} /FontFile2 {file} >>\n"
        descriptor = add(doc, f"fontDescriptor:{name}", described.encode("ascii"))
        return (
            f"<< /Type /Font /Subtype /TrueType /BaseFont /{name} /FontDescriptor {descriptor} /ToUnicode {meaning}"
            f"\n/FirstChar 0 /LastChar {len(subset) - 1} /Widths [ {ready.widths} ] >>\n"
        ).encode("ascii")


class Numbering(dict[int, int]):
    """The characters of a font in use in one document, numbered as they come: what reportlab calls the state of a font.

    A number is that of the subset times 256 and the byte in it; characters the font lacks have nought. ``subsets`` are code
    points, 256 at most in each. Byte 0 is no character in all of them, byte 32 the space.
    """

    namePrefix = "F"  # noqa: N815 -- reportlab's name

    def __init__(self, known: Container[int]) -> None:
        super().__init__({0: 0, SPACE: SPACE, NO_BREAK_SPACE: SPACE})
        self.subsets: list[list[int]] = []
        self.internalName: str | None = None
        self._known = known
        self._open()

    def _open(self) -> None:
        self._next = len(self.subsets) * N_CODES + 1
        self.subsets.append([0] + [SPACE] * SPACE)

    def __missing__(self, code: int) -> int:
        if code not in self._known:
            return 0
        if self._next % N_CODES == 0:
            self._open()
        number = self[code] = self._next
        self.subsets[-1][number % N_CODES : number % N_CODES + 1] = [code]
        self._next += 2 if number % N_CODES == SPACE - 1 else 1
        return number


@dataclass(frozen=True, slots=True)
class Ready:
    """What a subset puts into a document: font file and table of characters as streams, widths in 1/1000 em."""

    file: bytes
    meaning: bytes
    widths: str


class SharedFace(TTFontFace):
    """A font file that many documents, and many threads at once, cut their glyphs out of. It keeps no place in the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))  # type: ignore[no-untyped-call]  # reportlab has no types
        self._tables: Remembered[str, bytes] = Remembered(super().get_table)
        self._glyphs: Remembered[int, Glyph] = Remembered(self._glyph)
        self._widths: Remembered[int, str] = Remembered(self._written_width)
        # The documents of a batch share the characters of their titles and headings.
        self.ready: Callable[[str, tuple[int, ...]], Ready] = lru_cache(N_KEPT)(self._ready)

    def _written_width(self, code: int) -> str:
        return str(fp_str(self.getCharWidth(code)))  # type: ignore[no-untyped-call]  # as above

    def _ready(self, name: str, subset: tuple[int, ...]) -> Ready:
        content = self.makeSubset(subset)
        return Ready(
            file=plain(content, f"/Length1 {len(content)} "),
            meaning=packed(to_unicode(name, subset)),
            widths=" ".join([self._widths[code] for code in subset]),
        )

    def get_table(self, tag: str) -> bytes:
        """Return a table; reportlab would copy megabytes anew for each document."""
        return self._tables[tag]

    def makeSubset(self, subset: Sequence[int]) -> bytes:  # noqa: N802 -- reportlab's name
        """Return a font of the characters of ``subset`` (code points), in this order."""
        places = self._places(subset)
        glyphs = [self._glyphs[glyph] for glyph in places]
        pieces = [_renamed(glyph, places) if glyph.parts else glyph.outline for glyph in glyphs]
        output = TTFontMaker()
        for tag in HINTS:
            if tag in self.table:
                output.add(tag, self.get_table(tag))
        output.add("hmtx", b"".join([glyph.metrics for glyph in glyphs]))
        output.add("hhea", _with_short(self.get_table("hhea"), 34, len(places)))
        output.add("maxp", _with_short(self.get_table("maxp"), 4, len(places)))
        output.add("cmap", self._cmap(subset, places))
        output.add("glyf", b"".join(pieces))
        output.add("loca", _offsets(pieces))
        output.add("head", _with_short(self.get_table("head"), 50, 1))  # long offsets
        return bytes(output.makeStream())

    def _places(self, subset: Sequence[int]) -> dict[int, int]:
        """Return glyph -> its number in the subset; parts of composite glyphs come last."""
        numbers = self.charToGlyph
        places = {
            glyph: place
            for place, glyph in enumerate(dict.fromkeys([0, *(numbers.get(code, 0) for code in subset)]))
        }
        waiting = [glyph for glyph in places if self._glyphs[glyph].parts]
        while waiting:
            for _, part in self._glyphs[waiting.pop()].parts:
                if part not in places:
                    places[part] = len(places)
                    waiting.append(part)
        return places

    def _cmap(self, subset: Sequence[int], places: dict[int, int]) -> bytes:
        """Return a table of format 6: byte codes 0, 1, … are the characters of the subset."""
        codes = [places[self.charToGlyph.get(code, 0)] for code in subset]
        head = (0, 1, 1, 0, 0, 12, 6, 10 + 2 * len(codes), 0, 0, len(codes))
        return pack(f">{len(head) + len(codes)}H", *head, *codes)

    def _glyph(self, number: int) -> Glyph:
        start, end = self.glyphPos[number : number + 2]
        outline = self.get_table("glyf")[start:end]
        outline += b"\0" * (-len(outline) % 4)
        advance, bearing = self.hmetrics[number]
        return Glyph(outline, tuple(_parts(outline)), pack(">HH", int(advance), int(bearing)))

    @cached_property
    def described(self) -> str:
        """What all descriptors of the font have in common: ISO 32000-1, 9.8."""
        flags = (self.flags & ~FF_NONSYMBOLIC) | FF_SYMBOLIC
        return (
            f"<< /Type /FontDescriptor /Flags {flags} /FontBBox [ {fp_str(*self.bbox)} ] /ItalicAngle {fp_str(self.italicAngle)}"
            f" /Ascent {fp_str(self.ascent)} /Descent {fp_str(self.descent)} /CapHeight {fp_str(self.capHeight)}"
            f" /StemV {fp_str(self.stemV)} /MissingWidth {fp_str(self.defaultWidth)}"
        )


def to_unicode(name: str, subset: Sequence[int]) -> bytes:
    """Return the table that tells readers which character each byte code is: ISO 32000-1, 9.10.3.

    It is written in UTF-16, also beyond U+FFFF, where reportlab's own tells a wrong character, and at most 100 lines at once.
    """
    lines = [f"{byte}{WRITTEN[code]}" for byte, code in zip(BYTES, subset, strict=False)]
    parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    blocks = [f"{len(part)} beginbfchar\n{LINE_END.join(part)}\nendbfchar" for part in parts]
    return TO_UNICODE.format(name=name, last=len(subset) - 1, blocks="\n".join(blocks)).encode("ascii")


def _renamed(glyph: Glyph, places: dict[int, int]) -> bytes:
    """Return the outline of a composite glyph with the numbers of the subset in it."""
    changed = bytearray(glyph.outline)
    for at, part in glyph.parts:
        changed[at : at + 2] = pack(">H", places[part])
    return bytes(changed)


def _with_short(table: bytes, at: int, value: int) -> bytes:
    return table[:at] + pack(">H", value) + table[at + 2 :]


def _offsets(pieces: Sequence[bytes]) -> bytes:
    return pack(f">{len(pieces) + 1}L", *accumulate(map(len, pieces), initial=0))


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
