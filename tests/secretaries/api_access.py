"""Who gets what of people and appointments by machine."""

from datetime import date

from apps.secretaries.models import Election
from tests.access import Access

SEEN = {"clerk": 200, "head": 200, "leader": 200, "discipline": 200, "secretary": 200}
HELD = {"clerk": 200, "head": 200, "leader": 403, "discipline": 403, "secretary": 403}
UNIT_SEEN = {"clerk": 200, "head": 200, "leader": 200, "discipline": 200}
UNIT_HELD = {"clerk": 200, "head": 200, "leader": 403, "discipline": 403}
MADE = HELD | {"clerk": 201, "head": 201}
NEW = {"clerk": 201, "head": 201, "outsider_clerk": 404}
POST = {"post": "党支部书记", "started_on": "2024-05-06"}


def person(world):
    return {"pk": world.secretary.pk}


def appointment(world):
    return {"pk": world.appointment.pk}


def election(world):
    values = {"term_years": 5, "due_on": date(2026, 1, 1)}
    row, _ = Election.objects.get_or_create(
        organization=world.town, held_on=date(2021, 1, 1), defaults=values
    )
    return {"pk": row.pk}


def api(allowed, others=404, **kwargs):
    return Access(allowed, others=others, anonymous=401, **kwargs)


ROWS = {
    "api-secretary-list": api({}, others=200),
    "api-secretary-list POST": api(
        NEW, others=403, method="post",
        data=lambda world: POST | {"name": "新书记", "organization": world.branch.pk},
    ),
    "api-secretary-detail": api(SEEN, kwargs=person),
    "api-secretary-detail PATCH": api(HELD, kwargs=person, method="patch", data=lambda world: {"gender": "male"}),
    "api-appointment-list": api({}, others=200),
    "api-appointment-list POST": api(
        NEW, others=403, method="post",
        data=lambda world: POST | {"secretary": world.secretary.pk, "organization": world.branch.pk},
    ),
    "api-appointment-detail": api(SEEN, kwargs=appointment),
    "api-appointment-detail PATCH": api(
        HELD, kwargs=appointment, method="patch", data=lambda world: {"started_on": "2020-02-01"}
    ),
    "api-appointment-end POST": api(
        HELD, kwargs=appointment, method="post", data=lambda world: {"on": "2024-05-06", "reason": "retired"}
    ),
    "api-appointment-transfer POST": api(
        MADE, kwargs=appointment, method="post", data=lambda world: POST | {"organization": world.branch.pk}
    ),
    "api-appointment-void POST": api(
        HELD | {"clerk": 409, "head": 409}, kwargs=appointment, method="post", data=lambda world: {"reason": "登错了"}
    ),
    "api-vacancy-list": api({}, others=200),
    "api-election-due": api({}, others=200),
    "api-election-list": api({}, others=200),
    "api-election-list POST": api(
        NEW, others=403, method="post", data=lambda world: {"organization": world.town.pk, "held_on": "2024-05-06"}
    ),
    "api-election-detail": api(UNIT_SEEN, kwargs=election),
    "api-election-detail PATCH": api(UNIT_HELD, kwargs=election, method="patch", data=lambda world: {"note": "补登"}),
    "api-election-shift POST": api(
        UNIT_HELD, kwargs=election, method="post", data=lambda world: {"due_on": "2026-06-01", "reason": "批复"}
    ),
    "api-election-void POST": api(
        UNIT_HELD | {"clerk": 204, "head": 204}, kwargs=election, method="post",
        data=lambda world: {"reason": "登错了"},
    ),
}  # fmt: skip
