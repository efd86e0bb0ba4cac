"""Drawing and wrapping on a bare canvas."""

import io

import pdfplumber
import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate

from apps.documents.errors import MissingGlyph
from apps.documents.kit.flowables import CJKParagraph, OfficialTable
from apps.documents.kit.text import TextStyle, draw_text, text_width, wrap


def drawn(draw):
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    draw(canvas)
    canvas.save()
    with pdfplumber.open(io.BytesIO(out.getvalue())) as pdf:
        return pdf.pages[0].chars


@pytest.mark.parametrize(("align", "x0"), [("left", 300), ("center", 270), ("right", 240)])
def test_text_stands_where_it_should(align, x0):
    chars = drawn(lambda canvas: draw_text(canvas, 300, 500, "测评票", size=20, align=align))

    assert "".join(c["text"] for c in chars) == "测评票"
    assert chars[0]["x0"] == pytest.approx(x0, abs=0.01)


@pytest.mark.parametrize(
    ("font", "bold", "name"),
    [
        ("serif", False, "NotoSerifSC-Regular"),
        ("serif", True, "NotoSerifSC-Bold"),
        ("sans", False, "NotoSansSC-Regular"),
        ("sans", True, "NotoSansSC-Bold"),
    ],
)
def test_families_and_weights(font, bold, name):
    chars = drawn(lambda canvas: draw_text(canvas, 0, 0, "好", font=font, bold=bold, size=20))

    assert chars[0]["fontname"].endswith(name)


def test_width_counts_every_character():
    assert text_width("党建", size=16) == 32
    assert text_width("党\u200b建", size=16) == 32


def test_missing_glyph_is_loud():
    with pytest.raises(MissingGlyph, match=r"U\+E123"):
        drawn(lambda canvas: draw_text(canvas, 0, 0, "\ue123", size=10))


def test_unknown_font_is_a_mistake():
    with pytest.raises(LookupError):
        text_width("好", font="comic", size=10)


def test_wrap_follows_chinese_rules_and_keeps_line_ends():
    assert wrap("一二三四五，六七\n八", "serif", 10, 50) == ["一二三四", "五，六七", "八"]


def test_blocks_stand_in_any_platypus_story():
    out = io.BytesIO()
    style = TextStyle(size=12, leading=18)
    story = [CJKParagraph("党" * 3000, style), OfficialTable(["列"], [["值"]] * 60, [200])]

    SimpleDocTemplate(out).build(story)

    with pdfplumber.open(io.BytesIO(out.getvalue())) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
        assert len(pdf.pages) > 3
    assert (text.count("党"), text.count("值")) == (3000, 60)


def test_rare_names_can_be_copied_out_of_the_document():
    chars = drawn(lambda canvas: draw_text(canvas, 0, 500, "王㛃 李䶮 刘𬱖 张𰻞", size=20))

    assert "".join(c["text"] for c in chars) == "王㛃 李䶮 刘𬱖 张𰻞"
