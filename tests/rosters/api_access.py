"""Who gets what of roster imports by machine."""

from tests.access import Access

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
SEEN = {"clerk": 200, "head": 200, "outsider_clerk": 404}
# The world's import has no workbook on disk: the refusal (409) shows that the door was passed.
OWN = {"clerk": 409, "head": 403, "outsider_clerk": 404}


def one(world):
    return {"pk": world.roster_import.pk}


def api(allowed, **kwargs):
    return Access(allowed, anonymous=401, **kwargs)


ROWS = {
    "api-roster-import-list": api(STAFF),
    "api-roster-import-list POST": api(dict.fromkeys(STAFF, 400), method="post", multipart=True),
    "api-roster-import-detail": api(SEEN, kwargs=one),
    "api-roster-import-changes": api(SEEN, kwargs=one),
    "api-roster-import-errors": api(SEEN, kwargs=one),
    "api-roster-import-confirm POST": api(OWN, kwargs=one, method="post"),
    "api-roster-import-discard POST": api(OWN | {"clerk": 200}, kwargs=one, method="post"),
    "api-roster-template": api(STAFF),
    "api-roster-export POST": api(STAFF, method="post"),
}
