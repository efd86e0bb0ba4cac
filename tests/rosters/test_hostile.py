"""Hostile files: refused within 200 ms and 50 MB, measured in a process of its own that is ready to read workbooks."""

import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings as django_settings

from tests.factories.office_files import zip_file
from tests.factories.rosters import ROOT, workbook
from tests.rosters.test_guard import MAIN, SHEET, changed

MEGABYTE = 1024 * 1024
CHILD = """
import json, sys, time
from apps.rosters.errors import WorkbookRefused
from apps.rosters.kit.workbook import read_workbook
ready = open(sys.argv[1], "rb").read()
read_workbook(ready)
content = open(sys.argv[2], "rb").read()
def status(name):  # of this program only; ru_maxrss would count what its parent held before
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))
open("/proc/self/clear_refs", "w").write("5")  # the peak starts anew
before = status("VmRSS")
start = time.process_time()
try:
    read_workbook(content)
    words = ""
except WorkbookRefused as refusal:
    words = refusal.message
seconds = time.process_time() - start
print(json.dumps([words, seconds, (status("VmHWM") - before) / 1024]))
"""


def bomb(megabytes):
    """A worksheet of blanks: a thousandth of its size when packed."""
    return changed(workbook(), {SHEET: b"<worksheet>" + b" " * (megabytes * MEGABYTE)})


def large_bomb():
    """Ten megabytes that unpack to ten gigabytes: many parts that share what they are packed from."""
    inner = b"\0" * (50 * MEGABYTE)
    parts = {f"xl/media/{n}.bin": inner for n in range(4)}
    noise = bytes(range(256)) * 4096
    content = changed(workbook(), parts)
    return content + b"\0" * max(0, 9 * MEGABYTE - len(content) - len(noise))


def lying_directory():
    content = bytearray(bomb(80))
    real = (len("<worksheet>") + 80 * MEGABYTE).to_bytes(4, "little")
    while (place := content.find(real)) >= 0:
        content[place : place + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


def empty_rows():
    rows = "".join(f'<row r="{n}" spans="1:8" ht="14.25"/>' for n in range(1, 1_048_577))
    return changed(
        workbook([ROOT]), {SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'}
    )


def short_empty_rows():
    """As many rows in so few bytes that only counting them tells."""
    rows = "<row/>" * 1_048_576
    return changed(
        workbook([ROOT]), {SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'}
    )


def laughs():
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return changed(
        workbook([ROOT]),
        {"xl/sharedStrings.xml": f"<!DOCTYPE s [{entities}]><sst><si><t>&a9;</t></si></sst>"},
    )


def external_entity():
    body = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst><si><t>&e;</t></si></sst>'
    return changed(workbook([ROOT]), {"xl/sharedStrings.xml": body})


def nested():
    inner = zip_file({"a.bin": b"\0" * (20 * MEGABYTE)})
    for _ in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(10):
                archive.writestr(f"{n}.zip", inner)
        inner = out.getvalue()
    return inner


def far_cell():
    cell = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return changed(
        workbook([ROOT]), {SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{cell}</sheetData></worksheet>'}
    )


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "sound.xlsx"
    path.write_bytes(workbook([ROOT]))
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bomb(80), "解开后过大"),
        (large_bomb, r"解开后过大|已损坏"),
        (lying_directory, r"已损坏|过大"),
        (empty_rows, r"行以上（大多是空白行）|解开后过大"),
        (short_empty_rows, r"行以上（大多是空白行）|解开后过大"),
        (laughs, "外部定义"),
        (external_entity, "外部定义"),
        (nested, "压缩文件"),
        (far_cell, "超出范围"),
    ],
    ids=["80 KB bomb", "large bomb", "lying directory", "empty rows", "short empty rows", "billion laughs",
         "external entity", "nested zip", "far cell"],
)  # fmt: skip
def test_hostile_file_is_refused_in_no_time_and_no_memory(make, words, ready, tmp_path):
    import re

    path = tmp_path / "hostile.xlsx"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ready), str(path)],
        cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip

    told, seconds, megabytes = json.loads(done.stdout)

    assert re.search(words, told), told
    assert seconds < 0.2
    assert megabytes < 50
