"""What python-docx has no words for: grid, even footers, fonts that stand in, repeated heads, rules."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length

# Name in the standard -> what stands in for it where it is not installed.
STAND_INS = {
    "方正小标宋简体": "方正小标宋_GBK",
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "黑体": "SimHei",
}
WESTERN = "Times New Roman"
TWIPS = 20  # per point
OUTER_RULE, INNER_RULE = "8", "6"  # eighths of a point: 0.35 mm and 0.25 mm
# What stands behind snapToGrid in the properties of a paragraph or a run: Word minds the order.
AFTER_GRID = ("w:spacing", "w:ind", "w:jc", "w:color", "w:sz", "w:szCs", "w:rPr")
AFTER_SPACING = ("w:sz", "w:szCs")
FONT_TABLE = "/word/fontTable.xml"


def _element(name: str, **attributes: str) -> Any:
    found = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


def set_fonts(thing: Any, font: str, size: Length) -> None:
    """Set the Chinese font and the western one of a run or a style."""
    thing.font.name, thing.font.size = WESTERN, size
    fonts = thing.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("eastAsia", "hint"):
        fonts.set(qn(f"w:{key}"), font if key == "eastAsia" else "eastAsia")


def set_grid(section: Any, leading: Length) -> None:
    """Put the page on a grid of lines. Characters get theirs by ``tighten``: LibreOffice gives two cells to one that is wider."""
    properties = section._sectPr  # noqa: SLF001 -- python-docx has no other way in
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(_element("docGrid", type="lines", linePitch=str(round(leading.pt * TWIPS))))


def tighten(run: Any, points: float) -> None:
    """Let the characters of a run stand closer; Word counts twentieths of a point."""
    closer = _element("spacing", val=str(-round(points * TWIPS)))
    run._r.get_or_add_rPr().insert_element_before(closer, *AFTER_SPACING)  # noqa: SLF001 -- as above


def use_even_footers(file: Any) -> None:
    """Let even pages have a footer of their own: page numbers stand outside."""
    file.settings.odd_and_even_pages_header_footer = True


def leave_grid(line: Any) -> None:
    """Take a paragraph and its runs off the grid of the page: what is smaller than the text would be torn apart on it."""
    line._p.get_or_add_pPr().insert_element_before(_element("snapToGrid", val="0"), *AFTER_GRID)  # noqa: SLF001 -- as above
    for run in line.runs:
        run._r.get_or_add_rPr().insert_element_before(_element("snapToGrid", val="0"), *AFTER_GRID)  # noqa: SLF001 -- as above


def add_page_number(line: Any, align: Any, size: Length) -> None:
    """Write — n —, one character in from the edge."""
    line.alignment = align
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = size
    for kind, text in (("text", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("text", " —")):
        run = line.add_run(text if kind == "text" else "")
        set_fonts(run, "宋体", size)
        if kind == "code":
            code = _element("instrText")
            code.text = text
            run._r.append(code)  # noqa: SLF001 -- as above
        elif kind != "text":
            run._r.append(_element("fldChar", fldCharType=kind))  # noqa: SLF001 -- as above


def name_fonts(file: Any) -> None:
    """Tell readers which font stands in for one they do not have."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in STAND_INS.items()
    )
    for part in file.part.package.iter_parts():
        if str(part.partname) == FONT_TABLE:
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())  # noqa: SLF001 -- as above


def repeat_head(row: Any) -> None:
    """Repeat the row on top of every page of its table."""
    row._tr.get_or_add_trPr().append(_element("tblHeader"))  # noqa: SLF001 -- as above


def no_split(row: Any) -> None:
    """Keep the row on one page."""
    row._tr.get_or_add_trPr().append(_element("cantSplit"))  # noqa: SLF001 -- as above


def sink_to_foot(table: Any) -> None:
    """Let the table stand at the foot of the type area of its page."""
    properties = table._tbl.tblPr  # noqa: SLF001 -- as above
    place = 0 if properties.find(qn("w:tblStyle")) is None else 1  # Word minds the order
    properties.insert(
        place,
        _element("tblpPr", vertAnchor="margin", horzAnchor="margin", tblpXSpec="center", tblpYSpec="bottom"),
    )


def rule_paragraph(cell: Any, *, outer_above: bool, outer_below: bool) -> None:
    """Draw the rules of the imprint: thick ones at its ends, a thin one between."""
    borders = _element("tcBorders")
    borders.append(
        _element("top", val="single", sz=OUTER_RULE if outer_above else INNER_RULE, space="0", color="000000")
    )
    if outer_below:
        borders.append(_element("bottom", val="single", sz=OUTER_RULE, space="0", color="000000"))
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 -- as above
