"""What stands in the summary table: plain data for the renderers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


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
