"""The official page, measured: GB/T 9704-2012 in millimetres and points."""

import io
import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise

import pdfplumber
import pypdfium2
import pytest

from apps.documents.domain.line_breaking import NO_START
from apps.documents.errors import FontMissing, MissingGlyph
from apps.documents.kit import fonts
from apps.documents.kit.official import OfficialDocument

MM = 72 / 25.4
PROSE = (
    "今年以来，各级党组织书记认真履行抓基层党建第一责任人职责，领办“书记项目”12个，推动党建责任落实。同时也要看到：抓党建责任传导"
    "不到位、压力层层递减；党建工作与中心工作融合不够（存在“两张皮”现象），党员教育管理形式单一——缺乏针对性，吸引力不强……"
)


def make_letter(n_paragraphs=8, rows=60):
    document = OfficialDocument(
        "关于2026年度党组织书记抓基层党建工作述职评议考核综合评价意见的反馈",
        number="组反馈〔2026〕1号",
        recipient="甲镇党委书记张三同志",
    )
    document.heading("一、综合评价意见")
    for _ in range(n_paragraphs):
        document.paragraph(PROSE)
    document.heading("二、整改清单")
    if rows:
        table = [
            [n, "抓基层党建与中心工作融合不够紧密。", "张三", "2027年3月31日"] for n in range(1, rows + 1)
        ]
        document.table(["序号", "问题", "责任人", "整改期限"], table, [12, 90, 20, 34])
    document.paragraph(PROSE)
    document.signature("中共某某区委组织部", date(2026, 12, 1))
    return document


@cache
def letter_bytes():
    return make_letter().build()


@pytest.fixture
def letter():
    with pdfplumber.open(io.BytesIO(letter_bytes())) as pdf:
        yield pdf


def ink_box(content, page, scale=4):
    """Millimetres from each edge of the page to the ink of the type area (the page number is left out)."""
    picture = pypdfium2.PdfDocument(content)[page].render(scale=scale, grayscale=True).to_pil()
    area = picture.crop((0, 0, picture.width, int(picture.height * 264 / 297)))
    left, top, right, bottom = area.point(lambda v: 255 if v < 128 else 0).getbbox()
    per_mm = scale * MM
    return left / per_mm, top / per_mm, (picture.width - right) / per_mm, (picture.height - bottom) / per_mm


def body_lines(page):
    """The body lines of a page, top down: (text, left edge, right edge)."""
    rows = {}
    for char in page.chars:
        if abs(char["size"] - 16) < 0.1:
            rows.setdefault(round(char["top"]), []).append(char)
    found = []
    for _, chars in sorted(rows.items()):
        chars.sort(key=lambda c: c["x0"])
        found.append(("".join(c["text"] for c in chars), chars[0]["x0"], chars[-1]["x1"]))
    return found


def test_a4_with_margins_within_one_millimetre(letter):
    assert (round(letter.pages[1].width / MM), round(letter.pages[1].height / MM)) == (210, 297)

    left, top, right, _ = ink_box(letter_bytes(), 1)

    assert abs(top - 37) <= 1
    assert abs(left - 28) <= 1
    assert abs(right - 26) <= 1


def test_full_page_has_22_lines_29_points_apart(letter):
    tops = sorted({round(c["top"], 1) for c in letter.pages[1].chars if abs(c["size"] - 16) < 0.1})

    assert len(tops) == 22
    assert all(b - a == pytest.approx(225 * MM / 22, abs=0.11) for a, b in pairwise(tops))


def test_full_line_has_28_characters_from_edge_to_edge():
    document = OfficialDocument("标题")
    document.paragraph("党" * 26 + "党" * 28 * 3)

    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        lines = body_lines(pdf.pages[0])

    assert [len(text) for text, _, _ in lines] == [26, 28, 28, 28]
    left, right = lines[1][1], lines[1][2]
    assert abs(left / MM - 28) < 0.2
    assert abs(right / MM - 184) < 0.3
    assert abs(lines[0][1] - left - 2 * 156 * MM / 28) < 0.1


def test_no_line_starts_with_a_mark(letter):
    lines = [text for page in letter.pages for text, _, _ in body_lines(page)]

    assert len(lines) > 40
    assert [text for text in lines if text[0] in NO_START] == []


def test_page_numbers_alternate_outside(letter):
    numbers = []
    for page in letter.pages:
        dashes = [c for c in page.chars if c["text"] == "—" and abs(c["size"] - 14) < 0.1]
        middle = sum(c["x0"] + c["x1"] for c in dashes) / 2 / len(dashes)
        below = page.crop((0, 264 * MM, page.width, page.height)).extract_text()
        numbers.append((below, "right" if middle > page.width / 2 else "left"))

    assert numbers == [(f"— {n} —", "right" if n % 2 else "left") for n in range(1, len(letter.pages) + 1)]


def test_page_number_stands_one_character_in_and_seven_millimetres_below(letter):
    dashes = [c for c in letter.pages[0].chars if c["text"] == "—" and abs(c["size"] - 14) < 0.1]
    picture = pypdfium2.PdfDocument(letter_bytes())[0].render(scale=8, grayscale=True).to_pil()
    below = picture.crop((0, int(picture.height * 264 / 297), picture.width, picture.height))
    strip = below.crop((int(dashes[0]["x0"] * 8) + 8, 0, int(dashes[0]["x1"] * 8) - 8, below.height))
    _, top, _, bottom = strip.point(lambda v: 255 if v < 128 else 0).getbbox()

    from_top = ((top + bottom) / 2 + int(picture.height * 264 / 297)) / 8 / MM
    assert abs(from_top - (37 + 225 + 7)) < 0.5
    assert abs(184 - dashes[-1]["x1"] / MM - 14 / MM) < 0.5


def test_head_is_repeated_and_continuation_is_named(letter):
    texts = [page.extract_text() for page in letter.pages]
    with_table = [text for text in texts if re.search(r"^序号 问题 责任人 整改期限$", text, re.MULTILINE)]

    assert len(with_table) >= 3
    assert ["续表" in text for text in with_table] == [False] + [True] * (len(with_table) - 1)


def test_every_row_is_there_once(letter):
    text = "\n".join(page.extract_text() for page in letter.pages)

    assert [int(n) for n in re.findall(r"^(\d+) 抓基层", text, re.MULTILINE)] == list(range(1, 61))


def test_fonts_are_embedded_as_subsets(letter):
    names = {char["fontname"] for page in letter.pages for char in page.chars}
    assert all(re.fullmatch(r"[A-Z]{6}\+Noto\w+SC-\w+", name) for name in names)

    document = pypdfium2.PdfDocument(letter_bytes())
    embedded = Counter()
    for page in document:
        for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            embedded[bool(pypdfium2.raw.FPDFFont_GetIsEmbedded(pypdfium2.raw.FPDFTextObj_GetFont(item)))] += 1
    assert embedded[False] == 0
    assert embedded[True] > 100


def test_signature_date_ends_four_characters_from_the_right(letter):
    lines = body_lines(letter.pages[-1])
    organization, on = lines[-2], lines[-1]

    assert (organization[0], on[0]) == ("中共某某区委组织部", "2026年12月1日")
    assert abs((184 * MM - on[2]) - 4 * 156 * MM / 28) < 1
    assert abs((organization[1] + organization[2]) / 2 - (on[1] + on[2]) / 2) < 1


@pytest.mark.parametrize("n_lines", range(14, 26))
def test_signature_never_stands_on_a_page_without_text(n_lines):
    document = OfficialDocument("标题")
    document.paragraph("党" * (28 * n_lines - 2))
    document.signature("中共某某区委组织部", date(2026, 12, 1))

    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        last = [text for text, _, _ in body_lines(pdf.pages[-1])]

    assert last[-1] == "2026年12月1日"
    assert last[0].startswith("党")


@pytest.mark.parametrize("n_lines", range(16, 24))
def test_heading_is_never_left_at_the_foot_of_a_page(n_lines):
    document = OfficialDocument("标题")
    document.paragraph("党" * (28 * n_lines - 2))
    document.heading("一、标题")
    document.paragraph("正文")

    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        assert [text for text, _, _ in body_lines(pdf.pages[-1])][-1] == "正文"
        assert "一、标题" in [text for page in pdf.pages for text, _, _ in body_lines(page)]
        assert [text for text, _, _ in body_lines(pdf.pages[0])][-1] != "一、标题"


def test_row_higher_than_a_page_is_cut_and_nothing_is_lost():
    document = OfficialDocument("标题")
    document.table(["问题"], [["甲" * 3000], ["乙"]])

    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        counts = Counter(c["text"] for page in pdf.pages for c in page.chars)
        assert len(pdf.pages) >= 2
    assert (counts["甲"], counts["乙"]) == (3000, 1)


def test_landscape_turns_the_page_and_leaves_the_number_where_it_was():
    document = OfficialDocument("得分与等次汇总表", landscape=True)
    document.table(["序号", "书记", "得分"], [[n, "张三", "93.97"] for n in range(1, 41)])

    page = pypdfium2.PdfDocument(document.build())[0]
    text = page.get_textpage()
    shown = text.get_text_range()
    left, bottom, _, top = text.get_charbox(shown.index("—"))

    assert [round(length / MM) for length in page.get_size()] == [297, 210]
    assert "得分与等次汇总表" in shown
    assert 160 < left / MM < 184  # in the upright page: below, on the right
    assert (bottom + top) / 2 / MM == pytest.approx(28, abs=0.5)


def test_same_input_gives_the_same_bytes():
    assert make_letter().build() == make_letter().build() == letter_bytes()


def test_title_and_language_are_in_the_metadata(letter):
    assert letter.metadata["Title"] == "关于2026年度党组织书记抓基层党建工作述职评议考核综合评价意见的反馈"
    assert letter.metadata["Subject"] == "组反馈〔2026〕1号"


@pytest.mark.parametrize(
    "hostile",
    [
        "<font color=\"[[[getattr(pow,Word('__globals__'))]]]\">x</font>",
        '<img src="file:///etc/passwd"/>',
        '<a href="javascript:alert(1)">点</a> & < > "',
        "x" * 10_000,
    ],
)
def test_markup_in_texts_stays_text(hostile):
    document = OfficialDocument(hostile[:60])
    document.paragraph(hostile)
    document.table(["列"], [[hostile]])

    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        drawn = Counter(c["text"] for page in pdf.pages for c in page.chars if abs(c["size"] - 16) < 0.1)
        assert [page.annots for page in pdf.pages] == [[]] * len(pdf.pages)
    assert drawn == Counter(hostile.replace(" ", " ")) or drawn + Counter(" " * 5) >= Counter(
        hostile.replace(" ", "")
    )


def test_missing_glyph_is_loud_and_names_the_character():
    document = OfficialDocument("标题")
    document.paragraph("书记\ue123同志")

    with pytest.raises(MissingGlyph, match=r"U\+E123"):
        document.build()


def test_rare_character_falls_back_to_another_font():
    rare = next(
        chr(code)
        for code in range(0x4E00, 0x1F6FF)
        if code not in fonts.load(fonts.find_font(fonts.SERIF)).widths
        and code in fonts.load(fonts.find_font(fonts.SANS)).widths
    )
    document = OfficialDocument("标题")
    document.paragraph(f"甲{rare}乙")

    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        drawn = {c["text"]: c["fontname"].partition("+")[2] for c in pdf.pages[0].chars}
    assert (drawn["甲"], drawn[rare]) == ("NotoSerifSC-Regular", "NotoSansSC-Regular")


def test_no_font_at_all_is_told_in_words(settings, tmp_path, monkeypatch):
    settings.FONTS_DIR = settings.SITE_FONTS_DIR = tmp_path
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    fonts.forget_fonts()

    with pytest.raises(FontMissing, match="没有找到可用的中文字体"):
        OfficialDocument("标题").build()

    fonts.forget_fonts()


def test_licensed_font_of_the_operator_goes_first(settings, tmp_path):
    (tmp_path / "simfang.ttf").write_bytes(fonts.find_font(fonts.SANS).read_bytes())
    settings.SITE_FONTS_DIR = tmp_path
    fonts.forget_fonts()

    face, _ = fonts.typeface("fangsong").glyph("党")

    fonts.forget_fonts()
    assert face.name == "simfang"
