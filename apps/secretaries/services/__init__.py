"""Every write of people, their appointments, elections and photos."""

from apps.secretaries.services.appointments import (
    Post,
    appoint,
    correct_appointment,
    end_appointment,
    transfer,
    void_appointment,
)
from apps.secretaries.services.elections import (
    correct_election,
    record_election,
    set_term,
    shift_election,
    void_election,
)
from apps.secretaries.services.endings import end_with_organizations, reopen_with_organizations
from apps.secretaries.services.people import (
    create_secretary,
    edit_secretary,
    note_phone_export,
    reveal_phone,
)
from apps.secretaries.services.photos import remove_photo, set_photo
from apps.secretaries.services.roster import hold_roster, save_roster_people

__all__ = [
    "Post",
    "appoint",
    "correct_appointment",
    "correct_election",
    "create_secretary",
    "edit_secretary",
    "end_appointment",
    "end_with_organizations",
    "hold_roster",
    "note_phone_export",
    "record_election",
    "remove_photo",
    "reopen_with_organizations",
    "reveal_phone",
    "save_roster_people",
    "set_photo",
    "set_term",
    "shift_election",
    "transfer",
    "void_appointment",
    "void_election",
]
