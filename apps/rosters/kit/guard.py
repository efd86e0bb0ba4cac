"""The door for uploaded workbooks: everything that could hurt a parser is refused before one sees the file.

Limits are checked on the directory of the zip first (microseconds, whatever the bomb), then each part is unpacked piece by
piece inside those limits and its checksum compared, so a directory that lies about sizes is found out, too.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO
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
from apps.rosters.kit.layout import PIECE, SheetLayout, column_number, pieces_of

MAX_UPLOAD = 10 * 1024 * 1024
MAX_ENTRIES = 200
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 50_000
MAX_ROW_ELEMENTS = 100_000  # empty, formatted rows count as well
MAX_COLUMNS = 100
TOO_MANY_ROWS = (
    f"工作表有 {MAX_ROW_ELEMENTS} 行以上（大多是空白行），系统没有打开它。一次最多 {MAX_ROWS} 行。"
    "请选中数据下方的所有空白行，删除后另存，再上传。"
)
SHORT = 200  # bytes of a part that names itself

WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
XML_ENDINGS = (".xml", ".rels", ".vml")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

PLAIN_NAME = re.compile(r"[A-Za-z0-9_\-\[\]. /@()%+]+")
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Cells far out make a reader allocate the whole rectangle in between; cells without an address could be anywhere.
MAYBE_FAR = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]\d{5})')
FAR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{2,3}\d+|[A-Z]\d{5,})"[^>]*(?<!/)>(?!</)')
CELL_WITHOUT_ADDRESS = re.compile(rb'<(?:\w+:)?c(?:[>/]|\s(?![^>]*\br="[A-Z]{1,3}\d{1,7}"))')


@dataclass(frozen=True, slots=True)
class GuardedWorkbook:
    """A workbook that may be parsed: the layout of its worksheets by name and in order, and what its directory says.

    ``hidden`` are names of worksheets; ``defined_names`` may carry the version of our template.
    """

    sheets: dict[str, SheetLayout]
    hidden: frozenset[str]
    defined_names: dict[str, str]
    is_1904: bool


def open_guarded(content: bytes) -> dict[str, SheetLayout]:
    """Check the file and return the layout of its worksheets by name.

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
            return _looked_through(archive)
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


def _looked_through(archive: zipfile.ZipFile) -> GuardedWorkbook:
    """Unpack every part in pieces, inside the limits of the directory, and keep none."""
    directory = _directory(archive)
    titles = {part: title for title, part in directory.parts.items()}
    layouts: dict[str, SheetLayout] = {}
    for info in archive.infolist():
        with archive.open(info) as part:
            if info.filename in titles:
                layouts[info.filename] = _layout(titles[info.filename], part)
            else:
                _pass_over(info.filename, part)
    sheets = {title: layouts[part] for title, part in directory.parts.items() if part in layouts}
    return GuardedWorkbook(sheets, directory.hidden, directory.defined_names, directory.is_1904)


def _layout(title: str, part: IO[bytes]) -> SheetLayout:
    """Go through a worksheet; a million empty rows end it early."""
    layout = SheetLayout()
    for piece in _sound_pieces(part):
        layout.add(piece)
        if layout.n_rows > MAX_ROW_ELEMENTS:
            raise WorkbookRefused(TOO_MANY_ROWS)
        _check_extent(title, piece)
    return layout


def _pass_over(name: str, part: IO[bytes]) -> None:
    """Unpack a part that is no worksheet: its checksum must be right, and XML must not define anything."""
    for _ in _sound_pieces(part) if name.endswith(XML_ENDINGS) else iter(partial(part.read, PIECE), b""):
        pass


def _sound_pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a part of XML that is of one byte a letter at its beginning and defines nothing."""
    n_seen = 0
    for piece in pieces_of(part):
        is_wide = n_seen < SHORT and b"\0" in piece[: SHORT - n_seen]
        if is_wide or (b"!" in piece and DOCTYPE.search(piece)):
            raise WorkbookRefused("文件内部含有外部定义，系统没有打开它。请用模板重新填写。")
        n_seen += len(piece)
        yield piece


def _check_extent(title: str, piece: bytes) -> None:
    if not _is_addressed_plainly(piece) and CELL_WITHOUT_ADDRESS.search(piece):
        raise WorkbookRefused(
            f"工作表“{title}”的单元格没有地址，系统无法读取。请用 WPS 或 Excel 重新保存后再上传。"
        )
    if MAYBE_FAR.search(piece):
        for found in FAR_CELL.finditer(piece):
            letters = found[1].rstrip(b"0123456789")
            if int(found[1][len(letters) :]) > MAX_ROWS + 1 or column_number(letters) > MAX_COLUMNS:
                raise _too_many(title, found[1].decode())


def _is_addressed_plainly(piece: bytes) -> bool:
    """Tell, ten times faster than by the pattern, that every cell begins with its address, as most programs write it."""
    return piece.count(b"<c") == piece.count(b'<c r="') and not (b":" in piece and b":c" in piece)


def _too_many(title: str, where: str) -> WorkbookRefused:
    return WorkbookRefused(
        f"工作表“{title}”的内容超出范围（到了 {where}），一次最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。请删去多余内容，或分几次导入。"
    )


@dataclass(frozen=True, slots=True)
class _Directory:
    """What the workbook says of itself: the part of each worksheet by its title, in order."""

    parts: dict[str, str]
    hidden: frozenset[str]
    defined_names: dict[str, str]
    is_1904: bool


def _directory(archive: zipfile.ZipFile) -> _Directory:
    try:
        book, relations = (fromstring(_small(archive, name)) for name in (WORKBOOK, WORKBOOK_RELATIONS))
    except (KeyError, ParseError, DefusedXmlException, ValueError) as error:
        raise WorkbookRefused("工作簿的目录已损坏，无法打开。请用 WPS 或 Excel 重新保存后再上传。") from error
    targets = {one.get("Id"): str(one.get("Target", "")) for one in relations}
    found, hidden, names = {}, set(), set(archive.namelist())
    for sheet in _all(book, "sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        part, title = part_name(targets.get(relation, "")), str(sheet.get("name", ""))
        if part in names:
            found[title] = part
            hidden |= {title} if sheet.get("state", "visible") != "visible" else set()
    defined = {str(one.get("name")): (one.text or "").strip('"') for one in _all(book, "definedName")}
    is_1904 = any(one.get("date1904") in ("1", "true") for one in _all(book, "workbookPr"))
    return _Directory(found, frozenset(hidden), defined, is_1904)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of the directory, which defines nothing."""
    with archive.open(name) as part:
        return b"".join(_sound_pieces(part))


def _all(book: Element, tag: str) -> list[Element]:
    return [*book.iter(f"{MAIN}{tag}"), *book.iter(f"{STRICT_MAIN}{tag}")]


def part_name(target: str) -> str:
    """Return the part of the zip that a relation of the workbook points to."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
