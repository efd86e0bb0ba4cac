"""Reads of people and their appointments."""

from apps.secretaries.selectors.people import (
    appointments_edited_by,
    appointments_of_organization,
    holders_during,
    holds_office,
    in_office_on,
    main_appointment,
    open_appointments_of,
    secretaries_edited_by,
    secretaries_visible_to,
    with_careers,
)

__all__ = [
    "appointments_edited_by",
    "appointments_of_organization",
    "holders_during",
    "holds_office",
    "in_office_on",
    "main_appointment",
    "open_appointments_of",
    "secretaries_edited_by",
    "secretaries_visible_to",
    "with_careers",
]
