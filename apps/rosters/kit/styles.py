"""The styles part of a workbook: a red twin of any cell style, and the way back from it."""

from copy import deepcopy
from typing import Any

from lxml import etree

RED = "FFF8B4AE"


class Styles:
    """Adds to ``xl/styles.xml`` what is missing: the red fill, and for each style in use its red twin."""

    def __init__(self, body: bytes) -> None:
        self._root = parse(body)
        self._fills, self._xfs = self._root.find("{*}fills"), self._root.find("{*}cellXfs")
        self._fill = self._red_fill() if self.is_usable else 0
        self._twins: dict[tuple[int, bool], int] = {}
        self._plain: dict[int, int] = {}

    @property
    def is_usable(self) -> bool:
        """Tell whether the part has what every spreadsheet program writes."""
        return self._fills is not None and self._xfs is not None and len(self._xfs) > 0

    def red(self, number: int, *, is_wrapped: bool = False) -> int:
        """Return the number of the style that is ``number`` with a red ground (and, if asked, lines that break)."""
        if not self.is_usable:
            return number
        plain = self.plain(number)
        if (plain, is_wrapped) not in self._twins:
            twin = deepcopy(self._xf(plain))
            twin.set("fillId", str(self._fill))
            twin.set("applyFill", "1")
            if is_wrapped:
                _wrap(twin)
            self._xfs.append(twin)
            self._xfs.set("count", str(len(self._xfs)))
            self._twins[plain, is_wrapped] = len(self._xfs) - 1
        return self._twins[plain, is_wrapped]

    def plain(self, number: int) -> int:
        """Return the style that a red one was made from, any other as it is."""
        if not self.is_usable:
            return number
        if number not in self._plain:
            self._plain[number] = self._before(number)
        return self._plain[number]

    def body(self) -> bytes:
        """Return the part as it is now."""
        return serialized(self._root)

    def _xf(self, number: int) -> Any:
        return self._xfs[number] if 0 <= number < len(self._xfs) else self._xfs[0]

    def _before(self, number: int) -> int:
        red = self._xf(number)
        if red.get("fillId") != str(self._fill):
            return number
        wanted = _without_fill(red)
        twins = (n for n, xf in enumerate(self._xfs) if xf.get("fillId") != str(self._fill))
        return next((n for n in twins if _without_fill(self._xfs[n]) == wanted), 0)

    def _red_fill(self) -> int:
        for number, fill in enumerate(self._fills):
            color = fill.find("{*}patternFill/{*}fgColor")
            if color is not None and color.get("rgb") == RED:
                return number
        namespace = etree.QName(self._fills).namespace
        fill = etree.SubElement(self._fills, f"{{{namespace}}}fill")
        pattern = etree.SubElement(fill, f"{{{namespace}}}patternFill", patternType="solid")
        etree.SubElement(pattern, f"{{{namespace}}}fgColor", rgb=RED)
        self._fills.set("count", str(len(self._fills)))
        return len(self._fills) - 1


def parse(body: bytes) -> Any:
    """Parse a part that the guard has let in: no entities, no network."""
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def serialized(root: Any) -> bytes:
    """Return a part as bytes."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _without_fill(xf: Any) -> tuple[Any, ...]:
    attributes = {k: v for k, v in xf.attrib.items() if k not in ("fillId", "applyFill")}
    return sorted(attributes.items()), [etree.tostring(child) for child in xf]


def _wrap(xf: Any) -> None:
    place = xf.find("{*}alignment")
    if place is None:
        place = etree.Element(f"{{{etree.QName(xf).namespace}}}alignment")
        xf.insert(0, place)
    place.set("wrapText", "1")
    place.set("vertical", "center")
    xf.set("applyAlignment", "1")
