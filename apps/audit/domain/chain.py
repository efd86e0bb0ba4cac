"""The hash chain of the log: each entry seals the one before it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def entry_hash(previous_hash: str, content: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the previous hash and the entry's canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()
