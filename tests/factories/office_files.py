"""Files that are no .xlsx, made byte by byte: compound files (old Office), zips of other programs."""

import io
import struct
import zipfile

SECTOR = 512
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STREAM = 8 * SECTOR  # as long as a stream must be to stand in sectors of its own
BIFF8 = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0, 0, 0, 0) + struct.pack("<HH", 0x000A, 0)


def compound_file(streams):
    """Return a compound file (MS-CFB, version 3) with up to three streams by name."""
    entries = [_entry("Root Entry", 5, child=1)]
    fat, bodies = [FAT_SECTOR, END], []
    for number, (name, body) in enumerate(streams.items(), start=1):
        start = len(fat)
        fat += [*range(start + 1, start + 8), END]
        bodies.append(body[:STREAM].ljust(STREAM, b"\0"))
        right = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, right=right, start=start, size=STREAM))
    entries += [_entry("", 0)] * (4 - len(entries))
    table = b"".join(struct.pack("<I", one) for one in fat).ljust(SECTOR, b"\xff")
    return _header() + table + b"".join(entries) + b"".join(bodies)


def _header():
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\0" * 6 + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 0x1000, END, 0, END, 0)
    return (head + struct.pack("<I", 0)).ljust(SECTOR, b"\xff")


def _entry(name, kind, *, child=FREE, right=FREE, start=0, size=0):
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    return (
        text.ljust(64, b"\0") + struct.pack("<HBBIII", length, kind, 1, FREE, right, child)
        + b"\0" * 36 + struct.pack("<IQ", start, size)
    )  # fmt: skip


def old_workbook():
    """Return an empty .xls (BIFF8)."""
    return compound_file({"Workbook": BIFF8})


def locked_workbook():
    """Return an .xlsx with a password to open it, as Excel and WPS wrap it (MS-OFFCRYPTO)."""
    return compound_file({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\x99" * STREAM})


def old_letter():
    """Return a .doc."""
    return compound_file({"WordDocument": b"\xec\xa5"})


def zip_file(parts):
    """Return a zip of the parts, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def open_document_sheet():
    """Return an .ods."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zip_file(
        {"mimetype": kind, "content.xml": "<office:document-content/>", "META-INF/manifest.xml": "<x/>"}
    )


def binary_workbook():
    """Return an .xlsb."""
    return zip_file({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83\x01\0"})
