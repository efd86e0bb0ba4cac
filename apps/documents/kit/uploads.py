"""Evidence files that people hand in: looked at by content, never by name alone, and never opened before the checks."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath

from PIL import Image, UnidentifiedImageError

from apps.documents.errors import UploadRefused

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000
TOO_MANY_PIXELS = "“{name}”的像素太大（超过 6000 万）。请缩小后再上传。"
MOST_ENTRIES = 3000
LARGEST_UNPACKED = 150 * 1024 * 1024
HIGHEST_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024  # small parts may shrink well honestly
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF_HEAD_WITHIN = 1024
ACTIVE_PARTS = ("vbaproject.bin", "vbadata.xml", "/activex/", "/embeddings/")
PDF_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SAME_AS = {"jpeg": "jpg"}
WANTED = "请上传 PDF、JPG、PNG、docx 或 xlsx 文件，每个不超过 10 MB。"


def check_upload(name: str, content: bytes) -> str:
    """Return the content type of an acceptable file.

    :raises UploadRefused: in words: too large, of another type than its name says, damaged, locked, with macros, or a bomb.
    """
    ending = PurePath(name).suffix.lower().lstrip(".")
    kind = SAME_AS.get(ending, ending)
    if kind not in TYPES:
        raise UploadRefused(f"“{name}”不是可以上传的类型。{WANTED}")
    if not content:
        raise UploadRefused(f"“{name}”是空文件。请重新选择。")
    if len(content) > LARGEST:
        raise UploadRefused(
            f"“{name}”有 {len(content) / 1024 / 1024:.1f} MB，超过 10 MB。请压缩或拆分后再上传。"
        )
    _CHECKS[kind](name, content)
    return TYPES[kind]


def check_zip(name: str, content: bytes) -> zipfile.ZipFile:
    """Return an archive whose parts are honest about their size and stay small when unpacked.

    :raises UploadRefused: it is damaged, locked, or would unpack to too much.
    """
    if content.startswith(OLD_OFFICE):
        raise UploadRefused(
            f"“{name}”是旧格式或加了密码的文件，无法读取。请取消密码并另存为 docx 或 xlsx 后再上传。"
        )
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise UploadRefused(
            f"“{name}”的内容与文件类型不符，或已损坏。请用 Word、Excel 打开确认后重新保存。"
        ) from None
    if _is_bomb(archive.infolist(), len(content)):
        raise UploadRefused(f"“{name}”解压后异常大，可能是恶意文件，没有接收。")
    return archive


def _is_bomb(parts: list[zipfile.ZipInfo], n_bytes: int) -> bool:
    """Too many parts, too much when unpacked, one part that shrinks beyond belief, or parts that share their bytes."""
    return (
        len(parts) > MOST_ENTRIES
        or sum(part.file_size for part in parts) > LARGEST_UNPACKED
        or sum(part.compress_size for part in parts) > n_bytes
        or any(
            part.file_size > RATIO_COUNTS_FROM and part.file_size > HIGHEST_RATIO * part.compress_size
            for part in parts
        )
    )


def _check_office(name: str, content: bytes, main_part: str) -> None:
    archive = check_zip(name, content)
    names = [part.filename.lower() for part in archive.infolist()]
    if main_part not in names or "[content_types].xml" not in names:
        raise UploadRefused(f"“{name}”的内容与文件类型不符。请用 Word、Excel 另存为 docx 或 xlsx 后再上传。")
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise UploadRefused(f"“{name}”加了密码，无法读取。请取消密码后再上传。")
    types = _read_part(name, archive, "[Content_Types].xml")
    if b"macroEnabled" in types or any(mark in f"/{part}" for mark in ACTIVE_PARTS for part in names):
        raise UploadRefused(f"“{name}”含有宏或嵌入的程序，没有接收。请另存为不含宏的文件后再上传。")


def _read_part(name: str, archive: zipfile.ZipFile, part: str) -> bytes:
    try:
        return archive.read(part)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise UploadRefused(f"“{name}”已损坏。请重新保存后再上传。") from None


def _check_docx(name: str, content: bytes) -> None:
    _check_office(name, content, "word/document.xml")


def _check_xlsx(name: str, content: bytes) -> None:
    _check_office(name, content, "xl/workbook.xml")


def _check_pdf(name: str, content: bytes) -> None:
    if b"%PDF-" not in content[:PDF_HEAD_WITHIN] or b"%%EOF" not in content[-PDF_HEAD_WITHIN:]:
        raise UploadRefused(f"“{name}”的内容不是完整的 PDF。请重新导出后再上传。")
    if any(mark in content for mark in PDF_ACTIVE):
        raise UploadRefused(f"“{name}”含有脚本、程序或附件，没有接收。请“打印为 PDF”后再上传。")


def _check_image(name: str, content: bytes, kind: str) -> None:
    try:
        image = Image.open(BytesIO(content), formats=[kind])
        if image.width * image.height > MOST_PIXELS:
            raise UploadRefused(TOO_MANY_PIXELS.format(name=name))
        image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UploadRefused(TOO_MANY_PIXELS.format(name=name)) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise UploadRefused(f"“{name}”的内容不是完整的图片，或与文件类型不符。请重新保存后再上传。") from None


def _check_png(name: str, content: bytes) -> None:
    _check_image(name, content, "PNG")


def _check_jpg(name: str, content: bytes) -> None:
    _check_image(name, content, "JPEG")


_CHECKS: dict[str, Callable[[str, bytes], None]] = {
    "pdf": _check_pdf,
    "png": _check_png,
    "jpg": _check_jpg,
    "docx": _check_docx,
    "xlsx": _check_xlsx,
}
