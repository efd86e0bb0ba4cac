"""The list of receipts and its Merkle root (RFC 6962 style hashing: leaves and nodes never look alike)."""

import hashlib
from collections.abc import Iterable


def merkle_root(trackers: Iterable[str]) -> str:
    """Return the root over the sorted trackers, in hex. The order they came in leaves no trace."""
    row = [hashlib.sha256(b"\x00" + tracker.encode()).digest() for tracker in sorted(trackers)]
    if not row:
        return hashlib.sha256(b"").hexdigest()
    while len(row) > 1:
        pairs = [row[i : i + 2] for i in range(0, len(row), 2)]
        row = [
            hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest() if len(pair) > 1 else pair[0]
            for pair in pairs
        ]
    return row[0].hex()
