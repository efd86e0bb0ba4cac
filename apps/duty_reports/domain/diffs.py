"""What changed between two rounds, sentence by sentence and inside a sentence character by character."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
FINE_LIMIT = 400  # characters; longer rewrites are shown as a whole: finer would be slow and unreadable
ALIKE = 0.4  # share of equal characters below which two sentences are two sentences, not one rewritten


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. ``kind`` is "same", "added" or "removed"."""

    kind: str
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """Return pieces in reading order: "same" and "removed" make up ``old``, "same" and "added" make up ``new``."""
    found: list[Piece] = []
    for piece in _by_sentence(sentences(old), sentences(new)):
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def sentences(text: str) -> list[str]:
    """Split behind 。！？； and line ends; joined again they are the text."""
    return re.findall(r"[^。！？；\n]*[。！？；\n]|[^。！？；\n]+", text)


def _by_sentence(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace":
            yield from _rewritten(old[i1:i2], new[j1:j2])
        else:
            yield from _pieces(tag, "".join(old[i1:i2]), "".join(new[j1:j2]))


def _rewritten(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Compare rewritten sentences one by one; what has no counterpart follows behind."""
    n_pairs = min(len(old), len(new))
    for before, after in zip(old[:n_pairs], new[:n_pairs], strict=True):
        yield from _by_character(before, after)
    yield from _pieces("replace", "".join(old[n_pairs:]), "".join(new[n_pairs:]))


def _by_character(old: str, new: str) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > FINE_LIMIT or matcher.ratio() < ALIKE:
        yield from _pieces("replace", old, new)
        return
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield from _pieces(tag, old[i1:i2], new[j1:j2])


def _pieces(tag: str, before: str, after: str) -> Iterator[Piece]:
    if tag == "equal":
        yield Piece(SAME, before)
        return
    if before:
        yield Piece(REMOVED, before)
    if after:
        yield Piece(ADDED, after)
