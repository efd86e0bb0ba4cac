"""Who gets what of organizations by machine."""

from datetime import date

from django.utils import timezone

from tests.access import Access
from tests.factories.organizations import make_organization, note

SEEN = {"clerk": 200, "head": 200, "leader": 200, "discipline": 200}
HELD = {"clerk": 200, "head": 200, "leader": 403, "discipline": 403}
NEW = {"name": "新党支部", "kind": "branch", "field": "rural"}
DATED = {"on": "2024-05-06", "reason": "区委批复"}


def town(world):
    return {"pk": world.town.pk}


def branch(world):
    return {"pk": world.branch.pk}


def abolished(world):
    """An organization that was abolished by mistake just now."""
    row = make_organization(superior=world.town)
    note(
        row,
        "abolished",
        date(2026, 1, 1),
        {"exists": False},
        before={"exists": True},
        recorded_at=timezone.now(),
    )
    row.abolished_on = date(2026, 1, 1)
    row.save(update_fields=["abolished_on"])
    return {"pk": row.pk}


def api(allowed, others=404, **kwargs):
    return Access(allowed, others=others, anonymous=401, **kwargs)


def act(kwargs, **body):
    return api(HELD, kwargs=kwargs, method="post", data=lambda world: body)


ROWS = {
    "api-organization-list": api({}, others=200),
    "api-organization-list POST": api(
        {"clerk": 201, "head": 201, "outsider_clerk": 404},
        others=403,
        method="post",
        data=lambda world: NEW | {"code": "N1", "superior": world.town.pk},
    ),
    "api-organization-detail": api(SEEN, kwargs=town),
    "api-organization-detail PATCH": api(
        HELD, kwargs=town, method="patch", data=lambda world: {"note": "备注", "version": world.town.version}
    ),
    "api-organization-history": api(SEEN, kwargs=town),
    "api-organization-rename POST": act(town, name="甲镇党工委", **DATED),
    "api-organization-move POST": api(
        HELD, kwargs=branch, method="post", data=lambda world: DATED | {"superior": world.root.pk}
    ),
    "api-organization-abolish POST": act(branch, **DATED),
    "api-organization-reinstate POST": act(branch),
    "api-organization-take-back POST": act(abolished, reason="登记有误"),
    "api-organization-split POST": act(branch, parts=[NEW | {"code": "N2"}], **DATED),
    "api-organization-merge POST": api(
        {"clerk": 200, "head": 200, "outsider_clerk": 404},
        others=403,
        method="post",
        data=lambda world: DATED | {"absorbed": [world.branch.pk], "into": world.town.pk},
    ),
    "api-field-list": api({}, others=200),
    "api-unknown": api({}, others=404, foreign="这个地址什么也没有"),
    "api-field-detail": api(
        {}, others=200, kwargs=lambda world: {"pk": "rural"}, foreign="领域的名称人人可读，没有范围"
    ),
}
