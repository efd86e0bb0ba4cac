"""Sharing blocks out over pages: headings stay with their text, a signature never stands alone, the imprint sinks to the foot."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.documents.kit.endings import Imprint, Signature, SignatureLines
from apps.documents.kit.flowables import Block, CJKParagraph, Gap, OfficialTable, PageBreak

EPSILON = 0.5
N_ALONG = 2  # lines of text that go over to the next page with a signature
LEAST_ROOM = 29.0  # points that must be left under a heading for the first line of its text


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and where its top left corner stands in the type area (``y`` grows downwards)."""

    block: Block
    y: float
    height: float


def lay_out(blocks: Sequence[Block], width: float, height: float) -> list[list[Placed]]:
    """Share the blocks out over pages of the given type area."""
    pages = _Pages(width, height)
    waiting = list(reversed(blocks))
    while waiting:
        pages.place(waiting.pop(), waiting)
    return [page for page in pages.pages if page] or [[]]


class _Pages:
    """Pages in the making."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.pages: list[list[Placed]] = [[]]
        self.y = 0.0

    @property
    def room(self) -> float:
        return self.height - self.y + EPSILON

    def place(self, block: Block, waiting: list[Block]) -> None:
        """Place a block on this page, or what fits of it; what is left goes back on top of ``waiting``."""
        height = block.wrap(self.width, self.room)[1]
        if isinstance(block, PageBreak):
            self.turn()
        elif isinstance(block, Gap) and (not self.pages[-1] or height > self.room):
            return
        elif height <= self.room and not self._stays_behind(block, height, waiting):
            self._put(block, height)
        elif isinstance(block, Signature) and block.n_blank > 1:
            waiting.append(block.tighter())
        else:
            self._place_over_pages(block, height, waiting)

    def _stays_behind(self, block: Block, height: float, waiting: list[Block]) -> bool:
        """Tell whether a heading would be left behind at the foot of the page."""
        is_last_line = self.room - height < LEAST_ROOM
        return bool(block.keep_with_next and waiting and self.pages[-1] and is_last_line)

    def _place_over_pages(self, block: Block, height: float, waiting: list[Block]) -> None:
        parts = [] if block.keep_with_next else block.split(self.width, self.room)
        if len(parts) > 1:
            self._put(parts[0], parts[0].wrap(self.width, self.room)[1])
            waiting.extend(reversed(parts[1:]))
        elif self.pages[-1]:
            along = self._to_take_along() if isinstance(block, Signature | SignatureLines) else []
            self.turn()
            waiting += [block, *along]
        else:
            self._put(block, height)  # higher than a whole page and not to be cut

    def _to_take_along(self) -> list[Block]:
        """Take the end of the text off this page: a signature must not stand on a page without text. The first comes last."""
        page = self.pages[-1]
        if not page:
            return []
        last = page[-1]
        if isinstance(last.block, Gap | Signature):
            page.pop()
            return [last.block, *self._to_take_along()]
        if isinstance(last.block, CJKParagraph):
            return self._last_lines(page, last.block)
        if isinstance(last.block, OfficialTable):
            return self._last_row(page, last.block)
        return []

    def _last_lines(self, page: list[Placed], block: CJKParagraph) -> list[Block]:
        if len(block.lines) > N_ALONG:
            kept, along = block.cut(len(block.lines) - N_ALONG)
            self._put_again(page, kept)
            return [along]
        return [page.pop().block] if len(page) > 1 else []

    def _last_row(self, page: list[Placed], block: OfficialTable) -> list[Block]:
        parts = block.split(self.width, block.wrap(self.width, self.height)[1] - 1)
        if len(parts) > 1:
            self._put_again(page, parts[0])
            return [parts[1]]
        return []

    def _put_again(self, page: list[Placed], block: Block) -> None:
        """Put less of a block where the whole of it stood."""
        page[-1] = Placed(block, page[-1].y, block.wrap(self.width, self.height)[1])

    def _put(self, block: Block, height: float) -> None:
        if isinstance(block, Imprint):
            self.y = max(self.y, self.height - height)
        self.pages[-1].append(Placed(block, self.y, height))
        self.y += height

    def turn(self) -> None:
        """Start a new page, unless this one is still empty."""
        if self.pages[-1]:
            self.pages.append([])
        self.y = 0.0
