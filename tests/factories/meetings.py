"""Meetings, agendas and commentary for tests: rows as services would leave them, written directly."""

from datetime import UTC, datetime

from apps.meetings.models import AgendaItem, Attendance, Commentary, CommentaryProblem, ReviewMeeting
from tests.factories.cycles import make_cycle

AT = datetime(2026, 12, 20, 1, 0, tzinfo=UTC)


def make_meeting(*, cycle=None, speakers=(), **fields):
    """Make a meeting; ``speakers`` are reviewees, on the agenda in this order."""
    cycle = cycle or make_cycle(stage="meeting")
    values = {"title": "述职评议会", "starts_at": AT, "place": "区委礼堂"} | fields
    meeting = ReviewMeeting.objects.create(cycle=cycle, **values)
    for place, reviewee in enumerate(speakers, start=1):
        AgendaItem.objects.create(meeting=meeting, reviewee=reviewee, order_no=place)
    return meeting


def make_attendance(*, meeting, voter_group, **fields):
    """Count heads of one group: 10 expected, 9 present unless given."""
    values = {"n_expected": 10, "n_present": 9} | fields
    return Attendance.objects.create(meeting=meeting, voter_group=voter_group, **values)


def make_commentary(*, meeting, reviewee, recorded_by, **fields):
    """Write down a leader's words."""
    values = {
        "leader_name": "王副书记",
        "text": "党员教育形式单一，年轻党员参加不多。",
        "recorded_at": AT,
    } | fields
    return Commentary.objects.create(meeting=meeting, reviewee=reviewee, recorded_by=recorded_by, **values)


def make_commentary_problem(*, commentary, problem):
    """Link a problem to the commentary it came from."""
    return CommentaryProblem.objects.create(commentary=commentary, problem=problem)
