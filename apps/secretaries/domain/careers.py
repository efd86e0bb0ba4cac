"""People and appointments as a roster states them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PersonData:
    """A person. ``key`` ties appointments of the same import to a person who has no id yet."""

    key: int
    id: int | None
    name: str
    gender: str
    born_on: date | None
    phone: str


@dataclass(frozen=True, slots=True)
class AppointmentData:
    """A post held from–to. ``ended_on`` ``None`` is still in office."""

    id: int | None
    person_key: int
    organization_code: str
    post: str
    started_on: date
    ended_on: date | None
