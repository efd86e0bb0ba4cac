"""What people hand in: good files pass, each bad one is refused with its reason."""

import io
import struct
import zipfile
import zlib

import pytest
from openpyxl import Workbook
from PIL import Image

from apps.documents.errors import UploadRefused
from apps.documents.kit.uploads import check_upload

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(kind, size=(4, 3)):
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


def office(main="word/document.xml", **parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", parts.pop("types", "<Types/>"))
        archive.writestr(main, "<x/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def workbook():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def huge_png():
    """A picture that says it is 20,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    return start + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


def locked():
    content = bytearray(office())
    central = content.index(b"PK\x01\x02")
    while central != -1:
        content[central + 8] |= 1
        central = content.find(b"PK\x01\x02", central + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("整改照片.JPG", picture("JPEG"), "image/jpeg"),
        ("照片.jpeg", picture("JPEG"), "image/jpeg"),
        ("截图.png", picture("PNG"), "image/png"),
        ("会议纪要.pdf", PDF, "application/pdf"),
        ("台账.xlsx", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("方案.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_good_files_pass(name, content, content_type):
    assert check_upload(name, content) == content_type


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("程序.exe", b"MZ", "不是可以上传的类型"),
        ("网页.html", b"<html>", "不是可以上传的类型"),
        ("无后缀", PDF, "不是可以上传的类型"),
        ("空.pdf", b"", "空文件"),
        ("大.pdf", PDF + b" " * 10 * 1024 * 1024, "超过 10 MB"),
        ("假.pdf", b"MZ\x90", "不是完整的 PDF"),
        ("半截.pdf", PDF[:20], "不是完整的 PDF"),
        ("脚本.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript>>"), "含有脚本"),
        ("假.png", picture("JPEG"), "与文件类型不符"),
        ("假.jpg", PDF, "与文件类型不符"),
        ("半截.png", picture("PNG")[:30], "与文件类型不符"),
        ("巨图.png", huge_png(), "太大"),
        ("旧.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式或加了密码"),
        ("坏.xlsx", b"PK\x03\x04 broken", "已损坏"),
        ("其实是表格.docx", workbook(), "与文件类型不符"),
        ("其实是文档.xlsx", office(), "与文件类型不符"),
        ("宏.docx", office(word__vbaProject="x", **{"word/vbaProject.bin": "x"}), "宏"),
        (
            "宏.xlsx",
            office("xl/workbook.xml", types="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
            "宏",
        ),
        ("嵌入.docx", office(word__embeddings__oleObject1="x"), "宏或嵌入"),
        ("密码.docx", locked(), "加了密码"),
        ("炸弹.xlsx", office("xl/workbook.xml", xl__sheet="0" * 5_000_000), "异常大"),
        ("多.docx", office(**{f"p{n}": "" for n in range(3100)}), "异常大"),
    ],
)
def test_bad_files_are_refused_with_their_reason(name, content, reason):
    with pytest.raises(UploadRefused, match=reason):
        check_upload(name, content)
