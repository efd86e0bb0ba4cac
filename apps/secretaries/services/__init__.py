"""Every write of people, their and their appointments."""

from apps.secretaries.services.appointments import (
    Post,
    appoint,
    correct_appointment,
    end_appointment,
    transfer,
    void_appointment,
)
from apps.secretaries.services.people import create_secretary, edit_secretary, reveal_phone
from apps.secretaries.services.roster import hold_people, save_roster_people

__all__ = [
    "Post",
    "appoint",
    "correct_appointment",
    "create_secretary",
    "edit_secretary",
    "end_appointment",
    "hold_people",
    "reveal_phone",
    "save_roster_people",
    "transfer",
    "void_appointment",
]
