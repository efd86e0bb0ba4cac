"""Reads of meetings: lists, the agenda with its progress, proposals of problems."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from apps.accounts.models import User
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee, VoterGroup
from apps.meetings.domain.lots import Lot, draw
from apps.meetings.domain.sentences import Sentence, proposals
from apps.meetings.models import AgendaItem, Commentary, CommentaryProblem, MeetingClock, ReviewMeeting
from apps.meetings.policies import VIEWERS
from apps.organizations.selectors import within


def meetings_visible_to(user: User) -> QuerySet[ReviewMeeting]:
    """Return the meetings of hosts in the account's subtrees: staff and leaders, nobody else."""
    paths = user.paths_of(*VIEWERS)
    return ReviewMeeting.objects.filter(within(paths, "cycle__host__")).select_related("cycle__host")


def with_figures(meetings: QuerySet[ReviewMeeting]) -> QuerySet[ReviewMeeting]:
    """Add the counts that the list shows: speakers, people commented on, heads expected and present."""
    return meetings.annotate(
        n_speakers=Count("agenda", distinct=True),
        n_commented=Count("commentaries__reviewee", filter=~Q(commentaries__text=""), distinct=True),
    )


def cycles_for_meetings(user: User) -> QuerySet[ReviewCycle]:
    """Return the cycles for which the account may set up a meeting now."""
    return ReviewCycle.objects.filter(
        within(user.department_paths(), "host__"),
        stage__in=[Stage.REPORTING.value, Stage.MEETING.value],
    )


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A speaker with what has been recorded so far."""

    order_no: int
    reviewee: Reviewee
    n_commentaries: int
    n_problems: int
    lot: str


def agenda_lines(meeting: ReviewMeeting) -> list[AgendaLine]:
    """Return the agenda in order, with commentary progress and, once drawn, each lot's digest."""
    items = (
        AgendaItem.objects.filter(meeting=meeting)
        .select_related("reviewee")
        .annotate(
            n_commentaries=Count(
                "reviewee__commentaries",
                filter=Q(reviewee__commentaries__meeting=meeting) & ~Q(reviewee__commentaries__text=""),
                distinct=True,
            ),
            n_problems=Count(
                "reviewee__commentaries__problem_links",
                filter=Q(reviewee__commentaries__meeting=meeting),
                distinct=True,
            ),
        )
        .order_by("order_no")
    )
    found = list(items)
    digests = {lot.reviewee_id: lot.digest for lot in lots_of(meeting, [i.reviewee_id for i in found])}
    return [
        AgendaLine(
            item.order_no,
            item.reviewee,
            item.n_commentaries,
            item.n_problems,
            digests.get(item.reviewee_id, ""),
        )
        for item in found
    ]


def lots_of(meeting: ReviewMeeting, reviewee_ids: list[int]) -> list[Lot]:
    """Return the lots repeated from the recorded seed; empty before lots were drawn."""
    return draw(meeting.lot_seed, reviewee_ids) if meeting.lots_drawn_at else []


def is_in_lot_order(lines: list[AgendaLine]) -> bool:
    """Tell whether the agenda still stands as the lots fell (nobody was moved by hand afterwards)."""
    digests = [line.lot for line in lines]
    return bool(digests) and all(digests) and digests == sorted(digests)


def candidates(meeting: ReviewMeeting) -> list[Reviewee]:
    """Return the oral reviewees of the cycle who are not on the agenda of another meeting of it."""
    elsewhere = AgendaItem.objects.filter(meeting__cycle_id=meeting.cycle_id).exclude(meeting=meeting)
    return list(
        Reviewee.objects.filter(cycle_id=meeting.cycle_id, mode=ReportMode.ORAL.value)
        .exclude(pk__in=elsewhere.values("reviewee_id"))
        .order_by("order_no", "id")
    )


@dataclass(frozen=True, slots=True)
class GroupAttendance:
    """Heads of one voter group. ``None`` = not yet counted."""

    group: VoterGroup
    n_expected: int
    n_present: int | None

    @property
    def is_counted(self) -> bool:
        return self.n_present is not None


def attendance_of(meeting: ReviewMeeting) -> list[GroupAttendance]:
    """Return one line per voter group of the cycle; the scheme's number stands until heads are counted."""
    counted = {row.voter_group_id: row for row in meeting.attendance.all()}
    groups = VoterGroup.objects.filter(scheme__cycle_id=meeting.cycle_id).order_by("order_no")
    return [
        GroupAttendance(group, counted[group.pk].n_expected, counted[group.pk].n_present)
        if group.pk in counted
        else GroupAttendance(group, group.n_expected, None)
        for group in groups
    ]


def total_attendance(meeting: ReviewMeeting) -> tuple[int, int]:
    """Return all heads expected and present that were counted."""
    found = meeting.attendance.aggregate(expected=Sum("n_expected"), present=Sum("n_present"))
    return found["expected"] or 0, found["present"] or 0


def commentaries_of(meeting: ReviewMeeting, reviewee_id: int | None = None) -> QuerySet[Commentary]:
    """Return the commentaries of a meeting (of one reviewee) with their problems."""
    links = CommentaryProblem.objects.select_related("problem").order_by("problem_id")
    found = Commentary.objects.filter(meeting=meeting).select_related("recorded_by", "reviewee")
    if reviewee_id is not None:
        found = found.filter(reviewee_id=reviewee_id)
    return found.prefetch_related(Prefetch("problem_links", queryset=links))


def proposals_for(commentary: Commentary) -> list[Sentence]:
    """Return the sentences of a commentary that are not yet problems, those that name a lack first."""
    taken = [link.problem.text for link in commentary.problem_links.all()]
    return sorted(proposals(commentary.text, taken), key=lambda one: not one.names_a_lack)


def leaders_of(meeting: ReviewMeeting) -> list[str]:
    """Return the leaders who spoke at the meeting so far, by name."""
    names = Commentary.objects.filter(meeting=meeting).order_by("leader_name")
    return list(names.values_list("leader_name", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class ClockFace:
    """Who has the floor and how much time is left. ``None``: nobody was called yet."""

    reviewee_id: int | None
    seconds_left: int
    ends_at: datetime | None

    def milliseconds_left(self, now: datetime) -> int:
        """Time left at ``now``; below nought if somebody speaks too long."""
        if self.ends_at is None:
            return self.seconds_left * 1000
        return round((self.ends_at - now).total_seconds() * 1000)


def clock_of(meeting: ReviewMeeting) -> ClockFace:
    """Return the meeting's clock as it stands."""
    row = MeetingClock.objects.filter(meeting=meeting).first()
    if row is None:
        return ClockFace(None, meeting.minutes_each * 60, None)
    return ClockFace(row.reviewee_id, row.seconds_left, row.ends_at)


def speakers_of(meeting: ReviewMeeting) -> list[AgendaItem]:
    """Return the agenda in order, for the hall."""
    return list(meeting.agenda.select_related("reviewee").order_by("order_no"))
