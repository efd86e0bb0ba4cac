"""What is inside a sealed ballot, and its padding to one length.

Source: design.md section 4 (blank = abstention) and section 5 (fixed length, bound to session and slip). Whether a ballot that
can be read also counts is for the rules of its form (``cycles.domain.papers.validity``).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from apps.cycles.domain.papers.answers import is_allowed, longest_answer
from apps.cycles.domain.papers.templates import (
    MAX_ALL_TEXTS,
    CommentPolicy,
    ItemKind,
    PaperTemplate,
)
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, canonical_json
from apps.evaluations.domain.slips import SELECTOR_LENGTH

Marks = Mapping[str, Mapping[str, Mapping[str, str]]]  # part -> subject id -> item key -> answer
Texts = Mapping[
    str, Mapping[str, Mapping[str, str]]
]  # part -> subject id or WHOLE -> item key or COMMENT -> words
WHOLE = "0"
COMMENT = "c"
PAD_MARK = b"\x80"
STEP = 64
VERSION = 2
MOST_BYTES = 4  # of one character in UTF-8; the two that JSON escapes take two
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


class VoidReason(Enum):
    """Why a ballot cannot even be judged by the rules of its form."""

    UNREADABLE = "unreadable"  # not sealed to this key, or no ballot at all
    FOREIGN = "foreign"  # sealed for another slip, session or form
    UNKNOWN_MARK = "unknown_mark"  # says what the form does not offer
    FORGED = "forged"  # not put into the urn by the casting service


@dataclass(frozen=True, slots=True)
class Verdict:
    """Marks and words of a ballot that can be read, or the reason why it does not count."""

    marks: Marks | None
    reason: VoidReason | None = None
    texts: Texts = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """A readable ballot without a single mark: abstention throughout."""
        return self.marks is not None and not any(
            row for part in self.marks.values() for row in part.values()
        )


def tidy_text(text: str, max_chars: int) -> str:
    """Return words as they go into a ballot: no control characters, no half characters, at most ``max_chars``."""
    return UNPRINTABLE.sub(" ", text).strip()[:max_chars].strip()


def ballot_text(paper: BallotPaper, selector: str, marks: Marks, texts: Texts | None = None) -> bytes:
    """Return the canonical content: marks and words bound to the session, the form and the slip."""
    content: dict[str, Any] = {
        "c": selector,
        "f": paper.form_hash,
        "m": marks,
        "s": paper.session_id,
        "v": VERSION,
    }
    return canonical_json(content | {"t": texts} if texts else content)


def pad_bytes(paper: BallotPaper) -> int:
    """Return the length every ballot of this form is padded to: the longest possible one, and one byte for the mark."""
    n_subjects = len(paper.subjects)
    full = {
        part.key: {
            subject: {
                item.key: longest_answer(part.template, item, n_subjects=n_subjects)
                for item in part.template.items
                if item.kind is not ItemKind.TEXT
            }
            for subject in paper.subject_ids
        }
        for part in paper.parts
    }
    slots = {part.key: _empty_texts(paper, part) for part in paper.parts if part.template.has_texts}
    words = MAX_ALL_TEXTS * MOST_BYTES if slots else 0
    n = len(ballot_text(paper, "Z" * SELECTOR_LENGTH, full, slots)) + words + 1
    return -(-n // STEP) * STEP


def _empty_texts(paper: BallotPaper, part: Part) -> dict[str, dict[str, str]]:
    return {
        subject: dict.fromkeys(keys, "")
        for subject in (WHOLE, *paper.subject_ids)
        if (keys := text_slots(part.template, subject))
    }


def text_slots(template: PaperTemplate, subject: str) -> dict[str, int]:
    """Return where words may stand about ``subject`` (or ``WHOLE``), and how many characters each place takes."""
    if subject == WHOLE:
        return {COMMENT: template.comment_max_chars} if template.comments is CommentPolicy.WHOLE else {}
    slots = {item.key: item.max_chars for item in template.items if item.kind is ItemKind.TEXT}
    if template.comments is CommentPolicy.PER_PERSON:
        slots[COMMENT] = template.comment_max_chars
    return slots


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
    """Read an unsealed ballot that lay under slip ``selector``, or say why it cannot count."""
    try:
        content = json.loads(unpad(padded))
    except (ValueError, RecursionError):
        return Verdict(None, VoidReason.UNREADABLE)
    if not isinstance(content, dict):
        return Verdict(None, VoidReason.UNREADABLE)
    bound = (content.get("v"), content.get("s"), content.get("c"), content.get("f"))
    if bound != (VERSION, paper.session_id, selector, paper.form_hash):
        return Verdict(None, VoidReason.FOREIGN)
    marks, texts = content.get("m"), content.get("t", {})
    if not (is_on_form(paper, marks) and are_texts_on_form(paper, texts)):
        return Verdict(None, VoidReason.UNKNOWN_MARK)
    return Verdict(marks, texts=texts)


def is_on_form(paper: BallotPaper, marks: object) -> bool:
    """Tell whether ``marks`` says only what the form offers; leaving out is always allowed."""
    if not isinstance(marks, dict):
        return False
    return all(
        (part := paper.part(key)) is not None and _are_rows_on_form(paper, part, rows)
        for key, rows in marks.items()
    )


def _are_rows_on_form(paper: BallotPaper, part: Part, rows: object) -> bool:
    if not isinstance(rows, dict) or not rows.keys() <= set(paper.subject_ids):
        return False
    n_subjects = len(paper.subjects)
    allowed: dict[tuple[str, str], bool] = {}
    items = {item.key: item for item in part.template.items if item.kind is not ItemKind.TEXT}
    for row in rows.values():
        if not isinstance(row, dict):
            return False
        for key, answer in row.items():
            if not isinstance(answer, str) or key not in items:
                return False
            known = allowed.get((key, answer))
            if known is None:
                known = is_allowed(part.template, items[key], answer, n_subjects=n_subjects)
                allowed[key, answer] = known
            if not known:
                return False
    return True


def are_texts_on_form(paper: BallotPaper, texts: object) -> bool:
    """Tell whether all words stand where the form takes them, in its limits and in printable characters."""
    places = list(_text_places(paper, texts))
    if None in places:
        return False
    return sum(len(text) for _, text in filter(None, places)) <= MAX_ALL_TEXTS


def _text_places(paper: BallotPaper, texts: object) -> Iterator[tuple[str, str] | None]:
    """Yield every text; ``None`` for whatever is not one the form takes."""
    if not isinstance(texts, dict):
        yield None
        return
    known = {WHOLE, *paper.subject_ids}
    for key, rows in texts.items():
        part = paper.part(key)
        if part is None or not isinstance(rows, dict) or not rows.keys() <= known:
            yield None
            return
        for subject, row in rows.items():
            slots = text_slots(part.template, subject)
            if not isinstance(row, dict) or not row.keys() <= slots.keys():
                yield None
                return
            for slot, text in row.items():
                fits = isinstance(text, str) and len(text) <= slots[slot] and not UNPRINTABLE.search(text)
                yield (slot, text) if fits else None
