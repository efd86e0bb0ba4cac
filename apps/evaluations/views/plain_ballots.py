"""A ballot filled in without scripts: from the fields of a plain form to marks and words, with what cannot be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.cycles.domain.papers.answers import is_allowed
from apps.cycles.domain.papers.templates import MAX_ALL_TEXTS, Item, ItemKind
from apps.cycles.domain.papers.validity import judge_marks, words
from apps.evaluations.domain.ballot_papers import BallotPaper, Part
from apps.evaluations.domain.ballots import WHOLE, text_slots, tidy_text
from apps.evaluations.views.cast_page import mark_field, self_field

Posted = Mapping[str, Any]
Rows = dict[str, dict[str, dict[str, str]]]


@dataclass(slots=True)
class PlainBallot:
    """What was filled in. ``faults``: in words, what the form does not take; ``breaches``: what would make marks void."""

    marks: Rows = field(default_factory=dict)
    texts: Rows = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)


def read_plain(paper: BallotPaper, posted: Posted) -> PlainBallot:
    """Return marks and words of a plain form, as the browser's script would have written them."""
    ballot = PlainBallot()
    for part in paper.parts:
        for subject in paper.subject_ids:
            if self_field(part.key, subject) not in posted:
                _read_marks(paper, part, subject, posted, ballot)
                _read_texts(part, subject, posted, ballot)
        _read_texts(part, WHOLE, posted, ballot)
    n_chars = sum(
        len(text) for rows in ballot.texts.values() for row in rows.values() for text in row.values()
    )
    if n_chars > MAX_ALL_TEXTS:
        ballot.faults.append(f"全票写的文字合计 {n_chars} 字，最多 {MAX_ALL_TEXTS} 字，请删减。")
    if not ballot.faults:
        ballot.breaches = list(_breaches(paper, ballot))
    return ballot


def _read_marks(paper: BallotPaper, part: Part, subject: str, posted: Posted, ballot: PlainBallot) -> None:
    n = len(paper.subjects)
    for item in part.template.items:
        answer = str(posted.get(mark_field(part.key, subject, item.key), "")).strip()
        if item.kind is ItemKind.TEXT or not answer:
            continue
        if is_allowed(part.template, item, answer, n_subjects=n):
            ballot.marks.setdefault(part.key, {}).setdefault(subject, {})[item.key] = answer
        else:
            ballot.faults.append(_fault(paper, subject, item, answer))


def _fault(paper: BallotPaper, subject: str, item: Item, answer: str) -> str:
    name = next(one.name for one in paper.subjects if str(one.id) == subject)
    said = f"{name}的“{item.text}”填的是“{answer[:20]}”"
    if item.kind is not ItemKind.NUMBER:
        return f"{said}，不在可选范围内，请重选。"
    step = "" if item.step == 1 else f"，每档 {item.step:f}"
    return f"{said}，应填 {item.minimum:f}–{item.maximum:f}{step}。"


def _read_texts(part: Part, subject: str, posted: Posted, ballot: PlainBallot) -> None:
    for slot, max_chars in text_slots(part.template, subject).items():
        words_given = tidy_text(str(posted.get(mark_field(part.key, subject, slot), "")), max_chars)
        if words_given:
            ballot.texts.setdefault(part.key, {}).setdefault(subject, {})[slot] = words_given


def _breaches(paper: BallotPaper, ballot: PlainBallot) -> Iterator[str]:
    names = {str(subject.id): subject.name for subject in paper.subjects}
    for part in paper.parts:
        judgement = judge_marks(part.template, ballot.marks.get(part.key, {}), subjects=paper.subject_ids)
        for violation in judgement.violations:
            yield words(part.template, violation, names)
