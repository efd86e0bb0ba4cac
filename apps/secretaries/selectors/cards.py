"""The card of a person, as an account may see it."""

from datetime import date

from apps.common.domain.actors import Actor
from apps.secretaries.domain.card import Card, Person, PostLine, compose
from apps.secretaries.domain.careers import is_in_office
from apps.secretaries.domain.phones import mask_phone
from apps.secretaries.kit.cards import years_for
from apps.secretaries.models import Appointment, Secretary


def card_of(secretary: Secretary, actor: Actor, day: date) -> Card:
    """Return the card of a person fetched by ``with_careers``."""
    career = list(secretary.appointments.all())
    present = [one for one in career if is_in_office(one.started_on, one.ended_on, day)]
    person = Person(
        name=secretary.name,
        gender=secretary.get_gender_display() or "未填",
        born=f"{secretary.born_on:%Y.%m}" if secretary.born_on else "未填",
        phone=mask_phone(secretary.phone) or "未填",
        present="；".join(f"{one.organization}{one.post}" for one in present) or "不在任",
    )
    years, notes = years_for(secretary.pk, actor)
    return compose(person, [_line(one) for one in career], years, notes)


def _line(one: Appointment) -> PostLine:
    return PostLine(
        one.organization.name, one.post, one.started_on, one.ended_on, one.get_end_reason_display()
    )
