"""The evaluation form (测评表): who is asked about, in which items, with which options. Frozen with the key.

Its canonical JSON is hashed; the hash is inside every sealed ballot, in the closing record and in the signed PDF.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any


def canonical_json(value: object) -> bytes:
    """Return JSON that is equal byte for byte wherever it is made: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Item:
    """One question, asked about every reviewee."""

    id: int
    name: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One reviewee on the form."""

    id: int
    order_no: int
    name: str
    organization: str
    post: str
    mode: str


@dataclass(frozen=True)
class BallotPaper:
    """The whole form of one session."""

    session_id: int
    title: str
    items: tuple[Item, ...]
    options: tuple[Option, ...]
    subjects: tuple[Subject, ...]

    def describe(self) -> dict[str, Any]:
        """Return plain JSON; ``from_description`` reads it back."""
        return {"v": 1} | asdict(self)

    @cached_property
    def form_hash(self) -> str:
        """SHA-256 of the canonical description, in hex."""
        return hashlib.sha256(canonical_json(self.describe())).hexdigest()


def from_description(described: Mapping[str, Any]) -> BallotPaper:
    """Return the form a session stored."""
    return BallotPaper(
        session_id=described["session_id"],
        title=described["title"],
        items=tuple(Item(**item) for item in described["items"]),
        options=tuple(Option(**option) for option in described["options"]),
        subjects=tuple(Subject(**subject) for subject in described["subjects"]),
    )
