"""One year of the demonstration district, step by step, through the services people use.

A year is told from the day of its meeting (``base``); every act gets its day relative to that one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from apps.accounts.models import User
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee
from apps.cycles.services import (
    advance_stage,
    choose_reviewees,
    copy_cycle,
    create_cycle,
    open_cycle,
    update_cycle,
)
from apps.documents.services import run_job
from apps.duty_reports.models import DutyReport
from apps.duty_reports.services import (
    add_own_problem,
    approve_duty_report,
    return_duty_report,
    save_follow_up_answer,
    save_section,
    submit_duty_report,
)
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services import create_session
from apps.grading.domain.meetings import Member
from apps.grading.domain.states import MemberRole
from apps.grading.models import Deliberation
from apps.grading.services import (
    MeetingRecord,
    decide_all_as_proposed,
    decide_grade,
    record_deliberation,
    review_deliberation,
    sign_off,
    start_deliberation,
)
from apps.meetings.models import ReviewMeeting
from apps.meetings.services import (
    add_commentary_problem,
    create_meeting,
    draw_lots,
    record_attendance,
    record_commentary,
    set_agenda,
)
from apps.official_documents.domain.orders import Order
from apps.official_documents.models import IssuedDocument
from apps.official_documents.services import mark_document_read, order_documents
from apps.organizations.models import Organization
from apps.portal.management.demo import assessing, ballots, rectifying, texts
from apps.scoring.models import ScoreRun
from apps.secretaries.models import Appointment

PER_FIELD = {"rural": 6, "urban": 6, "new": 6, "agency": 6, "soe": 5, "health": 5, "education": 6}
N_ORAL = {"rural": 4, "urban": 4}
DEFAULT_ORAL = 3
GROUP_SIZES = (31, 52)


@dataclass
class Year:
    """What the steps of one year share."""

    base: datetime
    number: int
    clerk: User
    head: User
    root: Organization
    previous: ReviewCycle | None = None
    cycle: ReviewCycle = field(init=False)
    meeting: ReviewMeeting = field(init=False)
    session: EvaluationSession = field(init=False)
    cards: list[str] = field(init=False)
    draw: Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = Random(self.number)  # noqa: S311 -- invented texts, not a secret

    def day(self, n: int, hour: int = 9) -> datetime:
        """Return a moment ``n`` days after the meeting."""
        return self.base.replace(hour=hour) + timedelta(days=n)


def draft(year: Year) -> None:
    """Set up the cycle: the first from a preset, the next as a copy of the last one."""
    at = year.day(-25)
    if year.previous is None:
        year.cycle = create_cycle(
            year=year.number, host_id=year.root.pk, preset="30-30-40", actor=year.clerk, at=at
        )
        assessing.enrich(year.cycle, n_expected=GROUP_SIZES, clerk=year.clerk, at=at)
    else:
        year.cycle = copy_cycle(year.previous.pk, year=year.number, actor=year.clerk, at=at)
    year.cycle = update_cycle(
        year.cycle.pk,
        title=f"{year.number}年度党组织书记抓基层党建工作述职评议考核",
        reports_due_on=year.day(-5).date(),
        meeting_on=year.base.date(),
        rectification_due_on=year.day(330).date(),
        actor=year.clerk,
        at=at,
    )
    oral, written = _chosen(year.root)
    choose_reviewees(year.cycle.pk, secretary_ids=oral, mode=ReportMode.ORAL, actor=year.clerk, at=at)
    choose_reviewees(year.cycle.pk, secretary_ids=written, mode=ReportMode.WRITTEN, actor=year.clerk, at=at)


def _chosen(root: Organization) -> tuple[list[int], list[int]]:
    """Return those who speak and those who hand in only: some from every field, in the order of the roster."""
    oral: list[int] = []
    written: list[int] = []
    in_office = Appointment.objects.filter(ended_on=None, organization__superior=root).select_related(
        "organization"
    )
    seen = dict.fromkeys(PER_FIELD, 0)
    for appointment in in_office.order_by("organization__code"):
        name = appointment.organization.field
        if seen[name] < PER_FIELD[name]:
            (oral if seen[name] < N_ORAL.get(name, DEFAULT_ORAL) else written).append(
                appointment.secretary_id
            )
            seen[name] += 1
    return oral, written


def reporting(year: Year) -> None:
    """Open the cycle."""
    year.cycle = open_cycle(year.cycle.pk, actor=year.clerk, at=year.day(-22))


def reports(year: Year) -> None:
    """Everybody writes and hands in; some are sent back once; all are approved."""
    rows = DutyReport.objects.filter(reviewee__cycle=year.cycle).select_related("reviewee__secretary__user")
    for n, report in enumerate(rows.order_by("reviewee__order_no")):
        author = report.reviewee.secretary.user
        _write(report, author, year)
        submit_duty_report(report.pk, actor=author, at=year.day(-10, 10))
        if n % 7 == 3:  # noqa: PLR2004 -- some of them
            reason = "问题查摆不够具体，请结合本单位实际逐条说明，并与下一步措施对应。"
            return_duty_report(report.pk, reason=reason, actor=year.clerk, at=year.day(-9))
            _write(report, author, year)
            submit_duty_report(report.pk, actor=author, at=year.day(-8))
        approve_duty_report(report.pk, actor=year.clerk, at=year.day(-7, 15))


def _write(report: DutyReport, author: User, year: Year) -> None:
    name = report.reviewee.field
    for row in report.texts.select_related("section"):
        text = texts.section_text(row.section.kind, row.section.title, name, year.draw)
        if row.section.kind == "follow_up":
            text = "对去年点评指出的问题，我逐条制定措施、明确时限，除个别需长期坚持的事项外，均已按期整改。"
        save_section(
            report.pk,
            section_id=row.section_id,
            text=text,
            revision=row.revision,
            actor=author,
            at=year.day(-12),
        )
    for follow_up in report.follow_ups.all():
        answer = "已纳入今年重点任务，明确专人负责，目前取得阶段性进展，年底前完成整改。"
        save_follow_up_answer(
            follow_up.pk, answer=answer, revision=follow_up.revision, actor=author, at=year.day(-11)
        )
    if not report.reviewee.problems.exists():
        add_own_problem(report.pk, text=texts.PROBLEMS[name][2], actor=author, at=year.day(-11))


def assessing_stage(year: Year) -> None:
    """Enter the figures and facts that are not voted on."""
    assessing.assess(year.cycle, clerk=year.clerk, at=year.day(-4), draw=year.draw)


def meeting(year: Year) -> None:
    """Prepare the meeting: place, agenda by lot, an evaluation session without a key yet."""
    year.cycle = advance_stage(year.cycle.pk, to=Stage.MEETING, actor=year.clerk, at=year.day(-3))
    year.meeting = create_meeting(
        year.cycle.pk,
        title=f"{year.number}年度述职评议会",
        starts_at=year.base.replace(hour=9, minute=0),
        place="区会议中心一楼报告厅",
        actor=year.clerk,
        at=year.day(-3, 10),
    )
    oral = Reviewee.objects.filter(cycle=year.cycle, mode=ReportMode.ORAL.value).order_by("order_no")
    set_agenda(
        year.meeting.pk, list(oral.values_list("pk", flat=True)), actor=year.clerk, at=year.day(-3, 11)
    )
    draw_lots(year.meeting.pk, seed=f"青禾区{year.number}", actor=year.clerk, at=year.day(-3, 15))
    groups = list(year.cycle.scheme.voter_groups.order_by("order_no"))
    year.session = create_session(
        year.cycle.pk,
        title=f"{year.number}年度现场测评",
        planned={group.pk: size for group, size in zip(groups, GROUP_SIZES, strict=True)},
        meeting_id=year.meeting.pk,
        actor=year.clerk,
        at=year.day(-3, 16),
    )


def voting(year: Year) -> None:
    """Hold the meeting: attendance, commentary, and the ballots cast, sealed."""
    groups = list(year.cycle.scheme.voter_groups.order_by("order_no"))
    present = {group.pk: (size, size - 2) for group, size in zip(groups, GROUP_SIZES, strict=True)}
    record_attendance(year.meeting.pk, counts=present, actor=year.clerk, at=year.day(0))
    for item in year.meeting.agenda.select_related("reviewee"):
        text, problems = texts.commentary(item.reviewee.field, year.draw)
        said = record_commentary(
            year.meeting.pk,
            reviewee_id=item.reviewee_id,
            leader_name=texts.LEADERS[item.order_no % len(texts.LEADERS)],
            text=text,
            actor=year.clerk,
            at=year.day(0, 11),
        )
        for problem in problems:
            add_commentary_problem(said.pk, text=problem, actor=year.clerk, at=year.day(0, 11))
    year.cards = ballots.cast_all(year.session, actor=year.clerk, at=year.day(0, 12), draw=year.draw)


def grading(year: Year) -> None:
    """Close and open the urn, compute the scores, propose the grades."""
    ballots.open_and_release(year.session, year.cards, actor=year.clerk, at=year.day(0, 14))
    run = ScoreRun.objects.filter(cycle=year.cycle).latest("pk")
    if run.job_id:
        run_job(run.job_id, clock=lambda: year.day(0, 15))
    start_deliberation(year.cycle.pk, actor=year.clerk, at=year.day(2))


def rectifying_stage(year: Year) -> None:
    """Decide and sign off, issue the letters, rectify."""
    record_deliberation(
        year.cycle.pk,
        record=_committee(year.day(5).date()),
        version=None,
        actor=year.clerk,
        at=year.day(5),
    )
    _depart_once(year)
    decide_all_as_proposed(year.cycle.pk, actor=year.clerk, at=year.day(5, 11))
    review_deliberation(year.cycle.pk, actor=year.head, at=year.day(5, 16))
    sign_off(year.cycle.pk, actor=year.head, at=year.day(6))
    letters_job = order_documents(
        Order(year.cycle.pk, ["feedback_letter"]), actor=year.clerk, at=year.day(6, 10)
    )
    run_job(letters_job.pk, clock=lambda: year.day(6, 11))
    letters = IssuedDocument.objects.filter(cycle=year.cycle, kind="feedback_letter")
    for letter in letters.select_related("reviewee__secretary__user"):
        if letter.reviewee is not None:
            mark_document_read(letter.pk, actor=letter.reviewee.secretary.user, at=year.day(7))
    rectifying.rectify(year.cycle, clerk=year.clerk, day=year.day, draw=year.draw)


COMMITTEE = (
    Member("李卫东", "区委书记", MemberRole.CHAIR),
    Member("王海燕", "区委副书记"),
    Member("张立新", "区委组织部部长"),
    Member("高云鹏", "区纪委书记", is_absent=True, absence_reason="外出开会"),
    Member("陈秋实", "区委办公室主任", MemberRole.ATTENDING),
)


def _committee(held_on: date) -> MeetingRecord:
    return MeetingRecord(
        held_on,
        COMMITTEE,
        place="区委第一会议室",
        quorum_note="须有三分之二以上委员到会，实到符合规定",
        minutes="会议逐个领域听取得分、核查和一票否决情况，研究同分人员和需要调整的等次，同意按审定表执行。",
    )


def _depart_once(year: Year) -> None:
    decisions = Deliberation.objects.get(cycle=year.cycle).decisions.order_by("reviewee__order_no")
    best = decisions.filter(proposed_grade="good").last()
    if best is not None:
        decide_grade(
            best.pk,
            grade=Grade.FAIRLY_GOOD,
            reason="年内出现一起信访积案，经研究，本年度不评为“好”。",
            version=best.version,
            actor=year.clerk,
            at=year.day(5, 10),
        )


def report_year(base: datetime) -> int:
    """Return the year a meeting on ``base`` looks back on: meetings fall from December to March."""
    return (base - timedelta(days=75)).year


Step = Callable[[Year], None]
STEPS: dict[str, Step] = {
    "draft": draft,
    "reporting": reporting,
    "reports": reports,
    "assessing": assessing_stage,
    "meeting": meeting,
    "voting": voting,
    "grading": grading,
    "rectifying": rectifying_stage,
}


def run_year(year: Year, *, until: str = "rectifying") -> Year:
    """Walk the year up to and including the step ``until``."""
    for name, step in STEPS.items():
        step(year)
        if name == until:
            break
    return year
