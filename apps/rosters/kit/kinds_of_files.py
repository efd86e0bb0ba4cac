"""What a file that is no .xlsx is instead, in words that say how to go on. Its name counts least: anybody can rename a file."""

from collections.abc import Collection

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
HEAD = 2048  # bytes that are looked at
SAVE_AS = "请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
TEMPLATE_HINT = "请在导入页下载模板，填好后按 .xlsx 格式保存再上传。"
MAGICS = {
    b"%PDF": " PDF 文件", b"Rar!": " RAR 压缩文件", b"7z\xbc\xaf": " 7z 压缩文件", b"\x1f\x8b": " gzip 压缩文件",
    b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"GIF8": "图片",
}  # fmt: skip
SEEMING_TABLES = {b"<": "这是从网页系统导出的表格（HTML）", b"mime-version:": "这是“单个文件网页”（.mht）"}
INSIDE_OLE = (
    ("EncryptedPackage", "工作簿设了打开密码，系统无法读取。请在 WPS 或 Excel 中取消密码后再上传。"),
    ("WordDocument", f"这是 Word 文档（.doc），不是 Excel 工作簿。{TEMPLATE_HINT}"),
    ("PowerPoint Document", f"这是 PowerPoint 演示文稿（.ppt），不是 Excel 工作簿。{TEMPLATE_HINT}"),
)


def reason_against_ole(content: bytes, name: str) -> str:
    """Return what an old compound file is: locked, Word, WPS or old Excel."""
    for stream, reason in INSIDE_OLE:
        if stream.encode("utf-16-le") in content:
            return reason
    if name.lower().endswith(".et"):
        return f"这是 WPS 表格的 .et 格式，系统只读 .xlsx。{SAVE_AS}有打开密码的，请一并取消。"
    return f"这是旧的 .xls 格式（或其他旧版 Office 文件），改扩展名不会改变格式。{SAVE_AS}有打开密码的，请一并取消。"


def reason_against_zip(names: Collection[str], kind_of_package: bytes) -> str:
    """Return what a zip without an Excel workbook in it is. ``kind_of_package``: what its part "mimetype" says, if it has one."""
    if "xl/workbook.bin" in names:
        return f"这是二进制工作簿（.xlsb），系统只读 .xlsx。{SAVE_AS}"
    if kind_of_package.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return f"这是 OpenDocument 表格（.ods），系统只读 .xlsx。{SAVE_AS}"
    if any(name.startswith("word/") for name in names):
        return f"这是 Word 文档，不是 Excel 工作簿（.xlsx）。{TEMPLATE_HINT}"
    if any(name.lower().endswith((".xlsx", ".xls", ".et")) for name in names):
        return "这是压缩包，工作簿在它里面。请先解压，再上传其中的 .xlsx 文件。"
    return f"这是其他压缩文件，不是 Excel 工作簿（.xlsx）。{TEMPLATE_HINT}"


def reason_against_other(content: bytes) -> str:
    """Return what a file is that is neither a zip nor a compound file."""
    head = content[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    low = head.lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
        return f"这是“XML 表格 2003”格式，系统只读 .xlsx。{SAVE_AS}"
    for start, reason in SEEMING_TABLES.items():
        if low.startswith(start):
            return f"{reason}，不是真正的 Excel 工作簿。{SAVE_AS}"
    for magic, kind in MAGICS.items():
        if head.startswith(magic):
            return f"这是{kind}，不是 Excel 工作簿（.xlsx）。{TEMPLATE_HINT}"
    if _is_table_of_text(content[:HEAD]):
        return "这不是 Excel 工作簿（.xlsx），而是文本文件（CSV）：编码前的 0 和长数字会在其中丢失。请用 WPS 或 Excel 打开，核对编码和手机号后另存为 .xlsx 再上传。"
    return f"这不是 Excel 工作簿（.xlsx）。{TEMPLATE_HINT}"


def _is_table_of_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", errors="ignore")
    else:
        text = _decoded(head)
    line = text.partition("\n")[0]
    return "\0" not in text and any(mark in line for mark in ",，\t;")


def _decoded(head: bytes) -> str:
    """Return text of UTF-8 or GB 18030, whose last character may be cut; empty if it is neither."""
    for encoding in ("utf-8", "gb18030"):
        for n_cut in range(4):
            try:
                return head[: len(head) - n_cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return ""
