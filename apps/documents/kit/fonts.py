"""Fonts: files at hand, the chain each style falls back along, and a loud word when a character has no glyph.

The styles of GB/T 9704-2012 (方正小标宋、仿宋_GB2312、黑体、楷体_GB2312) are licensed. An operator who owns them puts the TrueType files
into ``SITE_FONTS_DIR``; otherwise the free fonts the platform ships stand in. Each file is read once per process, at
its first use, and only the glyphs in use are embedded.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError

from apps.documents.errors import FontMissing, MissingGlyph
from apps.documents.kit.subsets import Remembered, SharedFont

SERIF, SERIF_BOLD = "NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"
SANS, SANS_BOLD = "NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"
WENKAI = ("LXGWWenKai-Regular.ttf", "LXGWWenKaiGB-Regular.ttf")
# Style -> file names, best first. Names of licensed fonts are those their makers ship.
STYLES: dict[str, tuple[str, ...]] = {
    "fangsong": ("仿宋_GB2312.ttf", "FangSong_GB2312.ttf", "simfang.ttf", "FZFSK.TTF", "FZFSJW.TTF", SERIF),
    "title": ("方正小标宋简体.ttf", "FZXBSJW.TTF", "FZXBSK.TTF", SERIF_BOLD),
    "heading": ("simhei.ttf", "FZHTK.TTF", "FZHTJW.TTF", SANS_BOLD),
    "kai": ("楷体_GB2312.ttf", "KaiTi_GB2312.ttf", "simkai.ttf", "FZKTK.TTF", *WENKAI, SERIF_BOLD),
    "serif": (SERIF,),
    "serif_bold": (SERIF_BOLD,),
    "sans": (SANS,),
    "sans_bold": (SANS_BOLD,),
}
# Where a rare character is looked for after the style's own files.
LAST_RESORT = (SERIF, SANS, *WENKAI, "DejaVuSans.ttf")
SYSTEM_FOLDERS = tuple(
    Path("/usr/share/fonts/truetype") / name for name in ("lxgw-wenkai", "fonts-lxgw-wenkai", "dejavu")
)
EM = 1000  # font units per em, as reportlab scales them
_lock = threading.Lock()
setattr(rl_config, "useA85", 0)  # noqa: B010 -- binary page streams: smaller and quicker; the module has no types


@dataclass(frozen=True, slots=True)
class Face:
    """One font file, known to reportlab as ``name``. ``widths``: code point -> advance in 1/1000 em."""

    name: str
    widths: dict[int, float] = field(repr=False, compare=False, hash=False)


class Typeface:
    """A style: the faces a character is looked for in, one after the other."""

    def __init__(self, style: str) -> None:
        self.style = style
        self._glyphs: Remembered[str, tuple[Face, float]] = Remembered(self._look_up)

    def glyph(self, char: str) -> tuple[Face, float]:
        """Return the face that draws a character, and its advance in em.

        :raises MissingGlyph: no font at hand has it.
        """
        return self._glyphs[char]

    def _look_up(self, char: str) -> tuple[Face, float]:
        for face in self._faces():
            width = face.widths.get(ord(char))
            if width is not None:
                return face, width / EM
        raise MissingGlyph(
            f"现有字体都没有字符“{char}”（U+{ord(char):04X}），为避免打印成空框，文书没有生成。"
            "请核对这个字，或请系统管理员安装含有它的字体后重试。"
        )

    def _faces(self) -> Iterator[Face]:
        """Yield the faces at hand; a later one is only read when the earlier ones lack the character."""
        n_found = 0
        for name in dict.fromkeys((*STYLES[self.style], *LAST_RESORT)):
            path = find_font(name)
            face = load(path) if path else None
            if face is not None:
                n_found += 1
                yield face
        if not n_found:
            raise FontMissing(
                f"没有找到可用的中文字体（应在 {settings.FONTS_DIR}），文书没有生成。请重新执行 make run 安装字体。"
            )

    def advances(self, text: str, size: float) -> list[float]:
        """Return the width of each character in points."""
        glyphs = self._glyphs
        return [glyphs[char][1] * size for char in text]

    def names(self, text: str) -> list[str]:
        """Return what reportlab calls the font of each character."""
        glyphs = self._glyphs
        return [glyphs[char][0].name for char in text]


@cache
def typeface(style: str) -> Typeface:
    """Return the typeface of a style (a key of ``STYLES``)."""
    if style not in STYLES:
        raise LookupError(f"unknown style {style!r}; there are {', '.join(STYLES)}")
    return Typeface(style)


def find_font(name: str) -> Path | None:
    """Return the file of that name: the operator's first, then the shipped, then the system's."""
    for folder in (settings.SITE_FONTS_DIR, settings.FONTS_DIR, *SYSTEM_FOLDERS):
        path = Path(folder) / name
        if path.is_file():
            return path
    return None


@cache
def load(path: Path) -> Face | None:
    """Read a TrueType file and make it known to reportlab. ``None``: its outlines cannot be embedded."""
    with _lock:
        try:
            font = SharedFont(path.stem, path)
        except TTFError:
            return None
        pdfmetrics.registerFont(font)
        return Face(path.stem, font.face.charWidths)


def forget_fonts() -> None:
    """Look for font files anew, after some were added or taken away."""
    typeface.cache_clear()
    load.cache_clear()
