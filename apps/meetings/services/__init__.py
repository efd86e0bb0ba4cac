"""Every write of the meeting room."""

from apps.meetings.services.clock import (
    call_speaker,
    pause_clock,
    reset_clock,
    start_clock,
)
from apps.meetings.services.commentary import (
    add_commentary_problem,
    record_commentary,
    remove_commentary,
    remove_commentary_problem,
    update_commentary_problem,
)
from apps.meetings.services.locks import (
    RECORD,
    SET_UP,
)
from apps.meetings.services.meetings import (
    create_meeting,
    draw_lots,
    move_agenda_item,
    record_attendance,
    set_agenda,
    update_meeting,
)

__all__ = [
    "RECORD",
    "SET_UP",
    "add_commentary_problem",
    "call_speaker",
    "create_meeting",
    "draw_lots",
    "move_agenda_item",
    "pause_clock",
    "record_attendance",
    "record_commentary",
    "remove_commentary",
    "remove_commentary_problem",
    "reset_clock",
    "set_agenda",
    "start_clock",
    "update_commentary_problem",
    "update_meeting",
]
