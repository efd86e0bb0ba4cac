"""What lies in an archive that has been made."""

import zipfile
from pathlib import Path

from apps.archives.domain.hash_lists import HASH_LIST, read_hash_list
from apps.archives.domain.stored_zip import Entry

INDEX_PDF, INDEX_XLSX = "归档目录.pdf", "归档目录.xlsx"
NOT_LISTED = (HASH_LIST, INDEX_PDF, INDEX_XLSX)  # they list the others


def entries_of_archive(path: Path) -> list[Entry]:
    """Return the entries that the index lists, in their order."""
    with zipfile.ZipFile(path) as archive:
        hashes = read_hash_list(archive.read(HASH_LIST))
        return [
            Entry(info.filename, info.file_size, info.CRC, hashes[info.filename])
            for info in archive.infolist()
            if info.filename not in NOT_LISTED
        ]
