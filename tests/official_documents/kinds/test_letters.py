"""Every .docx opens in LibreOffice and comes out on the page it was made for."""

import io
from collections import Counter
from itertools import pairwise

import pdfplumber
import pytest
from django.conf import settings

from apps.official_documents.domain.scopes import Format
from apps.official_documents.kit.kinds import all_kinds
from tests.official_documents.kinds.samples import file_of

KINDS = [kind for kind in all_kinds() if Format.DOCX in kind.formats]
IDS = [kind.key for kind in KINDS]
MM = 72 / 25.4
FONTS = """<?xml version="1.0"?>
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@pytest.fixture(scope="module")
def printed(office, tmp_path_factory, django_db_setup, django_db_blocker):
    """Kind -> the pages LibreOffice prints of its .docx."""
    if not office.opens_letters:
        pytest.skip("这个 LibreOffice 没有文字处理组件（Debian：apt-get install libreoffice-writer-nogui）。")
    folder = tmp_path_factory.mktemp("letters")
    paths = [folder / f"{kind.key}.docx" for kind in KINDS]
    with django_db_blocker.unblock():  # invented data, but the names of the fields are read
        for kind, path in zip(KINDS, paths, strict=True):
            path.write_bytes(file_of(kind, file_format=Format.DOCX))
    (folder / "fonts.conf").write_text(FONTS.format(fonts=settings.FONTS_DIR, cache=folder / "cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        made = office.convert(paths, "pdf", folder / "pdf")
    return {kind.key: path.read_bytes() for kind, path in zip(KINDS, made, strict=True)}


@pytest.mark.slow
@pytest.mark.xdist_group("office")
@pytest.mark.parametrize("key", IDS)
def test_libreoffice_prints_it_within_the_margins(printed, key):
    with pdfplumber.open(io.BytesIO(printed[key])) as pdf:
        for page in pdf.pages:
            chars = [char for char in page.chars if char["text"].strip()]
            assert (round(page.width / MM), round(page.height / MM)) == (210, 297)
            assert min(char["x0"] for char in chars) / MM >= 27
            assert max(char["x1"] for char in chars) / MM <= 185


@pytest.mark.slow
@pytest.mark.xdist_group("office")
@pytest.mark.parametrize("key", IDS)
def test_libreoffice_sets_28_characters_in_a_line(printed, key):
    steps = Counter()
    with pdfplumber.open(io.BytesIO(printed[key])) as pdf:
        for left, right in pairwise(char for page in pdf.pages for char in page.chars):
            if left["size"] > 15 and left["text"] >= "一" and left["top"] == right["top"]:
                steps[round(right["x0"] - left["x0"], 1)] += 1
    [(step, _)] = steps.most_common(1)

    assert 156 * MM / 28 - 0.1 <= step <= 156 * MM / 28 + 0.1
