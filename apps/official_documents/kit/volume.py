"""A bound volume: documents one behind the other, each on an odd page, with an outline."""

from io import BytesIO
from typing import IO, Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject


class Volume:
    """Put PDFs together; the pages stay as they are. The same documents give the same bytes."""

    def __init__(self) -> None:
        self._writer = PdfWriter()
        self._groups: dict[str, Any] = {}

    @property
    def n_pages(self) -> int:
        return len(self._writer.pages)

    def add(self, pdf: bytes, label: str, *, group: str = "") -> None:
        """Add a document under ``label`` in the outline, within a ``group`` if one is named.

        It starts on the front of a sheet: a blank back is put in where the one before has an odd number of pages.
        """
        if self.n_pages % 2:
            last = self._writer.pages[-1]
            self._writer.add_blank_page(last.mediabox.width, last.mediabox.height)
        first = self.n_pages
        for page in PdfReader(BytesIO(pdf)).pages:
            self._writer.add_page(page)
        parent = None
        if group:
            if group not in self._groups:
                self._groups[group] = self._writer.add_outline_item(title=group, page_number=first)
            parent = self._groups[group]
        self._writer.add_outline_item(title=label, page_number=first, parent=parent)

    def write(self, out: IO[bytes]) -> None:
        """Write the volume; a reader that opens it shows the outline, a printer is told to use both sides."""
        self._writer.root_object[NameObject("/PageMode")] = NameObject("/UseOutlines")
        preferences = self._writer.create_viewer_preferences()
        preferences[NameObject("/Duplex")] = NameObject("/DuplexFlipLongEdge")
        self._writer.add_metadata({"/Producer": "述评考"})
        self._writer.write(out)
