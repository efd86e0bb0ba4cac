"""Who gets what at the addresses of this app."""

from tests.access import Access

SCOPED = {"clerk": 200, "head": 200, "outsider_clerk": 200, "leader": 200, "discipline": 200}
STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
SEEN = {"clerk": 200, "head": 200, "leader": 200, "discipline": 200}
HELD = {"clerk": 200, "head": 200, "leader": 403, "discipline": 403}


def town(world):
    return {"organization_id": world.town.pk}


def soe(world):
    return {"key": "soe"}


COMMON = "领域全区通用，不分范围"
ROWS = {
    "organizations:organization_list": Access(SCOPED),
    "organizations:organization_tree": Access(SCOPED),
    "organizations:organization_search": Access(SCOPED),
    "organizations:past_organization_list": Access(SCOPED),
    "organizations:organization_branch": Access(SEEN, others=404, kwargs=town),
    "organizations:organization_options": Access(STAFF),
    "organizations:organization_create": Access(STAFF),
    "organizations:organization_detail": Access(SEEN, others=404, kwargs=town),
    "organizations:organization_history": Access(SEEN, others=404, kwargs=town),
    "organizations:organization_rename": Access(HELD, others=404, kwargs=town),
    "organizations:organization_merge": Access(HELD, others=404, kwargs=town),
    "organizations:organization_split": Access(HELD, others=404, kwargs=town),
    "organizations:organization_edit": Access(HELD, others=404, kwargs=town),
    "organizations:organization_move": Access(HELD, others=404, kwargs=town),
    "organizations:organization_abolish": Access(HELD, others=404, kwargs=town),
    "organizations:organization_reinstate": Access(
        HELD | {"clerk": 302, "head": 302}, others=404, kwargs=town
    ),
    "organizations:organization_take_back": Access(
        HELD | {"clerk": 302, "head": 302}, others=404, kwargs=town
    ),
    "organizations:field_list": Access(STAFF),
    "organizations:field_add": Access({"head": 302}, method="post", data=lambda world: {"label": "园区"}),
    "organizations:field_rename": Access({"head": 200}, kwargs=soe, foreign=COMMON),
    "organizations:field_move": Access({"head": 302}, method="post", kwargs=soe, foreign=COMMON),
    "organizations:field_retire": Access({"head": 302}, method="post", kwargs=soe, foreign=COMMON),
    "organizations:field_reinstate": Access({"head": 302}, method="post", kwargs=soe, foreign=COMMON),
}
