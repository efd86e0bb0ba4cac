"""Objects of a PDF written as they stand in the file; reportlab takes more time to put them together than to set the text."""

import zlib
from typing import Any

from reportlab.lib.rl_accel import fp_str  # type: ignore[attr-defined]  # it is set while loading
from reportlab.pdfbase.pdfdoc import BasicFonts, PDFObjectReference

QUICK = 1  # level of compression: outlines hardly shrink further, and it takes a third of the time


class Packer:
    """Compresses quickly, the way that suits the content."""

    def __init__(self, strategy: int) -> None:
        self.strategy = strategy

    def __call__(self, content: bytes) -> bytes:
        packer = zlib.compressobj(QUICK, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, self.strategy)
        return packer.compress(content) + packer.flush()


WORDS_REPEAT, OUTLINES_DO_NOT = Packer(zlib.Z_DEFAULT_STRATEGY), Packer(zlib.Z_HUFFMAN_ONLY)


def add(doc: Any, name: str, written: bytes) -> str:
    """Put an object into a document and return the reference to it."""
    return str(doc.Reference(written, name).format(doc), "ascii")


def stream(content: bytes, packer: Packer, more: str = "") -> bytes:
    packed = packer(content)
    head = f"<< /Filter /FlateDecode /Length {len(packed)} {more} >>\nstream\n"
    return b"%b%b\nendstream\n" % (head.encode("ascii"), packed)


def write_pages(doc: Any) -> None:
    """Write the pages of a document that use nothing but fonts; the others are left to reportlab."""
    for page in doc.Pages.pages:
        if not (page.XObjects or page.ExtGState or page.Annots or page._colorsUsed or page._shadingUsed):  # noqa: SLF001 -- reportlab tells it nowhere else
            name = page.__InternalName__
            doc.idToObject[name] = _page(doc, page, f"contents:{name}")


def _page(doc: Any, page: Any, contents: str) -> bytes:
    """Return the dictionary of a page: ISO 32000-1, 7.7.3.3."""
    sides = (page.pagewidth, page.pageheight)
    width, height = reversed(sides) if page.Rotate in {90, 270} else sides
    fonts = str(PDFObjectReference(BasicFonts).format(doc), "ascii")
    parent = str(doc.Reference(doc.Pages).format(doc), "ascii")
    written = add(doc, contents, stream(page.stream.encode("ascii"), WORDS_REPEAT))
    return (
        f"<< /Type /Page /Parent {parent} /MediaBox [ 0 0 {fp_str(width, height)} ] /Rotate {page.Rotate} /Contents {written}"
        f"\n/Resources << /Font {fonts} /ProcSet [ /PDF /Text ] >> >>\n"
    ).encode("ascii")
