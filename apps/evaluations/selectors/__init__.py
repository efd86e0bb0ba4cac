"""Reads of evaluation sessions. No selector of this app joins a ballot to a slip's secret or to a person."""

from apps.evaluations.selectors.ledgers import ledger_lines, n_mismatched_slips
from apps.evaluations.selectors.results import OPENED_STATES, mark_rows, paper_mark_rows, returned_counts
from apps.evaluations.selectors.sessions import (
    NEXT_STEPS,
    SlipLine,
    Turnout,
    build_paper,
    cycles_for_sessions,
    session_todos,
    sessions_visible_to,
    slip_lines,
    turnout_lines,
    with_slip_counts,
)

__all__ = [
    "NEXT_STEPS",
    "OPENED_STATES",
    "SlipLine",
    "Turnout",
    "build_paper",
    "cycles_for_sessions",
    "ledger_lines",
    "mark_rows",
    "n_mismatched_slips",
    "paper_mark_rows",
    "returned_counts",
    "session_todos",
    "sessions_visible_to",
    "slip_lines",
    "turnout_lines",
    "with_slip_counts",
]
