"""Reads of evaluation sessions. No selector of this app joins a ballot to a slip's secret or to a person."""

from apps.evaluations.selectors.halls import HallScreen, Turnout, screen_of_key, turnout_lines
from apps.evaluations.selectors.ledgers import ledger_lines, n_mismatched_slips
from apps.evaluations.selectors.results import OPENED_STATES, mark_rows, paper_mark_rows, returned_counts
from apps.evaluations.selectors.sessions import (
    NEXT_STEPS,
    build_paper,
    cycles_for_sessions,
    session_todos,
    sessions_visible_to,
    with_slip_counts,
)
from apps.evaluations.selectors.slips import GroupSlips, SlipLine, group_slips, slip_state

__all__ = [
    "NEXT_STEPS",
    "OPENED_STATES",
    "GroupSlips",
    "HallScreen",
    "SlipLine",
    "Turnout",
    "build_paper",
    "cycles_for_sessions",
    "group_slips",
    "ledger_lines",
    "mark_rows",
    "n_mismatched_slips",
    "paper_mark_rows",
    "returned_counts",
    "screen_of_key",
    "session_todos",
    "sessions_visible_to",
    "slip_state",
    "turnout_lines",
    "with_slip_counts",
]
