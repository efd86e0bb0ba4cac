"""Who gets what at the addresses of this app."""

from tests.access import Access


def import_id(world):
    return {"import_id": world.roster_import.pk}


STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
ROWS = {
    "rosters:import_list": Access(STAFF),
    "rosters:import_create": Access(STAFF),
    "rosters:template_download": Access(STAFF),
    "rosters:import_detail": Access({"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=import_id),
    "rosters:import_progress": Access({"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=import_id),
    "rosters:import_changes": Access({"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=import_id),
    "rosters:roster_export": Access(STAFF, method="post"),
    # The world's import has no workbook on disk: the refusal (409) shows that the door was passed.
    "rosters:import_errors": Access({"clerk": 409, "head": 409, "outsider_clerk": 404}, kwargs=import_id),
    "rosters:import_confirm": Access({"clerk": 302, "outsider_clerk": 404}, kwargs=import_id, method="post"),
    "rosters:import_discard": Access({"clerk": 302, "outsider_clerk": 404}, kwargs=import_id, method="post"),
}
