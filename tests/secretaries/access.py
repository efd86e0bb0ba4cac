"""Who gets what at the addresses of this app."""

from tests.access import Access

SCOPED = {"clerk": 200, "head": 200, "outsider_clerk": 200, "leader": 200, "discipline": 200}
STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
SEEN = {"clerk": 200, "head": 200, "leader": 200, "discipline": 200, "secretary": 200}
HELD = {"clerk": 200, "head": 200, "leader": 403, "discipline": 403, "secretary": 403}


def person(world):
    return {"secretary_id": world.secretary.pk}


def appointment(world):
    return {"appointment_id": world.appointment.pk}


ROWS = {
    "secretaries:secretary_list": Access(SCOPED),
    "secretaries:own_card": Access({"secretary": 302, "outsider_secretary": 302}),
    "secretaries:secretary_create": Access(STAFF),
    "secretaries:secretary_detail": Access(SEEN, others=404, kwargs=person),
    "secretaries:secretary_edit": Access(HELD, others=404, kwargs=person),
    "secretaries:secretary_phone": Access(
        HELD | {"secretary": 200}, others=404, kwargs=person, method="post"
    ),
    "secretaries:appointment_create": Access(HELD, others=404, kwargs=person),
    "secretaries:appointment_edit": Access(HELD, others=404, kwargs=appointment),
    "secretaries:appointment_end": Access(HELD, others=404, kwargs=appointment),
    "api-secretary-list": Access({}, others=200, anonymous=403),
    "api-secretary-detail": Access(
        SEEN, others=404, anonymous=403, kwargs=lambda world: {"pk": world.secretary.pk}
    ),
}
