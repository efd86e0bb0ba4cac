"""People and their appointments for tests."""

import itertools
from datetime import date

from apps.secretaries.domain.kinds import appointment_kind_of
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.selectors import holders_during
from tests.factories.organizations import make_organization

_numbers = itertools.count(1)


def make_secretary(**fields):
    """Make a person without an appointment."""
    values = {"name": f"书记{next(_numbers)}"} | fields
    values.setdefault("pinyin_key", values["name"])
    values.setdefault("stroke_key", values["name"])
    return Secretary.objects.create(**values)


def make_appointment(*, secretary=None, organization=None, **fields):
    """Make an appointment in office since 2021, of a new person at a new organization unless given.

    An organization has one secretary at a time: whoever comes second holds another kind of post, unless ``kind`` says which.
    """
    values = {"post": "党支部书记", "started_on": date(2021, 3, 1), "ended_on": None} | fields
    organization = organization or make_organization()
    if "kind" not in values:
        kind = appointment_kind_of(values["post"]).value
        taken = holders_during(organization.pk, kind, values["started_on"], values["ended_on"]).exists()
        values["kind"] = "other" if taken else kind
    return Appointment.objects.create(
        secretary=secretary or make_secretary(), organization=organization, **values
    )
