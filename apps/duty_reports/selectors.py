"""Reads of duty reports, rounds and problems. Doors: ``duty_reports_visible_to`` and ``problems_visible_to``."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Max, Q, QuerySet

from apps.accounts.domain.roles import DEPARTMENT_ROLES, Role
from apps.accounts.models import User
from apps.cycles.domain.schemes import SectionKind
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.duty_reports.domain.counting import Count as TextCount
from apps.duty_reports.domain.counting import count, problem_share, total
from apps.duty_reports.domain.diffs import Piece, compare
from apps.duty_reports.domain.rounds import KeptReport, Mark, from_json, marks_from_json
from apps.duty_reports.domain.states import Decision, ReportState
from apps.duty_reports.domain.submission import Gap, SectionDraft, check_submission
from apps.duty_reports.models import DutyReport, Problem, ReportRound
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
    marks: list[Mark]
    changes: list[tuple[str, list[Piece]]]


def rounds_of(report: DutyReport) -> list[RoundView]:
    """Return every round, newest first."""
    views: list[RoundView] = []
    before: KeptReport | None = None
    for row in report.rounds.select_related("submitted_by", "decided_by").order_by("round_no"):
        kept = from_json(row.texts)
        changes = [] if before is None else changes_between(before, kept)
        views.append(RoundView(row, kept, marks_from_json(row.marks), changes))
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
    """Return the latest round that was sent back, for the author's page."""
    return report.rounds.filter(decision=Decision.RETURNED.value).order_by("-round_no").first()


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
    path: str = ""


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
        _line(names[int(unit)], states, f"{cycle.host.path}{unit}/")
        for unit, states in sorted(by_unit.items(), key=lambda pair: int(pair[0]))
    ]
    return _line("合计", [state for states in by_unit.values() for state in states]), lines


def _unit_id(host_path: str, path: str) -> str:
    return path.removeprefix(host_path).split("/", 1)[0]


def _line(label: str, states: Sequence[str], path: str = "") -> BoardLine:
    return BoardLine(label, tuple(states.count(state.value) for state in ReportState), len(states), path)


def reports_to_remind(cycle: ReviewCycle) -> QuerySet[DutyReport]:
    """Return the reports that are still with their authors."""
    waiting = [ReportState.DRAFT.value, ReportState.RETURNED.value]
    return DutyReport.objects.filter(reviewee__cycle=cycle, state__in=waiting)
