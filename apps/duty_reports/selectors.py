"""Reads of duty reports, rounds and problems. Doors: ``duty_reports_visible_to`` and ``problems_visible_to``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from apps.accounts.domain.roles import DEPARTMENT_ROLES, Role
from apps.accounts.models import User
from apps.cycles.domain.schemes import SectionKind
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.duty_reports.domain.counting import Count as TextCount
from apps.duty_reports.domain.counting import count, problem_share, total
from apps.duty_reports.domain.diffs import Piece, compare
from apps.duty_reports.domain.rounds import KeptReport, Mark, from_json, marks_from_json
from apps.duty_reports.domain.states import Decision, ProblemSource, ReportState
from apps.duty_reports.domain.submission import Gap, SectionDraft, check_submission
from apps.duty_reports.models import DutyReport, Problem, Reminder, ReportRound
from apps.notifications.kit.todos import Todo
from apps.organizations.models import Organization
from apps.organizations.selectors import within

READERS = (*DEPARTMENT_ROLES, Role.LEADER.value)


def duty_reports_visible_to(user: User) -> QuerySet[DutyReport]:
    """Return reports of organizations in the scope of staff and leaders, and the account's own reports."""
    own = Q(pk__in=[])
    if user.secretary_id is not None:
        own = Q(reviewee__secretary_id=user.secretary_id)
    return DutyReport.objects.filter(within(user.paths_of(*READERS), "reviewee__organization__") | own)


def own_reports(user: User) -> QuerySet[DutyReport]:
    """Return the reports the account's person writes or wrote, newest year first."""
    if user.secretary_id is None:
        return DutyReport.objects.none()
    rows = DutyReport.objects.filter(reviewee__secretary_id=user.secretary_id)
    return rows.select_related("reviewee__cycle").order_by("-reviewee__cycle__year", "pk")


def problems_visible_to(user: User) -> QuerySet[Problem]:
    """Return problems of organizations in the account's scope.

    A secretary sees what the own reports name, and from the feedback stage on everything about the own person.
    """
    own = Q(pk__in=[])
    if user.secretary_id is not None:
        fed_back = Q(cycle__stage__in=[Stage.RECTIFYING.value, Stage.ARCHIVED.value])
        own = Q(reviewee__secretary_id=user.secretary_id) & (Q(source="own_report") | fed_back)
    return Problem.objects.filter(within(user.scope_paths(), "organization__") | own)


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """One heading as pages show it."""

    section_id: int
    title: str
    kind: SectionKind
    hint: str
    min_chars: int
    max_chars: int
    text: str
    revision: int
    count: TextCount

    @property
    def is_problems(self) -> bool:
        return self.kind == SectionKind.PROBLEMS

    @property
    def is_follow_up(self) -> bool:
        return self.kind == SectionKind.FOLLOW_UP


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Counts of the whole report; ``share`` is the per cent of problems and causes, ``None`` while it is empty."""

    count: TextCount
    share: Fraction | None


def written_sections(report: DutyReport) -> list[WrittenSection]:
    """Return every heading with what stands under it, in order."""
    rows = report.texts.select_related("section").order_by("section__order_no")
    return [
        WrittenSection(
            row.section_id,
            row.section.title,
            SectionKind(row.section.kind),
            row.section.hint,
            row.section.min_chars,
            row.section.max_chars,
            row.text,
            row.revision,
            count(row.text),
        )
        for row in rows
    ]


def figures_of(sections: Sequence[WrittenSection]) -> ReportFigures:
    """Return the counts of the whole report."""
    whole = total(section.count for section in sections)
    n_problems = sum(section.count.n_chars for section in sections if section.is_problems)
    return ReportFigures(whole, problem_share(n_problems, whole.n_chars))


def gaps_of(report: DutyReport) -> list[Gap]:
    """Return what is still missing before the report can be handed in."""
    drafts = [
        SectionDraft(s.section_id, s.title, s.kind, s.text, s.min_chars, s.max_chars)
        for s in written_sections(report)
    ]
    unanswered = [(row.pk, row.problem) for row in report.follow_ups.all() if not row.answer.strip()]
    return check_submission(drafts, report.reviewee.cycle.scheme.min_problem_share, unanswered)


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its text, its remarks, and what changed since the round before (empty for the first)."""

    round: ReportRound
    kept: KeptReport
    marks: list[tuple[str, Mark]]
    changes: list[tuple[str, list[Piece]]]


def rounds_of(report: DutyReport) -> list[RoundView]:
    """Return every round, newest first."""
    views: list[RoundView] = []
    before: KeptReport | None = None
    for row in report.rounds.select_related("submitted_by", "decided_by").order_by("round_no"):
        kept = from_json(row.texts)
        changes = [] if before is None else changes_between(before, kept)
        titles = {section.key: section.title for section in kept.sections}
        marks = [(titles.get(mark.section_key, ""), mark) for mark in marks_from_json(row.marks)]
        views.append(RoundView(row, kept, marks, changes))
        before = kept
    return views[::-1]


def changes_between(old: KeptReport, new: KeptReport) -> list[tuple[str, list[Piece]]]:
    """Return per heading and per answer what changed; what stayed the same is left out."""
    return _changed(_titled(old), _titled(new))


def _titled(kept: KeptReport) -> dict[tuple[str, int], tuple[str, str]]:
    texts = {("section", s.key): (s.title, s.text) for s in kept.sections}
    return texts | {("answer", a.key): (f"上年度问题：{a.problem}", a.answer) for a in kept.answers}


def _changed(
    before: dict[tuple[str, int], tuple[str, str]], after: dict[tuple[str, int], tuple[str, str]]
) -> list[tuple[str, list[Piece]]]:
    found = []
    for key, (title, text) in after.items():
        old_text = before.get(key, ("", ""))[1]
        if old_text != text:
            found.append((title, compare(old_text, text)))
    return found


def last_returned(report: DutyReport) -> ReportRound | None:
    """Return the round the author is working off: the latest one, if it was sent back."""
    latest = report.rounds.order_by("-round_no").first()
    return latest if latest is not None and latest.decision == Decision.RETURNED.value else None


def with_marks(
    sections: Sequence[WrittenSection], returned: ReportRound | None
) -> list[tuple[WrittenSection, list[Mark]]]:
    """Pair every heading with the passages the reviewer pointed at."""
    marks = marks_from_json(returned.marks) if returned is not None else []
    return [(s, [mark for mark in marks if mark.section_key == s.section_id]) for s in sections]


def with_list_figures(reports: QuerySet[DutyReport]) -> QuerySet[DutyReport]:
    """Add what the list shows: number of rounds and the latest reminder."""
    return reports.select_related("reviewee__cycle", "reviewee__organization").annotate(
        n_rounds=Count("rounds", distinct=True), reminded_at=Max("reminders__sent_at")
    )


@dataclass(frozen=True, slots=True)
class BoardLine:
    """Counts of one row of the progress board, by state in the order of ``ReportState``."""

    label: str
    counts: tuple[int, ...]
    n_all: int
    unit_id: int | None = None


def board_of(cycle: ReviewCycle, reports: QuerySet[DutyReport]) -> tuple[BoardLine, list[BoardLine]]:
    """Return the counts of the whole cycle and one line per organization directly below the host."""
    rows = reports.filter(reviewee__cycle=cycle).values_list("state", "reviewee__organization__path")
    by_unit: dict[str, list[str]] = {}
    for state, path in rows:
        by_unit.setdefault(_unit_id(cycle.host.path, path), []).append(state)
    names = dict(
        Organization.objects.filter(pk__in=[int(unit) for unit in by_unit]).values_list("pk", "name")
    )
    lines = [
        _line(names[int(unit)], states, int(unit))
        for unit, states in sorted(by_unit.items(), key=lambda pair: int(pair[0]))
    ]
    return _line("合计", [state for states in by_unit.values() for state in states]), lines


def _unit_id(host_path: str, path: str) -> str:
    return path.removeprefix(host_path).split("/", 1)[0]


def _line(label: str, states: Sequence[str], unit_id: int | None = None) -> BoardLine:
    return BoardLine(label, tuple(states.count(state.value) for state in ReportState), len(states), unit_id)


def reports_to_remind(cycle: ReviewCycle) -> QuerySet[DutyReport]:
    """Return the reports that are still with their authors."""
    waiting = [ReportState.DRAFT.value, ReportState.RETURNED.value]
    return DutyReport.objects.filter(reviewee__cycle=cycle, state__in=waiting)


def own_problems(report: DutyReport) -> QuerySet[Problem]:
    """Return the problems the author listed in this report."""
    rows = Problem.objects.filter(reviewee_id=report.reviewee_id, source=ProblemSource.OWN_REPORT.value)
    return rows.order_by("pk")


@dataclass(frozen=True, slots=True)
class ReminderSummary:
    """One act of reminding: when, by whom, how many it reached and how many it did not."""

    sent_at: datetime
    sent_by: str
    n_reached: int
    n_unreached: int


def recent_reminders(cycle: ReviewCycle, limit: int = 5) -> list[ReminderSummary]:
    """Return the latest acts of reminding in a cycle."""
    rows = (
        Reminder.objects.filter(report__reviewee__cycle=cycle)
        .order_by("-sent_at")
        .values_list("sent_at", "sent_by__display_name")
        .annotate(
            n_reached=Count("pk", filter=Q(is_reached=True)),
            n_unreached=Count("pk", filter=Q(is_reached=False)),
        )
    )
    return [ReminderSummary(*row) for row in rows[:limit]]


def todos_of(user: User, today: date) -> list[Todo]:
    """Return what waits: the own report for a secretary, reports to review for staff."""
    return [*_todos_of_author(user, today), *_todos_of_staff(user), *_late_of_staff(user, today)]


def _todos_of_author(user: User, today: date) -> Iterator[Todo]:
    if user.secretary_id is None:
        return
    writable = Q(state=ReportState.RETURNED.value, reviewee__cycle__stage__in=["reporting", "meeting"])
    writable |= Q(state=ReportState.DRAFT.value, reviewee__cycle__stage="reporting")
    for report in own_reports(user).filter(writable):
        cycle = report.reviewee.cycle
        is_returned = report.state == ReportState.RETURNED.value
        late = "（已过截止日期）" if cycle.reports_due_on and cycle.reports_due_on < today else ""
        title = f"{cycle.year}年度述职报告{'被退回，请修改后再提交' if is_returned else '还没有提交'}{late}"
        url = reverse("duty_reports:report_edit", args=[report.pk])
        yield Todo(title, url, due_on=cycle.reports_due_on, order=10)


def _todos_of_staff(user: User) -> Iterator[Todo]:
    paths = user.department_paths()
    if not paths:
        return
    submitted = DutyReport.objects.filter(
        within(paths, "reviewee__cycle__host__"),
        state=ReportState.SUBMITTED.value,
        reviewee__cycle__stage__in=["reporting", "meeting"],
    )
    waiting = submitted.exclude(reviewee__secretary_id=user.secretary_id or 0).order_by()
    for cycle_id, title, n in waiting.values_list("reviewee__cycle_id", "reviewee__cycle__title").annotate(
        n=Count("pk")
    ):
        url = f"{reverse('duty_reports:report_list')}?cycle={cycle_id}&state=submitted"
        yield Todo(f"{title}：有述职报告等待审核", url, count=n, order=30)


def _late_of_staff(user: User, today: date) -> Iterator[Todo]:
    """Reports still not handed in after their day, one line for each cycle."""
    paths = user.department_paths()
    if not paths:
        return
    late = DutyReport.objects.filter(
        within(paths, "reviewee__cycle__host__"),
        state__in=[ReportState.DRAFT.value, ReportState.RETURNED.value],
        reviewee__cycle__stage="reporting",
        reviewee__cycle__reports_due_on__lt=today,
    ).order_by()
    cycles = late.values_list(*(f"reviewee__cycle__{name}" for name in ("id", "year", "reports_due_on")))
    for cycle_id, year, due_on, n in cycles.annotate(n=Count("pk")):
        url = f"{reverse('duty_reports:report_board')}?cycle={cycle_id}"
        yield Todo(f"催交{year}年度述职报告", url, count=n, due_on=due_on, order=31)
