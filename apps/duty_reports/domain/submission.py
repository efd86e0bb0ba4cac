"""When a report may be written, and what it must hold before it is handed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.schemes import SectionKind
from apps.cycles.domain.stages import Stage
from apps.duty_reports.domain.counting import count, problem_share
from apps.duty_reports.domain.states import ReportState


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """One heading with its limits and what stands under it."""

    key: int
    title: str
    kind: SectionKind
    text: str
    min_chars: int
    max_chars: int


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing; ``anchor`` is the place on the page that mends it."""

    anchor: str
    message: str


def may_write(stage: Stage, state: ReportState) -> bool:
    """Tell whether the author may change the text: while reporting, and later only what was sent back."""
    if stage == Stage.REPORTING:
        return state in (ReportState.DRAFT, ReportState.RETURNED)
    return stage == Stage.MEETING and state == ReportState.RETURNED


def may_decide(stage: Stage, state: ReportState) -> bool:
    """Tell whether a reviewer may return or approve."""
    return stage in (Stage.REPORTING, Stage.MEETING) and state == ReportState.SUBMITTED


def check_submission(
    sections: Sequence[SectionDraft], min_problem_share: Decimal, unanswered: Sequence[tuple[int, str]]
) -> list[Gap]:
    """Return every gap. ``unanswered``: id and text of last year's items without an answer."""
    return [
        *_limit_gaps(sections),
        *_share_gaps(sections, min_problem_share),
        *(
            Gap(f"follow-up-{key}", f"上年度问题“{_short(text)}”还没有填写整改情况。")
            for key, text in unanswered
        ),
    ]


def _limit_gaps(sections: Sequence[SectionDraft]) -> Iterator[Gap]:
    for section in sections:
        n = count(section.text).n_chars
        if n < section.min_chars:
            more = section.min_chars - n
            yield Gap(
                f"section-{section.key}",
                f"“{section.title}”写了{n}字，最少{section.min_chars}字，还差{more}字。",
            )
        elif n > section.max_chars:
            over = n - section.max_chars
            yield Gap(
                f"section-{section.key}",
                f"“{section.title}”写了{n}字，最多{section.max_chars}字，超出{over}字。",
            )


def _share_gaps(sections: Sequence[SectionDraft], min_problem_share: Decimal) -> Iterator[Gap]:
    lengths = [(section.kind, count(section.text).n_chars) for section in sections]
    share = problem_share(
        sum(n for kind, n in lengths if kind == SectionKind.PROBLEMS), sum(n for _, n in lengths)
    )
    if share is None:
        yield Gap("sections", "报告还是空的，请先填写各栏目。")
    elif share < Fraction(min_problem_share):
        key = next((s.key for s in sections if s.kind == SectionKind.PROBLEMS), None)
        anchor = "sections" if key is None else f"section-{key}"
        yield Gap(
            anchor,
            f"问题与原因占全文{percent(share)}，方案要求不少于{percent(Fraction(min_problem_share))}。",
        )


def percent(share: Fraction) -> str:
    """Write a share rounded down to one decimal, so that 33 % is never shown for something below it."""
    tenths = share.numerator * 10 // share.denominator
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:23]}…"  # noqa: PLR2004 -- one line of a phone
