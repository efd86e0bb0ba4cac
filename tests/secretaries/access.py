"""Who gets what at the addresses of this app."""

from tests.access import Access

SCOPED = {"clerk": 200, "head": 200, "outsider_clerk": 200, "leader": 200, "discipline": 200}
STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
SEEN = {"clerk": 200, "head": 200, "leader": 200, "discipline": 200, "secretary": 200}
HELD = {"clerk": 200, "head": 200, "leader": 403, "discipline": 403, "secretary": 403}
HELD_UNIT = {"clerk": 200, "head": 200, "leader": 403, "discipline": 403}


def person(world):
    return {"secretary_id": world.secretary.pk}


def person_with_photo(world):
    from apps.secretaries.models import Photo

    Photo.objects.get_or_create(secretary=world.secretary, defaults={"content": b"x", "digest": "0"})
    return person(world)


def appointment(world):
    return {"appointment_id": world.appointment.pk}


def organization(world):
    return {"organization_id": world.town.pk}


def election(world):
    from datetime import date

    from apps.secretaries.models import Election

    values = {"term_years": 5, "due_on": date(2026, 1, 1)}
    row, _ = Election.objects.get_or_create(
        organization=world.town, held_on=date(2021, 1, 1), defaults=values
    )
    return {"election_id": row.pk}


ROWS = {
    "secretaries:secretary_list": Access(SCOPED),
    "secretaries:vacancy_list": Access(SCOPED),
    "secretaries:election_list": Access(SCOPED),
    "secretaries:phone_export": Access(STAFF),
    "secretaries:own_card": Access({"secretary": 302, "outsider_secretary": 302}),
    "secretaries:secretary_create": Access(STAFF),
    "secretaries:secretary_detail": Access(SEEN, others=404, kwargs=person),
    "secretaries:secretary_card": Access(SEEN, others=404, kwargs=person),
    "secretaries:secretary_edit": Access(HELD, others=404, kwargs=person),
    "secretaries:secretary_phone": Access(
        HELD | {"secretary": 200}, others=404, kwargs=person, method="post"
    ),
    "secretaries:photo": Access(SEEN, others=404, kwargs=person_with_photo),
    "secretaries:photo_edit": Access(HELD, others=404, kwargs=person),
    "secretaries:photo_remove": Access(
        HELD | {"clerk": 302, "head": 302}, others=404, kwargs=person_with_photo, method="post"
    ),
    "secretaries:appointment_create": Access(HELD, others=404, kwargs=person),
    "secretaries:appointment_edit": Access(HELD, others=404, kwargs=appointment),
    "secretaries:appointment_end": Access(HELD, others=404, kwargs=appointment),
    "secretaries:appointment_transfer": Access(HELD, others=404, kwargs=appointment),
    "secretaries:appointment_void": Access(HELD, others=404, kwargs=appointment),
    "secretaries:election_create": Access(HELD_UNIT, others=404, kwargs=organization),
    "secretaries:term_edit": Access(HELD_UNIT, others=404, kwargs=organization),
    "secretaries:election_edit": Access(HELD_UNIT, others=404, kwargs=election),
    "secretaries:election_shift": Access(HELD_UNIT, others=404, kwargs=election),
    "secretaries:election_void": Access(HELD_UNIT, others=404, kwargs=election),
}
