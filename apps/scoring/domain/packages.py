"""The result package: everything from which anybody can compute the results again, as a zip of plain files.

Source: design.md section 8. CSV parts are UTF-8 with BOM, RFC 4180 (CRLF, quotes doubled); free text never starts like a formula. The
same content gives the same bytes: parts carry no time.
"""

import codecs
import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import IO, Any, Self

RESULTS = "spk-results-2"
SEALED = "spk-sealed-1"
MANIFEST = "manifest.json"
MARKS_HEAD = ("session", "reviewee", "group", "mark_id", "paper", "item", "option", "value")
COMMENTS_HEAD = ("session", "reviewee", "paper", "item", "text")
COMPONENTS_HEAD = (
    "reviewee",
    "component",
    "kind",
    "paper",
    "weight",
    "value",
    "out_of",
    "raw_exact",
    "raw",
    "conversion",
    "overriding",
    "place",
    "best",
    "exact",
    "rounded",
    "name",
    "source",
    "explanation",
)
ADJUSTMENTS_HEAD = ("reviewee", "adjustment", "kind", "points", "name")
RESULTS_HEAD = ("reviewee", "paper", "group", "item", "option", "figure", "exact", "rounded")
LEDGER_HEAD = (
    "session",
    "group",
    "name",
    "issued",
    "online",
    "paper",
    "void",
    "unused",
    "returned",
    "valid",
    "invalid",
    "blank",
    "partly",
)
TRACKERS_HEAD = ("session", "tracker")
REVIEWEES_HEAD = ("reviewee", "name", "organization", "post", "field")
URN_HEAD = ("group", "selector", "slip", "tracker", "ciphertext", "voucher")
ENTRIES_HEAD = ("batch", "group", "place", "returned", "salt", "code_hash", "ciphertext")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def canonical_bytes(value: object) -> bytes:
    """Return JSON that is equal byte for byte wherever it is made."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a part, in hex."""
    return hashlib.sha256(content).hexdigest()


def safe_text(text: str) -> str:
    """Return free text that no spreadsheet takes for a formula: an apostrophe goes before the sign."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return one CSV part."""
    file = io.BytesIO()
    _write_csv(file, head, rows)
    return file.getvalue()


def _write_csv(file: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one CSV part, a row at a time."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    text.detach()  # writes the rest, and leaves the file open


def json_bytes(value: object) -> bytes:
    """Return one JSON part, laid out for people."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def package_bytes(manifest: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """Return the zip: all parts, and a manifest with the SHA-256 of each."""
    file = io.BytesIO()
    with Parts() as told:
        for name, content in parts.items():
            told.add(name, content)
        told.write_package(file, manifest)
    return file.getvalue()


class Parts:
    """The parts of a package on their way into the zip. ``new_file`` opens what a part lies in meanwhile: memory, or a temporary file."""

    def __init__(self, new_file: Callable[[], IO[bytes]] = io.BytesIO) -> None:
        self.new_file = new_file
        self.files: dict[str, IO[bytes]] = {}
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        """Throw the parts away."""
        self.stack.close()

    def add(self, name: str, content: bytes) -> None:
        """Take in a part that is there already."""
        self._new(name).write(content)

    def add_csv(self, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Take in a table, a row at a time."""
        _write_csv(self._new(name), head, rows)

    def _new(self, name: str) -> IO[bytes]:
        file = self.files[name] = self.stack.enter_context(self.new_file())
        return file

    def write_package(self, target: IO[bytes], manifest: Mapping[str, Any]) -> None:
        """Write the zip: a manifest with the SHA-256 of each part, and all parts by name."""
        told = {**manifest, "parts": {name: _digest_of(file) for name, file in sorted(self.files.items())}}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
            zipped.writestr(_entry(MANIFEST), json_bytes(told))
            for name, file in sorted(self.files.items()):
                entry = _entry(name)
                entry.file_size = file.seek(0, io.SEEK_END)  # known before, as ``writestr`` knows it
                file.seek(0)
                with zipped.open(entry, "w") as part:
                    shutil.copyfileobj(file, part)


def _digest_of(file: IO[bytes]) -> str:
    file.seek(0)
    found = hashlib.sha256()
    while chunk := file.read(1 << 16):
        found.update(chunk)
    return found.hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
