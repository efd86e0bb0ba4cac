"""What is inside a sealed ballot, its padding to one length, and whether it counts.

Source: design.md section 4 (blank = abstention) and section 5 (fixed length, bound to session and slip).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from apps.evaluations.domain.ballot_papers import BallotPaper, canonical_json
from apps.evaluations.domain.slips import SELECTOR_LENGTH

Marks = Mapping[str, Mapping[str, str]]  # subject id -> item id -> option
PAD_MARK = b"\x80"
STEP = 64
VERSION = 1


class VoidReason(Enum):
    """Why a ballot does not count."""

    UNREADABLE = "unreadable"  # not sealed to this key, or no ballot at all
    FOREIGN = "foreign"  # sealed for another slip, session or form
    UNKNOWN_MARK = "unknown_mark"  # names a reviewee, item or option that is not on the form


@dataclass(frozen=True, slots=True)
class Verdict:
    """Marks of a ballot that counts, or the reason why it does not."""

    marks: Marks | None
    reason: VoidReason | None = None

    @property
    def is_blank(self) -> bool:
        """A valid ballot without a single mark: abstention throughout."""
        return self.marks is not None and not any(self.marks.values())


def ballot_text(paper: BallotPaper, selector: str, marks: Marks) -> bytes:
    """Return the canonical content: marks bound to the session, the form and the slip."""
    return canonical_json(
        {"c": selector, "f": paper.form_hash, "m": marks, "s": paper.session_id, "v": VERSION}
    )


def pad_bytes(paper: BallotPaper) -> int:
    """Return the length every ballot of this form is padded to: the longest possible one, and one byte for the mark."""
    longest = max(paper.options, key=lambda option: len(option.value)).value
    full = {str(s.id): {str(i.id): longest for i in paper.items} for s in paper.subjects}
    n = len(ballot_text(paper, "Z" * SELECTOR_LENGTH, full)) + 1
    return -(-n // STEP) * STEP


def pad(text: bytes, length: int) -> bytes:
    """Fill ``text`` up to exactly ``length`` bytes.

    :raises ValueError: the text does not fit.
    """
    if len(text) >= length:
        raise ValueError("longer than any ballot of this form")
    return (text + PAD_MARK).ljust(length, b"\x00")


def unpad(padded: bytes) -> bytes:
    """Return what ``pad`` was given.

    :raises ValueError: no padding.
    """
    text, mark, rest = padded.rpartition(PAD_MARK)
    if not mark or rest.strip(b"\x00"):
        raise ValueError("no padding")
    return text


def judge(paper: BallotPaper, selector: str, padded: bytes) -> Verdict:
    """Decide whether an unsealed ballot that lay under slip ``selector`` counts."""
    try:
        content = json.loads(unpad(padded))
    except (ValueError, RecursionError):
        return Verdict(None, VoidReason.UNREADABLE)
    if not isinstance(content, dict):
        return Verdict(None, VoidReason.UNREADABLE)
    bound = (content.get("v"), content.get("s"), content.get("c"), content.get("f"))
    if bound != (VERSION, paper.session_id, selector, paper.form_hash):
        return Verdict(None, VoidReason.FOREIGN)
    if not is_on_form(paper, content.get("m")):
        return Verdict(None, VoidReason.UNKNOWN_MARK)
    return Verdict(content["m"])


def is_on_form(paper: BallotPaper, marks: object) -> bool:
    """Tell whether ``marks`` names only reviewees, items and options of the form; leaving out is always allowed."""
    subjects = {str(subject.id) for subject in paper.subjects}
    items = {str(item.id) for item in paper.items}
    options = {option.value for option in paper.options}
    if not isinstance(marks, dict) or not marks.keys() <= subjects:
        return False
    return all(
        isinstance(row, dict)
        and row.keys() <= items
        and all(isinstance(mark, str) and mark in options for mark in row.values())
        for row in marks.values()
    )
