"""QR codes on a page are read back from its picture."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from apps.common.kit.qr import qr_rows
from apps.documents.kit.figures import draw_qr

TEXTS = (
    "http://10.0.0.5:8000/official-documents/verify/#7K2M-Q9RD-0XVA",
    "http://192.168.10.25:8000/evaluations/cast/12#1.AbC_-9xyzAbC_-9xyzAbC_-9xyz",
    "5GW7-F2QF-WSB4-0KW1 " * 20,
    "核验：东山街道党工委",
    "1",
)


def picture_of(text, side, mask=None):
    out = BytesIO()
    canvas = Canvas(out, pagesize=(200, 200))
    draw_qr(canvas, text, 20, 30, side, mask=mask)
    canvas.save()
    return pypdfium2.PdfDocument(out.getvalue())[0].render(scale=4).to_pil()


@pytest.mark.parametrize("text", TEXTS)
def test_code_is_read_from_the_page(text):
    read = zxingcpp.read_barcode(picture_of(text, 150))

    assert (read.text, read.ec_level, str(read.format)) == (text, "M", str(zxingcpp.BarcodeFormat.QRCode))


@pytest.mark.parametrize("mask", range(8))
def test_code_is_read_with_any_mask(mask):
    assert zxingcpp.read_barcode(picture_of(TEXTS[0], 150, mask)).text == TEXTS[0]


def test_code_stands_where_it_should_with_white_around():
    rows = qr_rows(TEXTS[0])
    picture = picture_of(TEXTS[0], 150).convert("L").point(lambda grey: 255 if grey < 128 else 0)
    left, top, right, bottom = (edge / 4 for edge in picture.getbbox())

    white = 2 * 150 / (len(rows) + 4)
    assert (left, top) == pytest.approx((20 + white, 200 - 180 + white), abs=0.5)
    assert (right, bottom) == pytest.approx((170 - white, 170 - white), abs=0.5)


def test_same_text_gives_the_same_code():
    assert qr_rows(TEXTS[1]) == qr_rows(TEXTS[1])
