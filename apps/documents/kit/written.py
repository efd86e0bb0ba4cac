"""Objects of a PDF written as they stand in the file; reportlab takes more time to put them together than to set the text."""

import zlib
from typing import Any

from reportlab.lib.rl_accel import fp_str  # type: ignore[attr-defined]  # it is set while loading
from reportlab.pdfbase.pdfdoc import BasicFonts, PDFObjectReference

QUICK = 1  # level of compression of what repeats itself; a higher one takes twice the time for a twentieth of the size


def add(doc: Any, name: str, written: bytes) -> str:
    """Put an object into a document and return the reference to it."""
    return str(doc.Reference(written, name).format(doc), "ascii")


def packed(content: bytes) -> bytes:
    """Return a compressed stream."""
    return _stream(zlib.compress(content, QUICK), "/Filter /FlateDecode ")


def plain(content: bytes, more: str = "") -> bytes:
    """Return a stream as it is. Outlines of characters hardly shrink: packing them took a fifth of a letter's time, and
    a letter is a sixth larger without.
    """
    return _stream(content, more)


def _stream(content: bytes, more: str) -> bytes:
    return b"<< %b/Length %d >>\nstream\n%b\nendstream\n" % (more.encode("ascii"), len(content), content)


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
    written = add(doc, contents, packed(page.stream.encode("ascii")))
    return (
        f"<< /Type /Page /Parent {parent} /MediaBox [ 0 0 {fp_str(width, height)} ] /Rotate {page.Rotate} /Contents {written}"
        f"\n/Resources << /Font {fonts} /ProcSet [ /PDF /Text ] >> >>\n"
    ).encode("ascii")
