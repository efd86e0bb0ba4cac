"""A report as it was handed in: the shape of ``ReportRound.texts`` and ``ReportRound.marks``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class KeptSection:
    """One heading and its text. ``key`` is the id of the scheme's section."""

    key: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One item of last year and its answer."""

    key: int
    problem: str
    answer: str


@dataclass(frozen=True, slots=True)
class KeptReport:
    """Everything of one round."""

    sections: tuple[KeptSection, ...] = ()
    answers: tuple[KeptAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage the reviewer points at: the heading, the words quoted (may be empty) and the remark."""

    section_key: int
    quote: str
    note: str


def to_json(report: KeptReport) -> dict[str, Any]:
    """Return what is stored."""
    return {
        "sections": [{"key": s.key, "title": s.title, "text": s.text} for s in report.sections],
        "answers": [{"key": a.key, "problem": a.problem, "answer": a.answer} for a in report.answers],
    }


def from_json(stored: Mapping[str, Any]) -> KeptReport:
    """Return what was stored."""
    return KeptReport(
        tuple(KeptSection(row["key"], row["title"], row["text"]) for row in stored.get("sections", ())),
        tuple(KeptAnswer(row["key"], row["problem"], row["answer"]) for row in stored.get("answers", ())),
    )


def marks_to_json(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """Return what is stored."""
    return [{"section": m.section_key, "quote": m.quote, "note": m.note} for m in marks]


def marks_from_json(stored: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """Return what was stored."""
    return [Mark(row["section"], row["quote"], row["note"]) for row in stored]
