"""Reads of people, their appointments, vacancies and elections."""

from apps.secretaries.selectors.cards import card_of
from apps.secretaries.selectors.elections import (
    NearElections,
    electing_organizations,
    elections_edited_by,
    elections_of,
    elections_visible_to,
    in_due_state,
    near_elections,
    term_of,
)
from apps.secretaries.selectors.people import (
    appointments_edited_by,
    appointments_of_organization,
    appointments_visible_to,
    holders_during,
    holds_office,
    in_office_on,
    main_appointment,
    matching_people,
    open_appointments_of,
    secretaries_edited_by,
    secretaries_visible_to,
    with_careers,
)
from apps.secretaries.selectors.vacancies import (
    Leadership,
    leadership_of,
    vacant_longer_than,
    vacant_organizations,
    with_vacancy,
)

__all__ = [
    "Leadership",
    "NearElections",
    "appointments_edited_by",
    "appointments_of_organization",
    "appointments_visible_to",
    "card_of",
    "electing_organizations",
    "elections_edited_by",
    "elections_of",
    "elections_visible_to",
    "holders_during",
    "holds_office",
    "in_due_state",
    "in_office_on",
    "leadership_of",
    "main_appointment",
    "matching_people",
    "near_elections",
    "open_appointments_of",
    "secretaries_edited_by",
    "secretaries_visible_to",
    "term_of",
    "vacant_longer_than",
    "vacant_organizations",
    "with_careers",
    "with_vacancy",
]
