"""The door for uploaded workbooks: everything that could hurt a parser is refused before one sees the file.

Limits are checked on the directory of the zip first (microseconds, whatever the bomb), then each part is unpacked
inside those limits and its checksum compared, so a directory that lies about sizes is found out, too.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from apps.rosters.errors import WorkbookRefused

MAX_UPLOAD = 10 * 1024 * 1024
MAX_ENTRIES = 200
MAX_UNPACKED = 30 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 20_000
MAX_COLUMNS = 100

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

PLAIN_NAME = re.compile(r"[A-Za-z0-9_\-\[\]. /@()%+]+")
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
CELL_ADDRESS = re.compile(rb'\sr="([A-Z]{1,3}\d{1,7})"')
# Cells far out make a reader allocate the whole rectangle in between; cells without an address could be anywhere.
FAR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{2,3}\d+|[A-Z]\d{5,})"[^>]*(?<!/)>(?!</)')
CELL_WITHOUT_ADDRESS = re.compile(rb'<(?:\w+:)?c(?:[>/]|\s(?![^>]*\br="[A-Z]{1,3}\d{1,7}"))')
TEMPLATE_HINT = "请在导入页下载模板，填好后按 .xlsx 格式保存再上传。"


def open_guarded(content: bytes) -> dict[str, bytes]:
    """Check the file and return the XML of its worksheets by name.

    :raises WorkbookRefused: with what is wrong and how to go on; nothing was parsed.
    """
    _check_kind(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive)
            parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
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
    return _check_parts(parts)


def _check_kind(content: bytes) -> None:
    if not content:
        raise WorkbookRefused("文件是空的。请选择填好的工作簿。")
    if len(content) > MAX_UPLOAD:
        raise WorkbookRefused(
            f"文件超过 {MAX_UPLOAD // 1024 // 1024} MB。请删去图片和无关工作表，或分几次导入。"
        )
    if content.startswith(OLE_MAGIC):
        raise WorkbookRefused(_ole_reason(content))
    if not content.startswith(ZIP_MAGIC):
        raise WorkbookRefused(_foreign_reason(content))


def _ole_reason(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "工作簿设了打开密码，系统无法读取。请在 WPS 或 Excel 中取消密码后再上传。"
    return "这是旧的 .xls 格式（或其他旧版 Office 文件），改扩展名不会改变格式。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"


def _foreign_reason(content: bytes) -> str:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<"):
        return "这是从网页系统导出的表格（HTML），不是真正的 Excel 工作簿。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
    if head.startswith(b"%pdf"):
        return f"这是 PDF 文件，不是 Excel 工作簿。{TEMPLATE_HINT}"
    return f"这不是 Excel 工作簿（.xlsx）。{TEMPLATE_HINT}"


def _check_directory(archive: zipfile.ZipFile) -> None:
    """Check what the zip says of itself, before anything is unpacked."""
    entries = archive.infolist()
    names = [info.filename for info in entries]
    unpacked, packed = sum(i.file_size for i in entries), sum(i.compress_size for i in entries)
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise WorkbookRefused(
            f"文件内部结构异常（{len(entries)} 个部件），系统没有打开它。请用模板重新填写。"
        )
    if not all(_is_plain(name) for name in names):
        raise WorkbookRefused("文件内部含有异常的路径，系统没有打开它。请用模板重新填写。")
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise WorkbookRefused(
            f"文件解开后过大（约 {unpacked / 1024 / 1024:.0f} MB），系统没有打开它。请删去空白行列和无关工作表后另存，再上传。"
        )
    if any(info.flag_bits & 1 for info in entries):
        raise WorkbookRefused("文件设了密码，系统无法读取。请取消密码后再上传。")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise WorkbookRefused("工作簿含有宏，系统不接收。请另存为不含宏的 .xlsx 后再上传。")
    if WORKBOOK not in names:
        kind = "Word 文档" if any(name.startswith("word/") for name in names) else "其他压缩文件"
        raise WorkbookRefused(f"这是{kind}，不是 Excel 工作簿（.xlsx）。{TEMPLATE_HINT}")


def _is_plain(name: str) -> bool:
    return bool(PLAIN_NAME.fullmatch(name)) and not name.startswith("/") and ".." not in name.split("/")


def _check_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    for name, body in parts.items():
        if name.endswith((".xml", ".rels", ".vml")) and (DOCTYPE.search(body) or b"\0" in body[:200]):
            raise WorkbookRefused("文件内部含有外部定义，系统没有打开它。请用模板重新填写。")
    sheets = _worksheets(parts)
    for title, body in sheets.items():
        _check_extent(title, body)
    return sheets


def _check_extent(title: str, body: bytes) -> None:
    if CELL_WITHOUT_ADDRESS.search(body):
        raise WorkbookRefused(
            f"工作表“{title}”的单元格没有地址，系统无法读取。请用 WPS 或 Excel 重新保存后再上传。"
        )
    for found in FAR_CELL.finditer(body):
        letters = found[1].rstrip(b"0123456789")
        if int(found[1][len(letters) :]) > MAX_ROWS + 1 or _column_number(letters) > MAX_COLUMNS:
            raise _too_many(title, found[1].decode())


def _too_many(title: str, where: str) -> WorkbookRefused:
    return WorkbookRefused(
        f"工作表“{title}”的内容超出范围（到了 {where}），一次最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。请删去多余内容，或分几次导入。"
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _worksheets(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the worksheets in the order of the workbook."""
    try:
        book, relations = fromstring(parts[WORKBOOK]), fromstring(parts[WORKBOOK_RELATIONS])
    except (KeyError, ParseError, DefusedXmlException, ValueError) as error:
        raise WorkbookRefused("工作簿的目录已损坏，无法打开。请用 WPS 或 Excel 重新保存后再上传。") from error
    targets = {one.get("Id"): str(one.get("Target", "")) for one in relations}
    found = {}
    for sheet in _sheet_elements(book):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        part = _part_name(targets.get(relation, ""))
        if part in parts:
            found[str(sheet.get("name", ""))] = parts[part]
    return found


def _sheet_elements(book: Element) -> list[Element]:
    return [*book.iter(f"{MAIN}sheet"), *book.iter(f"{STRICT_MAIN}sheet")]


def _part_name(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def formula_cells(body: bytes, limit: int = 10) -> list[str]:
    """Return the addresses of the first cells of a worksheet that hold formulas."""
    found = []
    for match in FORMULA.finditer(body):
        addresses = CELL_ADDRESS.findall(body, max(0, match.start() - 200), match.start())
        found.append(addresses[-1].decode() if addresses else "?")
        if len(found) == limit:
            break
    return found
