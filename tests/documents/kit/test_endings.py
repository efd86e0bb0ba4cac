"""How a document closes: signature, lines to sign, imprint, mark."""

import io
from datetime import date

import pdfplumber
import pypdfium2
import pytest

from apps.common.kit.qr import QUIET, qr_rows
from apps.documents.kit.endings import spread
from apps.documents.kit.official import MARK_BELOW, MARK_SIDE, QR_MASK, OfficialDocument

MM = 72 / 25.4
HOST, ON = "中共某某区委组织部", date(2026, 12, 1)


def lines_of(page, size):
    rows = {}
    for char in page.chars:
        if abs(char["size"] - size) < 0.1:
            rows.setdefault(round(char["top"]), []).append(char)
    found = []
    for top, chars in sorted(rows.items()):
        chars.sort(key=lambda c: c["x0"])
        found.append(
            ("".join(c["text"] for c in chars).strip(), chars[0]["x0"] / MM, chars[-1]["x1"] / MM, top / MM)
        )
    return found


def pages_of(document):
    with pdfplumber.open(io.BytesIO(document.build())) as pdf:
        for page in pdf.pages:
            _ = page.chars, page.lines
        return pdf.pages


def test_without_a_seal_the_date_starts_two_characters_behind_the_name():
    document = OfficialDocument("标题")
    document.paragraph("正文")
    document.signature(HOST, ON, has_seal=False)

    name, on = lines_of(pages_of(document)[0], 16)[-2:]

    em = 156 / 28
    assert abs(on[1] - name[1] - 2 * em) < 0.3
    assert abs(184 - 2 * em - name[2]) < 0.3


def test_imprint_stands_at_the_foot_between_rules():
    document = OfficialDocument("标题")
    document.paragraph("正文")
    document.signature(HOST, ON)
    document.imprint("区委办公室，" * 12 + "各镇党委", "中共某某区委组织部办公室", ON)

    page = pages_of(document)[0]
    copies, *more, printer = lines_of(page, 14)[:-1]  # the last one is the page number
    widths = sorted({round(line["linewidth"] / MM, 2) for line in page.lines})

    assert widths == [0.25, 0.35]
    assert len(page.lines) == 3
    assert max(line["bottom"] for line in page.lines) / MM == pytest.approx(37 + 225, abs=0.3)
    assert copies[0].startswith("抄送：区委办公室")
    assert (more[-1][0][-5:], round(more[0][1] - copies[1])) == ("各镇党委。", round(3 * 14 / MM))
    assert printer[0].startswith("中共某某区委组织部办公室")
    assert printer[0].endswith("2026年12月1日印发")
    assert printer[1] == pytest.approx(28 + 14 / MM, abs=0.3)
    assert printer[2] == pytest.approx(184 - 14 / MM, abs=0.3)


def test_imprint_goes_to_a_page_of_its_own_only_if_there_is_no_room():
    document = OfficialDocument("标题")
    document.paragraph("党" * (28 * 20 - 2))
    document.imprint("区委办公室", "办公室", ON)

    assert len(pages_of(document)) == 2


@pytest.mark.parametrize("n_lines", range(12, 24))
def test_lines_to_sign_take_text_along(n_lines):
    document = OfficialDocument("标题")
    document.paragraph("党" * (28 * n_lines - 2))
    document.signature(HOST, ON)
    document.signature_lines(["本人", "经办人"])

    last = [text for text, *_ in lines_of(pages_of(document)[-1], 16)]

    assert last[0].startswith("党")
    assert [text[:4] for text in last[-2:]] == ["本　人：", "经办人："]


def test_signature_after_a_long_table_takes_the_last_row_along():
    document = OfficialDocument("标题")
    document.table(["序号"], [[n] for n in range(1, 23)])
    document.signature(HOST, ON)

    pages = pages_of(document)

    assert len(pages) == 2
    assert "22" in pages[1].extract_text()


@pytest.mark.parametrize(
    ("label", "n", "words"),
    [
        ("本人", 3, "本　人"),
        ("监票人", 5, "监　票　人"),
        ("主持人", 4, "主　持人"),
        ("人", 3, "人　　"),
        ("主持人", 3, "主持人"),
    ],
)
def test_label_is_spread(label, n, words):
    assert spread(label, n) == words


def test_mark_stands_below_the_page_number_and_says_what_it_was_given():
    text = "http://10.0.0.5/official-documents/verify/#7K3M-9XQ2-ABCD"
    document = OfficialDocument("标题")
    document.paragraph("正文")
    document.mark("7K3M-9XQ2-ABCD", text)
    pdf = document.build()

    wanted = qr_rows(text, QR_MASK)
    bottom = 297 - 37 - 225 - (MARK_BELOW + MARK_SIDE) / MM  # millimetres from the foot of the page
    assert modules_of(pdf, left=28, bottom=bottom, side=MARK_SIDE / MM, n=len(wanted)) == [
        [int(module == 0) for module in row] for row in wanted
    ]
    assert bottom > 7
    assert "核验码 7K3M-9XQ2-ABCD" in pages_of(document)[0].extract_text()


def modules_of(pdf, *, left, bottom, side, n):
    """Look at the middle of each module of the picture, without the quiet zone."""
    scale = 12
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=scale, grayscale=True).to_pil()
    module = side / (n + 2 * QUIET)
    top = 297 - bottom - side

    def is_dark(row, column):
        x, y = left + (column + QUIET + 0.5) * module, top + (row + QUIET + 0.5) * module
        return int(picture.getpixel((round(x * MM * scale), round(y * MM * scale))) < 128)

    return [[is_dark(row, column) for column in range(n)] for row in range(n)]
