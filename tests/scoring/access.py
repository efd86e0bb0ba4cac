"""Who gets what in scoring."""

from tests.access import Access

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}


def signed(world):
    """Inside the request's savepoint: the cycle's grades are signed off."""
    type(world.cycle).objects.filter(pk=world.cycle.pk).update(stage="rectifying")
    return {}


def opened(world):
    """Inside the request's savepoint: the session's urn is open."""
    from apps.evaluations.models import SessionClosing

    for state in ("keyed", "rehearsed", "open", "closed", "opened"):
        type(world.session).objects.filter(pk=world.session.pk).update(state=state)
    SessionClosing.objects.create(
        session=world.session, ledger={"groups": []}, trackers=[], merkle_root="0" * 64, form_hash="0" * 64
    )
    return {}


def released(world):
    """Inside the request's savepoint: results are released and grades signed off."""
    opened(world)
    type(world.session).objects.filter(pk=world.session.pk).update(state="released")
    return signed(world)


def session(world):
    return {"session_id": world.session.pk}


ROWS = {
    "scoring:summary_list": Access({**STAFF, "secretary": 200, "outsider_secretary": 200}),
    "scoring:summary_detail": Access(
        {"clerk": 200, "head": 200, "secretary": 200},
        others=404,
        kwargs=lambda w: {"summary_id": w.summary.pk},
        data=signed,
    ),
    "scoring:run_list": Access(STAFF),
    "scoring:run_detail": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=lambda w: {"run_id": w.run.pk}
    ),
    "scoring:run_create": Access(
        {"clerk": 302, "head": 302, "secretary": 403, "leader": 403, "discipline": 403},
        others=404,
        kwargs=lambda w: {"cycle_id": w.cycle.pk},
        method="post",
    ),
    "scoring:verification": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=session, data=opened
    ),
    "scoring:verification_create": Access(
        {"clerk": 302, "head": 302, "outsider_clerk": 404}, kwargs=session, data=opened, method="post"
    ),
    "scoring:package_download": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=session, data=opened, method="post"
    ),
    "api-result-list": Access({**STAFF, "secretary": 200, "outsider_secretary": 200}, anonymous=401),
    "api-result-detail": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404, "secretary": 200, "outsider_secretary": 404},
        anonymous=401,
        kwargs=lambda w: {"pk": w.summary.pk},
        data=released,
    ),
}
