"""Fonts cut down to what a document uses: what stands in them, and what readers are told."""

import io
import zlib
from struct import iter_unpack

import pypdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase.ttfonts import TTFontParser

from apps.documents.kit.fonts import find_font
from apps.documents.kit.official import OfficialDocument
from apps.documents.kit.subsets import SharedFace, to_unicode

FACE = SharedFace(find_font("NotoSerifSC-Regular.ttf"))
LETTERS = "述职评议考核党建工作一二三0123456789，。“”（）—AaWi"


def document(text):
    made = OfficialDocument(text[:20])
    made.paragraph(text)
    return made.build()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(sorted(FACE.charToGlyph)), min_size=1, max_size=200, unique=True))
def test_a_subset_is_a_sound_font_with_the_outlines_of_the_whole_one(codes):
    made = FACE.makeSubset([0, *codes])

    read = TTFontParser(io.BytesIO(made), validate=1)  # raises when a checksum is wrong
    ends = [end for (end,) in iter_unpack(">L", read.get_table("loca"))]
    places = FACE._places([0, *codes])
    for code in codes:
        glyph = FACE.charToGlyph[code]
        place = places[glyph]
        outline = read.get_table("glyf")[ends[place] : ends[place + 1]]
        assert FACE._glyphs[glyph].parts or outline == FACE._glyphs[glyph].outline


def test_the_same_text_gives_the_same_bytes_whatever_was_made_before():
    first = document(LETTERS)
    document(LETTERS[::-1])
    document("别的字在前面" + LETTERS)

    assert document(LETTERS) == first


@settings(max_examples=15, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=80).filter(lambda text: text.strip()))
def test_text_is_read_back_by_two_readers(text):
    made = document("题" + text)

    for read in (
        pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range(),
        pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text(),
    ):
        assert "".join(text.split()) in "".join(read.split())


def test_more_than_256_characters_are_read_back():
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
    made = document("题" + text)

    assert text in "".join(pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range().split())


@pytest.mark.parametrize(("code", "written"), [(0x4E2D, "<00> <4E2D>"), (0x20BB7, "<00> <D842DFB7>")])
def test_readers_are_told_characters_in_utf_16(code, written):
    assert written in to_unicode("X", [code]).decode()


def test_at_most_100_lines_are_told_at_once():
    words = to_unicode("X", range(0x4E00, 0x4E00 + 213)).decode()

    assert [f"{n} beginbfchar" in words for n in (100, 13)] == [True, True]
    assert words.count("beginbfchar") == 3


def test_outlines_left_unpacked_cost_at_most_half_more():
    pdf = pypdf.PdfReader(io.BytesIO(document("".join(map(chr, range(0x4E00, 0x4E00 + 200))))))
    files = [
        thing for n in range(1, len(pdf.xref[0]) + 1) if "/Length1" in (thing := pdf.get_object(n) or {})
    ]

    assert files
    for file in files:
        assert "/Filter" not in file
        assert len(file._data) <= 1.5 * len(zlib.compress(file.get_data(), 6))
