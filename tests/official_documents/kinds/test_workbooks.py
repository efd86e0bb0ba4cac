"""Every workbook opens in LibreOffice without repair, holds no formula of a person's words, has numbers as numbers, and prints on A4."""

import io
import re
import zipfile
from collections import Counter
from decimal import Decimal
from xml.etree import ElementTree

import pypdfium2
import pytest
from openpyxl import load_workbook

from apps.official_documents.domain.scopes import Format
from apps.official_documents.kit.kinds import all_kinds
from tests.official_documents.kinds.samples import file_of, longer, retyped

HOSTILE = [
    "=1+1", '=cmd|"/c calc"!A1', "+1+cmd", "-2+3", "@SUM(A1:A9)", '=HYPERLINK("http://x","点")', "\t=1+1", "\r\n=1+1",
    "'=1+1", "=WEBSERVICE(\"http://x\")", "＝1＋1", "<a>&amp;]]>",
]  # fmt: skip
KINDS = [kind for kind in all_kinds() if Format.XLSX in kind.formats]
IDS = [kind.key for kind in KINDS]
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
LONG = 150  # lines: more than one page takes however small they are printed
A4_PORTRAIT = (595, 842)


def book_of(kind, content=None):
    return file_of(kind, content, Format.XLSX)


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name).decode(errors="replace") for name in parts.namelist()}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_words_of_people_never_become_formulas(kind, text):
    content = book_of(kind, retyped(kind.demonstration(), text))
    sheets = {name: xml for name, xml in parts_of(content).items() if name.startswith("xl/worksheets/")}

    assert sheets
    assert not [name for name, xml in sheets.items() if re.search(r"<f[ >/]", xml)]
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value[:1] in {"=", "+", "-", "@"}:
                    assert cell.quotePrefix


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_every_sheet_prints_on_a4_with_its_head_repeated(kind):
    for sheet in load_workbook(io.BytesIO(book_of(kind))).worksheets:
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert re.fullmatch(r"\$\d+:\$\d+", sheet.print_title_rows)
        assert sheet.print_area
        assert sheet.freeze_panes


@pytest.mark.parametrize("key", ["summary_table", "deliberation_sheet"])
def test_scores_are_numbers_with_the_decimals_of_the_scheme(key):
    kind = next(one for one in KINDS if one.key == key)
    sheet = load_workbook(io.BytesIO(book_of(kind))).worksheets[0]
    head = next(row for row in sheet.iter_rows() if "总分" in [cell.value for cell in row])
    column = next(cell.column for cell in head if cell.value == "总分")
    cells = [sheet.cell(row, column) for row in range(head[0].row + 1, sheet.max_row + 1)]

    numbers = [cell for cell in cells if cell.data_type == "n" and cell.value is not None]
    assert len(numbers) >= 3
    assert {cell.number_format for cell in numbers} == {"0.00"}
    assert {cell.value for cell in cells if cell.data_type == "s"} <= {"不显示"}


# -- in LibreOffice


@pytest.fixture(scope="module")
def opened(office, tmp_path_factory, django_db_setup, django_db_blocker):
    """Kind -> its workbook (long, every word hostile) as LibreOffice read it and saved it again, and as it prints it."""
    folder = tmp_path_factory.mktemp("workbooks")
    paths = []
    for n, kind in enumerate(KINDS):
        path = folder / f"{kind.key}.xlsx"
        with django_db_blocker.unblock():  # invented data, but the names of the fields are read
            content = kind.demonstration()
        path.write_bytes(book_of(kind, retyped(longer(content, LONG), HOSTILE[n % len(HOSTILE)])))
        paths.append(path)
    as_ods = office.convert(paths, "ods", folder / "ods")
    as_pdf = office.convert(paths, "pdf", folder / "pdf")
    return {kind.key: triple for kind, *triple in zip(KINDS, paths, as_ods, as_pdf, strict=True)}


def numbers_in(content):
    """The numbers of an ods; cells and rows that are alike are written once with how often they stand there."""
    found = Counter()
    for row in ElementTree.fromstring(content).iter(f"{TABLE}table-row"):
        n_rows = int(row.get(f"{TABLE}number-rows-repeated", 1))
        for cell in row:
            if cell.get(f"{OFFICE}value-type") == "float":
                n = int(cell.get(f"{TABLE}number-columns-repeated", 1))
                found[Decimal(cell.get(f"{OFFICE}value"))] += n * n_rows
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("office")
@pytest.mark.parametrize("key", IDS)
def test_libreoffice_reads_what_was_written(opened, key):
    written, as_ods, _ = opened[key]
    content = zipfile.ZipFile(as_ods).read("content.xml").decode()
    book = load_workbook(written)
    numbers = Counter(
        Decimal(str(cell.value))
        for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
        if cell.data_type == "n" and cell.value is not None
    )  # fmt: skip

    assert "table:formula" not in content
    assert content.count("<table:table ") == len(book.worksheets)
    assert numbers_in(content) == numbers
    assert content.count("<table:table-header-rows>") == len(book.worksheets)


@pytest.mark.slow
@pytest.mark.xdist_group("office")
@pytest.mark.parametrize("key", IDS)
def test_libreoffice_prints_it_on_a4_with_the_head_on_every_page(opened, key):
    written, _, as_pdf = opened[key]
    pdf = pypdfium2.PdfDocument(as_pdf)
    sizes = {tuple(sorted(round(side) for side in page.get_size())) for page in pdf}
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    pdf.close()
    sheets = load_workbook(written).worksheets
    heads = [_head(sheet) for sheet in sheets]

    assert sizes == {A4_PORTRAIT}
    assert [page for page in pages if not any(head in page for head in heads)] == []
    if max(sheet.max_row for sheet in sheets) > LONG:
        assert len(pages) > len(sheets)  # a long table takes several pages


def _head(sheet):
    """The first words of the repeated row, as they stand on a page."""
    row = int(sheet.print_title_rows.strip("$").partition(":")[0])
    return "".join(f"{sheet.cell(row, column).value}" for column in (1, 2))
