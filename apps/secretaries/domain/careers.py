"""People and appointments as a roster states them, and the days of a term of office.

A term is half-open: it holds on its first day and no longer on ``ended_on``, so that a successor may start on that day.
"""

from datetime import date
from typing import NamedTuple

from apps.secretaries.domain.kinds import AppointmentKind, appointment_kind_of

__all__ = [
    "AppointmentData",
    "AppointmentKind",
    "PersonData",
    "appointment_kind_of",
    "days_in_words",
    "is_in_office",
    "overlaps",
]


class PersonData(NamedTuple):
    """A person. ``key`` ties appointments of the same import to a person who has no id yet."""

    key: int
    id: int | None
    name: str
    gender: str
    born_on: date | None
    phone: str


class AppointmentData(NamedTuple):
    """A post held from–to. ``ended_on`` ``None`` is still in office."""

    id: int | None
    person_key: int
    organization_code: str
    post: str
    started_on: date
    ended_on: date | None


def is_in_office(started_on: date, ended_on: date | None, day: date) -> bool:
    """Tell whether a post from–to is held on ``day``; on the day of leaving it is not."""
    return started_on <= day and (ended_on is None or day < ended_on)


def overlaps(
    started_on: date, ended_on: date | None, other_started_on: date, other_ended_on: date | None
) -> bool:
    """Tell whether two terms share a day. A term that ends on the day it starts has no day."""
    if started_on == ended_on or other_started_on == other_ended_on:
        return False
    return (ended_on is None or other_started_on < ended_on) and (
        other_ended_on is None or started_on < other_ended_on
    )


def days_in_words(started_on: date, ended_on: date | None) -> str:
    """Return ``2021-03-01 至 2024-05-10`` or ``自 2021-03-01 起``."""
    return f"{started_on} 至 {ended_on}" if ended_on else f"自 {started_on} 起"
