"""Opening the urn: every ballot is torn into marks per reviewee, and each reviewee's marks are shuffled on their own.

Source: design.md section 5; DVSorder (a weak shuffle is no shuffle): ``rng`` must be ``secrets.SystemRandom``.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from apps.evaluations.domain.ballot_papers import BallotPaper, canonical_json
from apps.evaluations.domain.ballots import Verdict


@dataclass(frozen=True, slots=True)
class JudgedBallot:
    """One ballot in memory: its group and the verdict. Nothing of it is written as a whole."""

    group_id: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class TornMark:
    """What one ballot said of one reviewee."""

    subject_id: int
    group_id: int
    marks: dict[str, str]


def split_and_shuffle(paper: BallotPaper, ballots: Sequence[JudgedBallot], rng: Random) -> list[TornMark]:
    """Return all marks of the valid ballots, so ordered that neighbours of one reviewee say nothing about another's."""
    torn: list[TornMark] = []
    for subject in paper.subjects:
        own = [
            TornMark(subject.id, ballot.group_id, dict(ballot.verdict.marks.get(str(subject.id), {})))
            for ballot in ballots
            if ballot.verdict.marks is not None
        ]
        rng.shuffle(own)
        torn.extend(own)
    return torn


def marks_hash(marks: Iterable[TornMark]) -> str:
    """Return the SHA-256 of the multiset of marks: the same after every opening, whatever the shuffle."""
    lines = sorted(canonical_json([mark.subject_id, mark.group_id, mark.marks]) for mark in marks)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def count_ballots(ballots: Iterable[JudgedBallot]) -> dict[str, dict[str, int]]:
    """Return per group id (as text): ``returned = valid + void``, ``blank`` among the valid, and each void reason."""
    counts: dict[str, Counter[str]] = {}
    for ballot in ballots:
        row = counts.setdefault(str(ballot.group_id), Counter(returned=0, valid=0, void=0, blank=0))
        row["returned"] += 1
        if ballot.verdict.reason is None:
            row["valid"] += 1
            row["blank"] += ballot.verdict.is_blank
        else:
            row["void"] += 1
            row[ballot.verdict.reason.value] += 1
    return {group_id: dict(row) for group_id, row in counts.items()}
