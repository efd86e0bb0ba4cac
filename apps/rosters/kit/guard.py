"""The door for uploaded workbooks: everything that could hurt a parser is refused before one sees the file.

Limits are checked on the directory of the zip first (microseconds, whatever the bomb), then each part is unpacked
inside those limits and its checksum compared, so a directory that lies about sizes is found out, too.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from apps.rosters.errors import WorkbookRefused
from apps.rosters.kit.kinds_of_files import (
    OLE_MAGIC,
    ZIP_MAGIC,
    reason_against_ole,
    reason_against_other,
    reason_against_zip,
)

MAX_UPLOAD = 10 * 1024 * 1024
MAX_ENTRIES = 200
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 50_000
MAX_ROW_ELEMENTS = 100_000  # empty, formatted rows count as well
MAX_COLUMNS = 100
PIECE = 1 << 20
TOO_MANY_ROWS = (
    f"工作表有 {MAX_ROW_ELEMENTS} 行以上（大多是空白行），系统没有打开它。一次最多 {MAX_ROWS} 行。"
    "请选中数据下方的所有空白行，删除后另存，再上传。"
)
SHORT = 200  # bytes of a part that names itself

WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
SHEET_PARTS = "xl/worksheets/"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

PLAIN_NAME = re.compile(r"[A-Za-z0-9_\-\[\]. /@()%+]+")
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
CELL_ADDRESS = re.compile(rb'\sr="([A-Z]{1,3}\d{1,7})"')
# Cells far out make a reader allocate the whole rectangle in between; cells without an address could be anywhere.
MAYBE_FAR = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]\d{5})')
FAR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{2,3}\d+|[A-Z]\d{5,})"[^>]*(?<!/)>(?!</)')
CELL_WITHOUT_ADDRESS = re.compile(rb'<(?:\w+:)?c(?:[>/]|\s(?![^>]*\br="[A-Z]{1,3}\d{1,7}"))')


@dataclass(frozen=True, slots=True)
class GuardedWorkbook:
    """A workbook that may be parsed: the XML of its worksheets by name and in order, and what its directory says.

    ``hidden`` are names of worksheets; ``defined_names`` may carry the version of our template.
    """

    sheets: dict[str, bytes]
    hidden: frozenset[str]
    defined_names: dict[str, str]
    is_1904: bool


def open_guarded(content: bytes) -> dict[str, bytes]:
    """Check the file and return the XML of its worksheets by name.

    :raises WorkbookRefused: with what is wrong and how to go on; nothing was parsed.
    """
    return open_workbook(content).sheets


def open_workbook(content: bytes, name: str = "") -> GuardedWorkbook:
    """Check the file likewise. ``name`` only helps to say what a foreign file is.

    :raises WorkbookRefused: as above.
    """
    _check_kind(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive)
            parts = {info.filename: _unpacked(archive, info) for info in archive.infolist() if _is_read(info)}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise WorkbookRefused("文件已损坏，无法打开。请用 WPS 或 Excel 重新保存后再上传。") from error
    return _checked(parts)


def _check_kind(content: bytes, name: str) -> None:
    if not content:
        raise WorkbookRefused("文件是空的。请选择填好的工作簿。")
    if len(content) > MAX_UPLOAD:
        raise WorkbookRefused(
            f"文件超过 {MAX_UPLOAD // 1024 // 1024} MB。请删去图片和无关工作表，或分几次导入。"
        )
    if content.startswith(OLE_MAGIC):
        raise WorkbookRefused(reason_against_ole(content, name))
    if not content.startswith(ZIP_MAGIC):
        raise WorkbookRefused(reason_against_other(content))


def _check_directory(archive: zipfile.ZipFile) -> None:
    """Check what the zip says of itself, before anything is unpacked."""
    entries = archive.infolist()
    names = [info.filename for info in entries]
    unpacked, packed = sum(i.file_size for i in entries), sum(i.compress_size for i in entries)
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise WorkbookRefused(
            f"文件内部结构异常（{len(entries)} 个部件），系统没有打开它。请用模板重新填写。"
        )
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise WorkbookRefused(
            f"文件解开后过大（约 {unpacked / 1024 / 1024:.0f} MB），系统没有打开它。请删去空白行列和无关工作表后另存，再上传。"
        )
    if any(info.flag_bits & 1 for info in entries):
        raise WorkbookRefused("文件设了密码，系统无法读取。请取消密码后再上传。")
    if WORKBOOK not in names:
        kind = archive.open("mimetype").read(SHORT) if "mimetype" in names else b""
        raise WorkbookRefused(reason_against_zip(names, kind))
    if not all(_is_plain(name) for name in names):
        raise WorkbookRefused("文件内部含有异常的路径，系统没有打开它。请用模板重新填写。")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise WorkbookRefused("工作簿含有宏，系统不接收。请另存为不含宏的 .xlsx 后再上传。")


def _is_plain(name: str) -> bool:
    return bool(PLAIN_NAME.fullmatch(name)) and not name.startswith("/") and ".." not in name.split("/")


def _is_read(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir()


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a part, unpacking no more than the directory says: it may lie, and ``read`` alone unpacks first and cuts then.

    Of a worksheet the rows are counted on the way, so that a million empty ones end it early.
    """
    with archive.open(info) as part:
        if not info.filename.startswith(SHEET_PARTS) or info.file_size < PIECE:
            return part.read(info.file_size + 1)
        pieces, n_rows, tail = [], 0, b""
        while piece := part.read(PIECE):
            pieces.append(piece)
            seen = tail + piece
            n_rows += seen.count(b"<row") + seen.count(b":row")
            tail = piece[-3:]
            if n_rows > MAX_ROW_ELEMENTS:
                raise WorkbookRefused(TOO_MANY_ROWS)
    return b"".join(pieces)


def _checked(parts: Mapping[str, bytes]) -> GuardedWorkbook:
    for name, body in parts.items():
        if name.endswith((".xml", ".rels", ".vml")) and (
            b"\0" in body[:SHORT] or (b"!" in body and DOCTYPE.search(body))
        ):
            raise WorkbookRefused("文件内部含有外部定义，系统没有打开它。请用模板重新填写。")
    book = _directory(parts)
    for title, body in book.sheets.items():
        _check_extent(title, body)
    return book


def _check_extent(title: str, body: bytes) -> None:
    if not _is_addressed_plainly(body) and CELL_WITHOUT_ADDRESS.search(body):
        raise WorkbookRefused(
            f"工作表“{title}”的单元格没有地址，系统无法读取。请用 WPS 或 Excel 重新保存后再上传。"
        )
    if MAYBE_FAR.search(body):
        for found in FAR_CELL.finditer(body):
            letters = found[1].rstrip(b"0123456789")
            if int(found[1][len(letters) :]) > MAX_ROWS + 1 or column_number(letters) > MAX_COLUMNS:
                raise _too_many(title, found[1].decode())


def _is_addressed_plainly(body: bytes) -> bool:
    """Tell, ten times faster than by the pattern, that every cell begins with its address, as most programs write it."""
    n_cells = body.count(b"<c ")
    return (
        n_cells == body.count(b'<c r="') and b"<c>" not in body and b"<c/" not in body and b":c" not in body
    )


def _too_many(title: str, where: str) -> WorkbookRefused:
    return WorkbookRefused(
        f"工作表“{title}”的内容超出范围（到了 {where}），一次最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。请删去多余内容，或分几次导入。"
    )


def column_number(letters: bytes) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _directory(parts: Mapping[str, bytes]) -> GuardedWorkbook:
    """Return the worksheets in the order of the workbook."""
    try:
        book, relations = fromstring(parts[WORKBOOK]), fromstring(parts[WORKBOOK_RELATIONS])
    except (KeyError, ParseError, DefusedXmlException, ValueError) as error:
        raise WorkbookRefused("工作簿的目录已损坏，无法打开。请用 WPS 或 Excel 重新保存后再上传。") from error
    targets = {one.get("Id"): str(one.get("Target", "")) for one in relations}
    found, hidden = {}, set()
    for sheet in _all(book, "sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        part, title = part_name(targets.get(relation, "")), str(sheet.get("name", ""))
        if part in parts:
            found[title] = parts[part]
            hidden |= {title} if sheet.get("state", "visible") != "visible" else set()
    names = {str(one.get("name")): (one.text or "").strip('"') for one in _all(book, "definedName")}
    is_1904 = any(one.get("date1904") in ("1", "true") for one in _all(book, "workbookPr"))
    return GuardedWorkbook(found, frozenset(hidden), names, is_1904)


def _all(book: Element, tag: str) -> list[Element]:
    return [*book.iter(f"{MAIN}{tag}"), *book.iter(f"{STRICT_MAIN}{tag}")]


def part_name(target: str) -> str:
    """Return the part of the zip that a relation of the workbook points to."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def formula_cells(body: bytes, limit: int = 10) -> list[str]:
    """Return the addresses of the first cells of a worksheet that hold formulas."""
    if b"<f" not in body and b":f" not in body:
        return []
    found = []
    for match in FORMULA.finditer(body):
        addresses = CELL_ADDRESS.findall(body, max(0, match.start() - 200), match.start())
        found.append(addresses[-1].decode() if addresses else "?")
        if len(found) == limit:
            break
    return found
