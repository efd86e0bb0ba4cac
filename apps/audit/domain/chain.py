"""The hash chain of the log: each entry seals the one before it.

The content of an entry is versioned: what the hash of an old entry covers never changes, so old chains stay valid.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64
VERSION = 2
SUITES = {"sha256": "SHA-256", "sm3": "SM3"}
"""Hash functions an entry may name, each of 64 hex digits."""


def entry_hash(previous_hash: str, content: Mapping[str, Any], suite: str = "sha256") -> str:
    """Return the hash (hex) of the previous hash and the entry's canonical JSON.

    :raises ValueError: the suite is unknown, here or to OpenSSL.
    """
    if suite not in SUITES:
        raise ValueError(f"{suite!r} is no suite of the log")
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.new(suite, f"{previous_hash}\n{canonical}".encode()).hexdigest()
