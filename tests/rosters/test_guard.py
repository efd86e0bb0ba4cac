"""Hostile files are refused before any parser sees them."""

import io
import time
import zipfile

import pytest

from apps.rosters.errors import WorkbookRefused
from apps.rosters.kit.guard import MAX_UPLOAD, open_guarded
from apps.rosters.kit.workbook import read_workbook
from tests.factories.rosters import ROOT, workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def changed(content, parts=None, names=None):
    """Return the workbook with parts replaced or added, or renamed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in (parts or {}):
                new.writestr((names or {}).get(info.filename, info.filename), old.read(info))
        for name, body in (parts or {}).items():
            new.writestr(name, body)
    return out.getvalue()


def sheet_xml(cells):
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def test_sound_workbook_passes():
    assert list(open_guarded(workbook([ROOT]))) == ["党组织", "书记"]


def bomb(megabytes):
    return changed(workbook(), {SHEET: b"<worksheet>" + b" " * (megabytes * 1024 * 1024)})


def test_small_bomb_is_refused_at_once():
    content = bomb(80)
    assert len(content) < 100_000
    started = time.process_time()

    with pytest.raises(WorkbookRefused, match="解开后过大（约 80 MB）"):
        read_workbook(content)

    assert time.process_time() - started < 0.2


def test_bomb_below_the_size_limit_is_refused_by_its_ratio():
    with pytest.raises(WorkbookRefused, match="解开后过大（约 25 MB）"):
        read_workbook(bomb(25))


def test_directory_that_lies_about_sizes_is_refused():
    content = bytearray(bomb(8))
    real = (len("<worksheet>") + 8 * 1024 * 1024).to_bytes(4, "little")
    while (place := content.find(real)) >= 0:
        content[place : place + 4] = (1000).to_bytes(4, "little")

    with pytest.raises(WorkbookRefused, match=r"已损坏|过大"):
        read_workbook(bytes(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"name,code\n1,2\n", "文本文件（CSV）"),
        (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "从网页系统导出的表格"),
        (b"%PDF-1.7", "PDF 文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧的 .xls 格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"PK\x03\x04" + b"x" * 100, "文件已损坏"),
        (b"x" * (MAX_UPLOAD + 1), "超过 10 MB"),
    ],
    ids=["empty", "csv", "html", "pdf", "xls", "encrypted", "broken zip", "large"],
)
def test_other_kinds_are_named(content, words):
    with pytest.raises(WorkbookRefused, match=words):
        open_guarded(content)


def test_word_document_is_named():
    content = changed(workbook(), {"word/document.xml": "<w/>"}, names={"xl/workbook.xml": "word/x.xml"})

    with pytest.raises(WorkbookRefused, match="这是 Word 文档"):
        open_guarded(content)


def test_macros_are_refused():
    with pytest.raises(WorkbookRefused, match="含有宏"):
        open_guarded(changed(workbook(), {"xl/vbaProject.bin": b"x"}))


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\evil.xml", "xl/a\nb.xml"])
def test_odd_names_are_refused(name):
    with pytest.raises(WorkbookRefused, match="异常的路径"):
        open_guarded(changed(workbook(), {name: b"x"}))


def test_too_many_entries_are_refused():
    with pytest.raises(WorkbookRefused, match="内部结构异常"):
        open_guarded(changed(workbook(), {f"xl/media/{n}.png": b"x" for n in range(201)}))


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst>&e;</sst>',
        "<sst/>".encode("utf-16"),
    ],
    ids=["billion laughs", "external entity", "utf-16"],
)
def test_definitions_in_parts_are_refused(body):
    with pytest.raises(WorkbookRefused, match="外部定义"):
        open_guarded(changed(workbook(), {"xl/sharedStrings.xml": body}))


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "A1048576"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "XFD1"),
        ('<row r="1"><c s="1" r="XFD1" t="n"><v>1</v></c></row>', "XFD1"),
        ('<row r="50002"><c r="A50002" t="inlineStr"><is><t>x</t></is></c></row>', "A50002"),
    ],
)
def test_cells_far_out_are_refused(cells, where):
    """A reader would allocate the whole rectangle between two corners."""
    with pytest.raises(WorkbookRefused, match=f"到了 {where}"):
        open_guarded(changed(workbook(), {SHEET: sheet_xml(cells)}))


def test_empty_styled_cells_far_out_are_welcome():
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576" ht="20"/>'

    assert list(open_guarded(changed(workbook(), {SHEET: sheet_xml(cells)}))) == ["党组织", "书记"]


@pytest.mark.parametrize(
    "cell", ["<c><v>1</v></c>", "<c r='XFD1'><v>1</v></c>", '<c s=">" r="XFD1"><v>1</v></c>']
)
def test_cells_without_a_plain_address_are_refused(cell):
    with pytest.raises(WorkbookRefused, match="没有地址"):
        open_guarded(changed(workbook(), {SHEET: sheet_xml(f'<row r="1">{cell}</row>')}))


def test_a_million_empty_rows_do_no_harm():
    rows = "".join(f'<row r="{n}" ht="20"/>' for n in range(1, 60_001))
    content = changed(workbook([ROOT]), {"xl/worksheets/sheet2.xml": sheet_xml(rows)})

    book = read_workbook(content)

    assert list(book.sheets["党组织"].row_nos) == [2]
