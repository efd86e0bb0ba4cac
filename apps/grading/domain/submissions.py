"""The submission for the committee (报审材料) as plain data: what page, xlsx and PDF of the deliberation sheet are made of.

Figures are those that may be shown; what is hidden or missing is ``None``, never 0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from apps.grading.domain.candidates import Flag
from apps.grading.domain.meetings import Member


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """One reviewee. Grades are labels; ``grade`` is the one that counts, "" before it is decided."""

    reviewee_id: int
    order_no: int
    name: str
    organization: str
    post: str
    mode: str
    ballot_score: Decimal | None
    total: Decimal | None
    is_hidden: bool
    rank: int | None
    last_grade: str
    proposed_grade: str
    grade: str
    flags: tuple[str, ...]
    limits: tuple[str, ...]
    reason: str
    history: tuple[str, ...]
    best_appraisal: str
    consequence: str
    annual_points: Decimal | None

    @property
    def remark(self) -> str:
        """Flags, limits, reason and reconsiderations in one text."""
        is_told = Flag.HIDDEN_SCORE.label in self.flags
        hidden = ("有效票少，得分不显示",) if self.is_hidden and not is_told else ()
        reason = (f"调整理由：{self.reason}",) if self.reason else ()
        return "；".join((*self.flags, *self.limits, *hidden, *reason, *self.history))


@dataclass(frozen=True, slots=True)
class SubmissionField:
    """One field with the use of its quota. ``share``: per cent of the field that may be 好; ``grades``: label → how many."""

    label: str
    share: Decimal
    n_members: int
    n_good: int
    n_allowed: int
    n_undecided: int
    grades: Mapping[str, int]
    lines: tuple[SubmissionLine, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything the committee gets."""

    cycle_title: str
    year: int
    host: str
    state: str
    scored_at: datetime | None
    rules: tuple[str, ...]
    fields: tuple[SubmissionField, ...]
    has_links: bool
    has_annual_points: bool
    held_on: date | None
    place: str
    members: tuple[Member, ...]
    members_present: str
    quorum_note: str
    minutes: str
    reviewed_by: str
    signed_by: str
    signed_on: date | None

    def lines(self) -> Iterator[tuple[str, SubmissionLine]]:
        """Yield everybody with the label of the field."""
        for one in self.fields:
            for line in one.lines:
                yield one.label, line
