"""Who gets what in the meeting room. The cycle of the world still collects reports."""

from apps.meetings.models import CommentaryProblem
from tests.access import Access

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 404}
POSTED = {"clerk": 302, "head": 302, "outsider_clerk": 404}
SEEN = STAFF | {"leader": 200}


def meeting(world):
    return {"meeting_id": world.meeting.pk}


def commentary(world):
    return {"commentary_id": world.commentary.pk}


def problem(world):
    link, _ = CommentaryProblem.objects.get_or_create(commentary=world.commentary, problem=world.problem)
    return {"problem_id": link.problem_id}


ROWS = {
    "meetings:meeting_list": Access({"clerk": 200, "head": 200, "outsider_clerk": 200, "leader": 200}),
    "meetings:meeting_create": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "meetings:meeting_detail": Access(SEEN, kwargs=meeting),
    "meetings:meeting_record": Access(SEEN, kwargs=meeting),
    "meetings:countdown": Access(SEEN, kwargs=meeting),
    "meetings:clock": Access(SEEN, kwargs=meeting),
    "meetings:commentary": Access(SEEN, kwargs=lambda w: meeting(w) | {"reviewee_id": w.reviewee.pk}),
    "meetings:meeting_edit": Access(STAFF, kwargs=meeting),
    "meetings:attendance_edit": Access(STAFF, kwargs=meeting),
    "meetings:meeting_agenda": Access(STAFF, kwargs=meeting),
    "meetings:agenda_move": Access(POSTED, kwargs=meeting, method="post"),
    "meetings:lots_draw": Access(POSTED, kwargs=meeting, method="post"),
    "meetings:commentary_panel": Access(STAFF, kwargs=commentary),
    "meetings:commentary_save": Access(
        {"clerk": 409, "head": 409, "outsider_clerk": 404},
        kwargs=commentary,
        method="post",
        data=lambda w: {"text": "点评", "version": 1},
    ),
    "meetings:commentary_remove": Access(POSTED, kwargs=commentary, method="post"),
    "meetings:problem_add": Access(POSTED, kwargs=commentary, method="post"),
    "meetings:problem_edit": Access(POSTED, kwargs=problem, method="post"),
    "meetings:problem_remove": Access(POSTED, kwargs=problem, method="post"),
}
