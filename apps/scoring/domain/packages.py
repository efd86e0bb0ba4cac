"""The result package: everything from which anybody can compute the results again, as a zip of plain files.

Source: design.md section 8. CSV parts are UTF-8 with BOM, RFC 4180 (CRLF, quotes doubled); free text never starts like a formula. The
same content gives the same bytes: parts carry no time.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def json_bytes(value: object) -> bytes:
    """Return one JSON part, laid out for people."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def package_bytes(manifest: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """Return the zip: all parts, and a manifest with the SHA-256 of each."""
    told = {**manifest, "parts": {name: digest(content) for name, content in sorted(parts.items())}}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in ((MANIFEST, json_bytes(told)), *sorted(parts.items())):
            zipped.writestr(_entry(name), content)
    return file.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
