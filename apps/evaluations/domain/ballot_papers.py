"""The evaluation form of one session: who is asked about, and the parts (one form of the scheme each). Frozen with the key.

Its canonical JSON is hashed; the hash is inside every sealed ballot, in the closing record and in the signed PDF.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from apps.cycles.domain.papers.templates import PaperTemplate, describe_template, template_from

FORMAT = 2


def canonical_json(value: object) -> bytes:
    """Return JSON that is equal byte for byte wherever it is made: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Subject:
    """One reviewee on the form."""

    id: int
    order_no: int
    name: str
    organization: str
    post: str
    mode: str


@dataclass(frozen=True, slots=True)
class Part:
    """One form of the scheme inside the ballot. ``key`` names it there; ``paper_id`` is its row."""

    key: str
    paper_id: int
    name: str
    template: PaperTemplate


@dataclass(frozen=True)
class BallotPaper:
    """The whole form of one session."""

    session_id: int
    title: str
    parts: tuple[Part, ...]
    subjects: tuple[Subject, ...]

    def describe(self) -> dict[str, Any]:
        """Return plain JSON; ``from_description`` reads it back."""
        return {
            "v": FORMAT,
            "session_id": self.session_id,
            "title": self.title,
            "parts": self._described_parts(),
            "subjects": [asdict(subject) for subject in self.subjects],
        }

    def _described_parts(self) -> list[dict[str, Any]]:
        return [
            {"key": p.key, "paper_id": p.paper_id, "name": p.name, "template": describe_template(p.template)}
            for p in self.parts
        ]

    @cached_property
    def form_hash(self) -> str:
        """SHA-256 of the canonical description, in hex."""
        return hashlib.sha256(canonical_json(self.describe())).hexdigest()

    @cached_property
    def parts_hash(self) -> str:
        """SHA-256 of the parts alone: equal for a session and its rehearsal, which have numbers of their own."""
        return hashlib.sha256(canonical_json(self._described_parts())).hexdigest()

    @cached_property
    def subject_ids(self) -> tuple[str, ...]:
        """The reviewees' numbers as ballots write them, in the order of the form."""
        return tuple(str(subject.id) for subject in self.subjects)

    def part(self, key: str) -> Part | None:
        """Return the part of this key."""
        return next((part for part in self.parts if part.key == key), None)


def from_description(described: Mapping[str, Any]) -> BallotPaper:
    """Return the form a session stored."""
    return BallotPaper(
        session_id=described["session_id"],
        title=described["title"],
        parts=tuple(
            Part(one["key"], one["paper_id"], one["name"], template_from(one["template"]))
            for one in described["parts"]
        ),
        subjects=tuple(Subject(**subject) for subject in described["subjects"]),
    )
