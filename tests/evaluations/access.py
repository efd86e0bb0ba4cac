"""Who gets what in the room of evaluations. The world's session is a draft."""

from tests.access import Access

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 404}
POSTS = {"clerk": 302, "head": 302, "outsider_clerk": 404}
NOT_YET = {"clerk": 404, "head": 404, "outsider_clerk": 404}
PRINTS = {"clerk": 200, "head": 200, "outsider_clerk": 404}
EVERYBODY = {"others": 200, "anonymous": 200, "allowed": {}}


def session(world):
    return {"session_id": world.session.pk}


def group(world):
    return {"session_id": world.session.pk, "group_id": world.session_group.pk}


def batch(world):
    return {"session_id": world.session.pk, "batch_id": 0}


def hall(world):
    return {"hall_key": world.session.hall_key}


KEYS = "凭票或大屏钥匙打开，不看账号"
ROWS = {
    "evaluations:session_list": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "evaluations:session_create": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "evaluations:session_detail": Access(STAFF, kwargs=session),
    "evaluations:ceremony": Access(STAFF, kwargs=session),
    "evaluations:key_make": Access(PRINTS, kwargs=session, method="post"),
    "evaluations:session_edit": Access(STAFF, kwargs=session),
    "evaluations:session_delete": Access(POSTS, kwargs=session, method="post"),
    "evaluations:rehearsal": Access(STAFF, kwargs=session),
    "evaluations:rehearsal_start": Access(POSTS, kwargs=session, method="post"),
    "evaluations:rehearsal_finish": Access(POSTS, kwargs=session, method="post"),
    "evaluations:rehearsal_discard": Access(POSTS, kwargs=session, method="post"),
    "evaluations:steward": Access(STAFF, kwargs=session),
    "evaluations:steward_slip": Access(
        STAFF, kwargs=session, method="post", data=lambda world: {"selector": "AAAA"}
    ),
    "evaluations:hall_remote": Access(STAFF, kwargs=session),
    "evaluations:slips": Access(STAFF, kwargs=session),
    "evaluations:slips_print": Access(
        PRINTS, kwargs=group, method="post", data=lambda world: {"n_slips": "1"}
    ),
    "evaluations:slips_reprint": Access(PRINTS, kwargs=group, method="post"),
    "evaluations:slip_void": Access(
        POSTS, kwargs=session, method="post", data=lambda world: {"selector": "AAAA"}
    ),
    "evaluations:slip_spoil": Access(
        POSTS, kwargs=session, method="post", data=lambda world: {"selector": "AAAA"}
    ),
    "evaluations:slip_exchange": Access(
        POSTS, kwargs=session, method="post", data=lambda world: {"selector": "AAAA"}
    ),
    "evaluations:voting_open": Access(POSTS, kwargs=session, method="post"),
    "evaluations:voting_close": Access(POSTS, kwargs=session, method="post"),
    "evaluations:turnout": Access(STAFF, kwargs=session),
    "evaluations:turnout_part": Access(STAFF, kwargs=session),
    "evaluations:ledger": Access(STAFF, kwargs=session),
    "evaluations:voting_close_confirmed": Access(POSTS, kwargs=session, method="post"),
    "evaluations:paper_totals": Access(STAFF, kwargs=session),
    "evaluations:paper_cover": Access(POSTS, kwargs=session, method="post"),
    "evaluations:paper_heads": Access(NOT_YET, kwargs=batch, method="post"),
    "evaluations:paper_entry": Access(NOT_YET, kwargs=batch),
    "evaluations:comment_list": Access(STAFF, kwargs=session),
    "evaluations:purge": Access(STAFF, kwargs=session),
    "evaluations:purge_certificate": Access(NOT_YET, kwargs=session),
    "evaluations:urn_open": Access(STAFF, kwargs=session),
    "evaluations:record": Access({"clerk": 404, "head": 404, "outsider_clerk": 404}, kwargs=session),
    "evaluations:release": Access(POSTS, kwargs=session, method="post"),
    "evaluations:cast": Access(**EVERYBODY, kwargs=session, foreign=KEYS),
    "evaluations:cast_submit": Access(
        {}, others=409, anonymous=409, kwargs=session, method="post", foreign=KEYS
    ),
    "evaluations:cast_status": Access(
        {}, others=400, anonymous=400, kwargs=session, method="post", foreign=KEYS
    ),
    "evaluations:hall": Access(**EVERYBODY, kwargs=hall, foreign=KEYS),
    "evaluations:hall_part": Access(**EVERYBODY, kwargs=hall, foreign=KEYS),
    "evaluations:hall_turnout": Access(**EVERYBODY, kwargs=hall, foreign=KEYS),
}
