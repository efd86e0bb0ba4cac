"""What stands in a feedback letter and in the summary table: plain data for the renderers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.cycles.domain.grades import Grade

N_STRENGTHS = 2


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item of the evaluation form with the reviewee's score (0-100)."""

    name: str
    score: Decimal


@dataclass(frozen=True, slots=True)
class LetterContent:
    """One feedback letter. Figures that may not be shown are ``None``."""

    year: int
    number: int
    issue_no: int
    cycle_title: str
    host: str
    name: str
    post: str
    organization: str
    field: str
    ballot_score: Decimal | None
    total: Decimal | None
    rank: int | None
    n_in_field: int
    grade: Grade
    items: Sequence[ItemScore]
    problems: Sequence[str]
    rectification_due_on: date | None
    issued_on: date


def strengths(items: Sequence[ItemScore]) -> list[ItemScore]:
    """Return the best items, at most two, and none that is the worst as well: where all are equal, nothing stands out."""
    if not items:
        return []
    worst = min(item.score for item in items)
    best = sorted((item for item in items if item.score > worst), key=lambda item: -item.score)
    return best[:N_STRENGTHS]


def appointment(organization: str, post: str) -> str:
    """Return organization and post without saying the body twice: 东山街道党工委 + 党工委书记 → 东山街道党工委书记."""
    body = post.removesuffix("书记")
    return f"{organization.removesuffix(body)}{post}" if body else f"{organization}{post}"


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One reviewee in the summary table."""

    order_no: int
    organization: str
    name: str
    field: str
    mode: str
    ballot_score: Decimal | None
    total: Decimal | None
    rank: int | None
    proposed_grade: str
    overall_grade: str
    remark: str


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """All reviewees of a cycle, by field and rank. ``signed_on`` ``None``: still under deliberation."""

    title: str
    host: str
    lines: Sequence[SummaryLine]
    signed_on: date | None
    made_on: date
