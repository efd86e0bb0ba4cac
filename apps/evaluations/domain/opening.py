"""Opening the urn: every ballot is torn into marks per reviewee, and each reviewee's marks are shuffled on their own.

Source: design.md sections 4 (validity) and 5; DVSorder (a weak shuffle is no shuffle): ``rng`` must be ``secrets.SystemRandom``.
A ballot that breaks a rule whose consequence is the ballot is void in all its parts: the evaluator handed in one ballot.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from apps.cycles.domain.papers import validity
from apps.cycles.domain.papers.templates import PaperTemplate
from apps.cycles.domain.papers.validity import Judgement
from apps.evaluations.domain import ballots
from apps.evaluations.domain.ballot_papers import BallotPaper, canonical_json
from apps.evaluations.domain.ballots import COMMENT, WHOLE, Marks, VoidReason
from apps.evaluations.domain.comments import Comment
from apps.evaluations.domain.paper_totals import PaperTotals, laid_out

Row = Mapping[str, str]  # item key -> answer
Unsealed = tuple[int, str, bytes | None]  # group, selector, padded ballot (``None``: not sealed to this key)
BY_RULE = "rule"
COUNTS = ("returned", "valid", "void", "blank")


@dataclass(frozen=True, slots=True)
class TornMark:
    """What one ballot said of one reviewee on one form."""

    subject_id: int
    group_id: int
    paper_id: int
    marks: Mapping[str, str]


@dataclass(slots=True)
class Opened:
    """What came out of the urn: marks as canonical JSON, words apart, and counts. No ballot is in here as a whole."""

    marks: list[tuple[int, int, int, str]] = field(default_factory=list)  # subject, group, paper, marks
    comments: list[Comment] = field(default_factory=list)
    n_with_words: int = 0
    counts: dict[int, Counter[str]] = field(default_factory=dict)


def open_ballots(
    paper: BallotPaper,
    unsealed: Iterable[Unsealed],
    totals: Sequence[tuple[int, PaperTotals]],
    rng: Random,
) -> Opened:
    """Judge, tear and shuffle all ballots, together with the marks that paper totals stand for.

    ``totals``: per batch of paper forms its voter group and the figures.
    """
    opener = _Opener(paper)
    for group_id, selector, padded in unsealed:
        opener.take_ballot(group_id, selector, padded)
    for group_id, figures in totals:
        opener.take_totals(group_id, figures)
    return opener.shuffled(rng)


class _Opener:
    """The pile of torn marks while the urn is being emptied."""

    def __init__(self, paper: BallotPaper) -> None:
        self.paper = paper
        self.ids = {subject: int(subject) for subject in paper.subject_ids}
        self.judged = [part for part in paper.parts if part.template.rules]
        self.piles: dict[tuple[str, str], list[tuple[int, str]]] = {
            (part.key, subject): [] for part in paper.parts for subject in paper.subject_ids
        }
        self.opened = Opened()
        self._known: dict[tuple[tuple[str, str], ...], str] = {}

    def take_ballot(self, group_id: int, selector: str, padded: bytes | None) -> None:
        count = self._count(group_id)
        count["returned"] += 1
        verdict = ballots.judge(self.paper, selector, padded) if padded is not None else None
        if verdict is None or verdict.marks is None:
            reason = (verdict and verdict.reason) or VoidReason.UNREADABLE
            count.update(["void", reason.value])
            return
        judgements = self._judgements(verdict.marks)
        broken = _rule_that_voids(judgements)
        if broken:
            count.update(["void", broken])
            return
        count["valid"] += 1
        count["blank"] += verdict.is_blank
        count["partly"] += any(one.void_subjects or one.void_items for one in judgements.values())
        self._tear_marks(group_id, verdict.marks, judgements)
        self._tear_words(verdict.texts, judgements)

    def _count(self, group_id: int) -> Counter[str]:
        return self.opened.counts.setdefault(group_id, Counter(dict.fromkeys(COUNTS, 0)))

    def _judgements(self, marks: Marks) -> dict[str, Judgement]:
        subjects = self.paper.subject_ids
        return {
            part.key: validity.judge_marks(part.template, marks.get(part.key, {}), subjects=subjects)
            for part in self.judged
        }

    def _tear_marks(self, group_id: int, marks: Marks, judgements: Mapping[str, Judgement]) -> None:
        for part in self.paper.parts:
            rows: Mapping[str, Row] = marks.get(part.key, {})
            judgement = judgements.get(part.key)
            void: frozenset[str] = frozenset()
            if judgement is not None and judgement.violations:
                rows, void = validity.surviving(rows, judgement), judgement.void_subjects
            for subject in self.paper.subject_ids:
                if subject not in void:
                    mark = self._as_json(rows.get(subject, {}))
                    self.piles[part.key, subject].append((group_id, mark))

    def _as_json(self, row: Row) -> str:
        known = tuple(row.items())
        text = self._known.get(known)
        if text is None:
            text = self._known[known] = canonical_json(row).decode()
        return text

    def _tear_words(self, texts: ballots.Texts, judgements: Mapping[str, Judgement]) -> None:
        found = [
            Comment(part.paper_id, None if subject == WHOLE else self.ids[subject], _item_key(slot), text)
            for part in self.paper.parts
            for subject, row in texts.get(part.key, {}).items()
            if part.key not in judgements or subject not in judgements[part.key].void_subjects
            for slot, words in row.items()
            if (text := words.strip())
        ]
        self.opened.n_with_words += bool(found)
        self.opened.comments.extend(found)

    def take_totals(self, group_id: int, figures: PaperTotals) -> None:
        count = self._count(group_id)
        count["returned"] += figures.n_valid + figures.n_invalid
        count["valid"] += figures.n_valid
        count["void"] += figures.n_invalid
        count["on_paper"] += figures.n_valid + figures.n_invalid
        if figures.n_invalid:
            count["paper"] += figures.n_invalid
        for (part, subject), pile in self.piles.items():
            pile.extend(
                (group_id, self._as_json(row)) for row in laid_out(self.paper, figures, part, subject)
            )

    def shuffled(self, rng: Random) -> Opened:
        paper_ids = {part.key: part.paper_id for part in self.paper.parts}
        for (part, subject), pile in self.piles.items():
            rng.shuffle(pile)
            subject_id, paper_id = self.ids[subject], paper_ids[part]
            self.opened.marks.extend((subject_id, group_id, paper_id, mark) for group_id, mark in pile)
        rng.shuffle(self.opened.comments)
        return self.opened


def _item_key(slot: str) -> str:
    return "" if slot == COMMENT else slot


def _rule_that_voids(judgements: Mapping[str, Judgement]) -> str:
    """Return ``rule:<part>:<number of the rule>`` of the first rule that makes the whole ballot void; empty if none does."""
    for key, judgement in judgements.items():
        if judgement.is_void:
            rule_no = next(one.rule_no for one in judgement.violations if one.voids_ballot)
            return f"{BY_RULE}:{key}:{rule_no}"
    return ""


def marks_hash(marks: Iterable[TornMark]) -> str:
    """Return the SHA-256 of the multiset of marks: the same after every opening, whatever the shuffle.

    Of the sorted lines ``[subject,group,paper,{marks}]`` in canonical JSON, joined by line feeds.
    """
    return hash_of_rows(
        (one.subject_id, one.group_id, one.paper_id, canonical_json(one.marks).decode()) for one in marks
    )


def hash_of_rows(rows: Iterable[tuple[int, int, int, str]]) -> str:
    """Return ``marks_hash`` of rows whose marks are canonical JSON already."""
    lines = sorted(f"[{subject},{group},{paper},{marks}]" for subject, group, paper, marks in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def counts_as_json(counts: Mapping[int, Counter[str]]) -> dict[str, dict[str, int]]:
    """Return per group id (as text) ``returned = valid + void``, ``blank`` among the valid, and each reason for being void."""
    return {
        str(group_id): {name: n for name, n in row.items() if n or name in COUNTS}
        for group_id, row in counts.items()
    }


REASONS = {
    VoidReason.UNREADABLE.value: "不能解读",
    VoidReason.FOREIGN.value: "不是这张票、这个场次的选票",
    VoidReason.UNKNOWN_MARK.value: "所填内容不在测评表上",
    "paper": "纸质无效票",
}


def void_reasons(counts: Mapping[str, int], templates: Mapping[str, PaperTemplate]) -> list[tuple[str, int]]:
    """Return why ballots of a group are void, in words, with how many; ``templates`` by the key of their part."""
    found = [(words, counts[key]) for key, words in REASONS.items() if counts.get(key)]
    for key, n in sorted(counts.items()):
        name, _, place = key.partition(":")
        if name == BY_RULE:
            part, _, rule_no = place.partition(":")
            rule = templates[part].rules[int(rule_no)]
            found.append((f"违反填写规则“{rule.kind.label}”", n))
    return found


def marks_from_json(text: str) -> dict[str, str]:
    """Return the marks of one row of ``Opened.marks``."""
    marks: dict[str, str] = json.loads(text)
    return marks
