"""Is an archive as it was made? Standard library only (with its two neighbours), so that it can be carried to a laptop.

The frame of the zip is written again from the names and contents found and compared byte by byte; the contents are compared with
the list of hashes. Whatever was changed, taken out or put in is named. Contents are read in pieces: memory stays small.
"""

import hashlib
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from apps.archives.domain.hash_lists import HASH_LIST, read_hash_list
from apps.archives.domain.stored_zip import Entry, directory, local_header

PIECE = 1 << 20
MAGIC = b"PK\x03\x04"
UNREADABLE = (
    zipfile.BadZipFile,
    struct.error,
    ValueError,
    NotImplementedError,
    OverflowError,
    EOFError,
    KeyError,
)
FRAME = "（压缩包的目录）"


class NotAnArchiveError(ValueError):
    """The file is no zip at all. Carries words for people."""


@dataclass(slots=True)
class Findings:
    """What was found. ``broken``, ``missing`` and ``extra`` are names inside the archive, in its order."""

    n_files: int = 0
    sha256: str = ""
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Tell whether everything is as it was made."""
        return not (self.broken or self.missing or self.extra)

    def lines(self) -> list[str]:
        """Return one sentence for each fault."""
        kinds = (("内容被改动或损坏", self.broken), ("缺少", self.missing), ("多出", self.extra))
        return [f"{words}：{name}" for words, names in kinds for name in names]


def verify_archive(path: Path) -> Findings:
    """Compare everything in the file with what it should be.

    :raises NotAnArchiveError: the file is no zip.
    :raises OSError: it cannot be read.
    """
    with path.open("rb") as file:
        infos = _infos(file)
        if infos is None:
            if file.seek(0) == 0 and file.read(4) != MAGIC:
                raise NotAnArchiveError("这个文件不是归档包（不是 zip 格式）。请选择从“归档”页面下载的文件。")
            return Findings(sha256=_whole(file), broken=[FRAME])
        findings = Findings(n_files=len(infos), sha256=_whole(file))
        _check_contents(file, infos, findings)
    return findings


def _infos(file: IO[bytes]) -> list[zipfile.ZipInfo] | None:
    """Return the entries by their place in the file; ``None`` if the directory cannot be read."""
    try:
        return sorted(zipfile.ZipFile(file).infolist(), key=lambda info: info.header_offset)
    except UNREADABLE:
        return None


def _whole(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for piece in _pieces(file, None):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(file: IO[bytes], size: int | None) -> Iterator[bytes]:
    """Yield ``size`` bytes from here on, or all; fewer if the file ends before."""
    left = size
    while left is None or left > 0:
        piece = file.read(PIECE if left is None else min(PIECE, left))
        if not piece:
            return
        left = None if left is None else left - len(piece)
        yield piece


def _check_contents(file: IO[bytes], infos: list[zipfile.ZipInfo], findings: Findings) -> None:
    """Walk through the file from its first byte to its last."""
    place, entries, listed = 0, [], b""
    for info in infos:
        entry, content = _read(file, info, place)
        file.seek(place)
        if info.header_offset != place or file.read(len(local_header(entry))) != local_header(entry):
            findings.broken.append(info.filename)
        if info.filename == HASH_LIST:
            listed = content
        place += len(local_header(entry)) + entry.size
        entries.append(entry)
    file.seek(place)
    expected = directory(entries)
    if file.read(len(expected) + 1) != expected:
        findings.broken.append(FRAME)
    _compare(entries, listed, findings)


def _read(file: IO[bytes], info: zipfile.ZipInfo, place: int) -> tuple[Entry, bytes]:
    """Return the entry as its content is, and the content itself if it is the list of hashes."""
    name = info.filename.encode(errors="replace").decode()
    header = len(local_header(Entry(name, info.file_size, 0)))
    file.seek(place + header)
    crc, size, digest, kept = 0, 0, hashlib.sha256(), b""
    for piece in _pieces(file, info.file_size):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        digest.update(piece)
        if name == HASH_LIST:
            kept += piece
    return Entry(name, size, crc, digest.hexdigest()), kept


def _compare(entries: list[Entry], listed: bytes, findings: Findings) -> None:
    """Compare the contents with the list of hashes."""
    names = [entry.name for entry in entries]
    if HASH_LIST not in names:
        findings.missing.append(HASH_LIST)
        return
    try:
        hashes = read_hash_list(listed)
    except ValueError:
        findings.broken.append(HASH_LIST)
        return
    found = {entry.name: entry.sha256 for entry in entries if entry.name != HASH_LIST}
    broken = [name for name, digest in found.items() if hashes.get(name, digest) != digest]
    findings.broken += [name for name in broken if name not in findings.broken]
    findings.missing += [name for name in hashes if name not in found]
    findings.extra += [name for name in found if name not in hashes]
    findings.extra += [name for name, n in Counter(names).items() if n > 1]
