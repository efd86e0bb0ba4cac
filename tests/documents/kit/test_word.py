"""The .docx of a letter: the page of GB/T 9704, the words of the PDF, nothing read as mark-up."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from reportlab.graphics.shapes import Drawing, Rect

from apps.documents.kit.word import WordDocument

ON = date(2026, 12, 28)


@pytest.fixture(scope="module")
def letter():
    document = WordDocument("标题", number="〔2026〕3号", recipient="某某同志", secrecy="内部", made_on=ON)
    document.heading("一、小标题")
    document.paragraph("<w:p>正文\x00</w:p>\n第二段")
    document.table(["甲", "乙"], [["=1+1", 2], [None, "长" * 20]], [1, 2], caption="表")
    document.figure(Drawing(100, 50, Rect(0, 0, 100, 50)), caption="图")
    document.attachments(["清单。"])
    document.signature("中共清河区委组织部", ON)
    document.signature_lines(["本人", "经办人"])
    document.imprint("区委办公室", "办公室", ON)
    return Document(BytesIO(document.build()))


def test_page_is_that_of_the_standard(letter):
    section = letter.sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))

    assert [round(one.mm) for one in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins] == [37, 35, 28, 26]
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "580")
    assert letter.settings.odd_and_even_pages_header_footer is True


def test_words_are_there_as_they_were_given(letter):
    texts = [line.text for line in letter.paragraphs if line.text]

    assert texts[:5] == ["内部\t〔2026〕3号", "标题", "某某同志：", "一、小标题", "<w:p>正文</w:p>"]
    assert "第二段" in texts
    assert "附件：清单" in texts
    assert "2026年12月28日" in texts
    assert [[cell.text for cell in row.cells] for row in letter.tables[0].rows] == [
        ["甲", "乙"],
        ["=1+1", "2"],
        ["", "长" * 20],
    ]
    assert [row.cells[0].text for row in letter.tables[1].rows] == [
        "抄送：区委办公室。",
        "办公室\t2026年12月28日印发",
    ]


def test_fonts_are_named_and_have_stand_ins(letter):
    fonts = {
        run._r.rPr.rFonts.get(qn("w:eastAsia"))
        for line in letter.paragraphs
        for run in line.runs
        if run.text.strip()
    }
    table = next(
        part for part in letter.part.package.iter_parts() if str(part.partname) == "/word/fontTable.xml"
    )

    assert {"仿宋_GB2312", "方正小标宋简体", "黑体"} <= fonts
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in table.blob.decode()


def test_head_of_a_table_is_repeated_and_rows_stay_whole(letter):
    head, *rows = letter.tables[0].rows

    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in (head, *rows))
