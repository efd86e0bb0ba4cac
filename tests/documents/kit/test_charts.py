"""Charts on official pages: every value is told, nothing missing looks like nought, rare names come out."""

import io
from decimal import Decimal

import pdfplumber
import pytest

from apps.documents.errors import MissingGlyph
from apps.documents.kit.charts import bar_chart, grouped_bars, line_chart, stacked_bars
from apps.documents.kit.official import OfficialDocument


def page_with(*drawings):
    document = OfficialDocument("图表")
    for drawing in drawings:
        document.figure(drawing, caption="图")
    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        page = pdf.pages[0]
        return page.extract_text(), page.rects, {char["fontname"] for char in page.chars}


def test_every_value_and_label_is_written():
    text, _, _ = page_with(
        grouped_bars(["农区", "城市"], {"今年": [Decimal("91.25"), 80], "上年": [Decimal("88.40"), 79]})
    )

    for part in ("农区", "城市", "今年", "上年", "91.25", "88.40"):
        assert part in text


def test_missing_value_is_a_dash_and_no_bar():
    _, with_value, _ = page_with(bar_chart(["农区", "城市"], [90, 85]))
    text, without, _ = page_with(bar_chart(["农区", "城市"], [90, None]))

    assert len(with_value) - len(without) == 1
    assert "—" in text.replace("— 1 —", "")


def test_bars_are_as_long_as_their_values():
    _, rects, _ = page_with(bar_chart(["甲", "乙"], [50, 100]))

    low, high = sorted(rect["height"] for rect in rects)
    assert high == pytest.approx(2 * low, abs=0.1)


def test_parts_of_a_stacked_bar_share_its_length():
    _, rects, _ = page_with(stacked_bars(["农区"], {"好": [3], "较好": [6], "一般": [0]}))

    parts = sorted(rect["width"] for rect in rects if rect["height"] == pytest.approx(14, abs=0.5))
    assert len(parts) == 2
    assert parts[1] == pytest.approx(2 * parts[0], abs=0.1)


def test_an_empty_row_says_so():
    assert "—" in page_with(stacked_bars(["农区"], {"好": [0]}))[0]


def test_line_is_interrupted_where_a_value_is_missing():
    def n_lines(values):
        return len(
            [x for x in line_chart(["1", "2", "3"], {"": values}).contents if type(x).__name__ == "Line"]
        )

    assert n_lines([1, 2, 3]) - n_lines([1, None, 3]) == 2


def test_rare_characters_come_out_of_the_font_that_has_them():
    text, _, fonts = page_with(bar_chart(["㛃䶮𬱖𰻞"], [1]))

    assert "㛃䶮𬱖𰻞" in text
    assert all("+" in name for name in fonts)


def test_missing_glyph_is_loud():
    with pytest.raises(MissingGlyph):
        bar_chart(["\ue123"], [1])


def test_same_chart_gives_the_same_bytes():
    def build():
        document = OfficialDocument("图")
        document.figure(stacked_bars(["农区"], {"好": [3]}))
        return document.build()

    assert build() == build()
