"""Every kind as PDF, measured: type area and grid of GB/T 9704-2012, fonts, heads of tables, page numbers, rare names."""

import io
import re
from collections import Counter
from itertools import pairwise

import pdfplumber
import pypdfium2
import pytest

from apps.official_documents.domain.scopes import Format
from apps.official_documents.kinds import KINDS
from tests.official_documents.kinds.samples import BY_KEY, RARE, file_of, long_pdf, retyped

MM = 72 / 25.4
LEADING, CELL = 225 / 22 * MM, 156 / 28 * MM
KEYS = [kind.key for kind in KINDS]
UPRIGHT = [kind.key for kind in KINDS if not kind.is_landscape]
TABLES = {
    "summary_table": "序号 党组织 姓名",
    "field_summary": "序号 党组织 姓名",
    "deliberation_sheet": "名次 党组织 姓名",
    "grade_register": "序号 姓名 党组织",
    "field_register": "序号 姓名 党组织",
    "annual_report": "类别 应到 发出",
}


def pages_of(content):
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        yield from pdf.pages


def pictures_of(content, scale=3):
    document = pypdfium2.PdfDocument(content)
    for number in range(len(document)):
        yield document[number].render(scale=scale, grayscale=True).to_pil()
    document.close()


def body_lines(page):
    """The lines set in size 3, top down: their characters from left to right."""
    rows = {}
    for char in page.chars:
        if abs(char["size"] - 16) < 0.1 and "Serif" in char["fontname"]:
            rows.setdefault(round(char["top"], 1), []).append(char)
    return [(top, sorted(chars, key=lambda c: c["x0"])) for top, chars in sorted(rows.items())]


@pytest.mark.parametrize("key", KEYS)
def test_ink_stays_inside_the_type_area(key):
    turned = BY_KEY[key].is_landscape
    left, top, right, bottom = (35, 28, 260, 184) if turned else (28, 37, 184, 262)

    for picture in pictures_of(long_pdf(key)):
        per_mm = picture.width / (297 if turned else 210)
        if turned:  # the page number lies along the left edge
            area = picture.crop((int(33 * per_mm), 0, picture.width, picture.height))
            offset = int(33 * per_mm)
        else:
            area, offset = picture.crop((0, 0, picture.width, int(264 * per_mm))), 0
        x0, y0, x1, y1 = area.point(lambda v: 255 if v < 128 else 0).getbbox()
        assert (x0 + offset) / per_mm >= left - 0.7
        assert y0 / per_mm >= top - 0.7
        assert (x1 + offset) / per_mm <= right + 0.7
        assert y1 / per_mm <= bottom + 1


@pytest.mark.parametrize("key", UPRIGHT)
def test_first_line_stands_37_mm_from_the_edge(key):
    picture = next(pictures_of(long_pdf(key)))

    _, top, _, _ = picture.point(lambda v: 255 if v < 128 else 0).getbbox()

    assert abs(top / picture.width * 210 - 37) <= 1.5


@pytest.mark.parametrize("key", UPRIGHT)
def test_text_stands_on_the_grid(key):
    steps, pitches = Counter(), Counter()
    for page in pages_of(long_pdf(key)):
        lines = body_lines(page)
        steps.update(round(b - a, 1) for (a, _), (b, _) in pairwise(lines) if b - a < LEADING * 1.2)
        for _, chars in lines:
            pitches.update(
                round(b["x0"] - a["x0"], 1)
                for a, b in pairwise(chars)
                if re.fullmatch(r"[一-鿿]{2}", a["text"] + b["text"])
            )

    assert all(abs(step - LEADING) < 0.25 for step in steps)
    most, n = pitches.most_common(1)[0]
    assert most == pytest.approx(CELL, abs=0.11)
    assert n > sum(pitches.values()) / 3  # justified lines are spread a little, the others stand on the grid


@pytest.mark.parametrize("key", KEYS)
def test_fonts_are_embedded_and_no_character_is_a_box(key):
    content = long_pdf(key)
    document = pypdfium2.PdfDocument(content)
    raw = pypdfium2.raw
    for page in document:
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            assert raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item)) == 1
        text = page.get_textpage().get_text_range()
        assert text.strip()
        assert not set("□\ufffd\x00") & set(text)
        assert "(cid:" not in text
    document.close()


@pytest.mark.parametrize("key", UPRIGHT)
def test_page_numbers_stand_outside_in_turn(key):
    for number, page in enumerate(pages_of(long_pdf(key)), start=1):
        below = page.crop((0, 263 * MM, page.width, page.height))
        dashes = [char for char in below.chars if char["text"] == "—" and abs(char["size"] - 14) < 0.1]
        middle = sum(char["x0"] + char["x1"] for char in dashes) / len(dashes) / 2

        assert f"— {number} —" in below.extract_text()
        assert (middle > page.width / 2) == (number % 2 == 1)


@pytest.mark.parametrize(("key", "head"), TABLES.items())
def test_head_of_a_long_table_is_repeated(key, head):
    document = pypdfium2.PdfDocument(long_pdf(key))
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    squeezed = ["".join(text.split()) for text in texts]
    with_head = [place for place, text in enumerate(squeezed) if head.replace(" ", "") in text]

    assert len(with_head) >= 2
    assert with_head == list(range(with_head[0], with_head[-1] + 1))
    assert ["续表" in squeezed[place] for place in with_head] == [False] + [True] * (len(with_head) - 1)


@pytest.mark.parametrize("key", [key for key in KEYS if key != "annual_report"])
def test_rare_names_come_out_and_can_be_copied(key):
    kind = BY_KEY[key]
    pdf = pypdfium2.PdfDocument(file_of(kind, retyped(kind.demonstration(), RARE)))

    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)

    pdf.close()
    assert RARE in text


@pytest.mark.parametrize("key", KEYS)
def test_title_is_in_the_metadata_and_the_same_input_gives_the_same_bytes(key):
    kind = BY_KEY[key]
    content = file_of(kind)

    with pdfplumber.open(io.BytesIO(content)) as pdf:
        assert pdf.metadata["Title"]
    assert content == file_of(kind)


@pytest.mark.parametrize("key", KEYS)
def test_every_format_of_a_kind_is_made(key):
    kind = BY_KEY[key]

    assert Format.PDF in kind.formats
    for file_format in kind.formats:
        if file_format is not Format.DOCX:
            assert len(file_of(kind, file_format=file_format)) > 1000
