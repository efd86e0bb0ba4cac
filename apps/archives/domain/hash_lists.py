"""The list of hashes in an archive, in the format that ``sha256sum -c`` reads: hash, two blanks, name; sorted by name."""

import re
from collections.abc import Mapping

HASH_LIST = "SHA256SUMS.txt"
LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")


def render_hash_list(hashes: Mapping[str, str]) -> bytes:
    """Return the list of ``name -> SHA-256 in hex``."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())).encode()


def read_hash_list(content: bytes) -> dict[str, str]:
    """Return ``name -> SHA-256``.

    :raises ValueError: it is not written exactly as ``render_hash_list`` writes it.
    """
    found: dict[str, str] = {}
    for line in content.decode().split("\n")[:-1]:
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(line[:80])
        found[match[2]] = match[1]
    if render_hash_list(found) != content:
        raise ValueError("not in the order or form it was written")
    return found
