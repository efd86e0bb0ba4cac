"""The hash chain of the log: each entry seals the one before it.

The content of an entry is versioned: what the hash of an old entry covers never changes, so old chains stay valid.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.audit.domain.findings import ChainReport

GENESIS = "0" * 64
VERSION = 2
SUITES = {"sha256": "SHA-256", "sm3": "SM3"}
"""Hash functions an entry may name, each of 64 hex digits."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as the chain sees it."""

    content: Mapping[str, Any]
    previous_hash: str
    entry_hash: str

    @property
    def seq(self) -> int:
        """Return its number."""
        return int(self.content["seq"])


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of an entry, written down outside the database. ``seq`` ``None``: the hash alone was kept."""

    seq: int | None
    entry_hash: str


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one JSON text of a content that its hash covers."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(previous_hash: str, content: Mapping[str, Any], suite: str = "sha256") -> str:
    """Return the hash (hex) of the previous hash and the entry's canonical JSON.

    :raises ValueError: the suite is unknown, here or to OpenSSL.
    """
    if suite not in SUITES:
        raise ValueError(f"{suite!r} is no suite of the log")
    return hashlib.new(suite, f"{previous_hash}\n{canonical(content)}".encode()).hexdigest()


def read_head(words: str) -> Head:
    """Read ``SEQ:HASH``, or a hash alone.

    :raises ValueError: it is neither.
    """
    before, colon, after = words.strip().rpartition(":")
    if len(after) != len(GENESIS) or not set(after.lower()) <= set("0123456789abcdef"):
        raise ValueError(words)
    return Head(int(before) if colon else None, after.lower())


def check_links(
    links: Iterable[Link], *, first: int = 1, previous: str = GENESIS, head: Head | None = None
) -> ChainReport:
    """Recompute every hash and stop at the first entry that is missing or was changed.

    ``first`` and ``previous`` are where the links begin. With a ``head`` that was kept elsewhere, that very entry must
    be among them, so that an end cut off or written anew is found as well.
    """
    expected, start = first, first
    met = head is None or (head.seq is not None and head.seq < first) or head.entry_hash == previous
    for link in links:
        if reason := _fault(link, expected, previous) or _contradiction(link, head):
            return ChainReport(expected - start, previous, min(expected, link.seq), reason, expected - 1)
        met = met or link.entry_hash == (head.entry_hash if head else "")
        expected, previous = expected + 1, link.entry_hash
    if not met:
        return ChainReport(
            expected - start,
            previous,
            expected,
            f"另存的末条散列{_told(head)}不在其中，末尾可能被截短",
            expected - 1,
        )
    return ChainReport(expected - start, previous, last_seq=expected - 1)


def _fault(link: Link, expected: int, previous: str) -> str:
    """Return what is wrong with an entry, in words; empty if nothing is."""
    if link.seq != expected:
        return f"第 {expected} 条不见了，下一条是第 {link.seq} 条"
    if link.previous_hash != previous:
        return "记下的前一条散列与前一条不符"
    suite = str(link.content.get("suite", "sha256"))
    if suite not in SUITES or link.entry_hash != entry_hash(previous, link.content, suite):
        return "内容与记下的散列不符，已被改动"
    return ""


def _contradiction(link: Link, head: Head | None) -> str:
    if head is not None and head.seq == link.seq and head.entry_hash != link.entry_hash:
        return "与另外保存的这一条的散列不符，此条或之前的记录被整体改写过"
    return ""


def _told(head: Head | None) -> str:
    return f"（第 {head.seq} 条）" if head and head.seq is not None else ""
