"""One small district with one of everything, for the table of URL × role (``tests/access.py``).

``world.users[role]`` are the accounts. The clerk, head, leader and discipline cover ``world.root``; ``outsider_clerk`` covers only
``world.other_town``. ``secretary`` heads ``world.town`` and is ``world.reviewee``; ``outsider_secretary`` heads ``world.other_town``.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.access import ROLES

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@dataclass
class World:
    """Everything a URL of the table may name."""

    mark: str = ""  # tells the names of a second world from those of the first
    users: dict[str, Any] = field(default_factory=dict)
    root: Any = None
    town: Any = None
    branch: Any = None
    other_town: Any = None
    secretary: Any = None
    outsider_secretary: Any = None
    appointment: Any = None
    cycle: Any = None
    draft_cycle: Any = None
    scheme: Any = None
    voter_groups: list[Any] = field(default_factory=list)
    papers: list[Any] = field(default_factory=list)
    draft_paper: Any = None
    component: Any = None
    imported_component: Any = None
    section: Any = None
    reviewee: Any = None
    report: Any = None
    round: Any = None
    follow_up: Any = None
    problem: Any = None
    meeting: Any = None
    agenda_item: Any = None
    commentary: Any = None
    session: Any = None
    subject: Any = None
    session_group: Any = None
    credential: Any = None
    run: Any = None
    summary: Any = None
    veto: Any = None
    component_score: Any = None
    adjustment: Any = None
    adjustment_entry: Any = None
    eligibility: Any = None
    figure_import: Any = None
    deliberation: Any = None
    decision: Any = None
    reconsideration: Any = None
    document: Any = None
    document_job: Any = None
    item: Any = None
    archive: Any = None
    file: Any = None
    job: Any = None
    roster_import: Any = None
    notification: Any = None
    audit_entry: Any = None


def _organizations(w):
    from apps.organizations.models import Organization
    from tests.factories.organizations import give_history

    def make(code, name, kind, field_, superior):
        row = Organization.objects.create(
            code=w.mark + code,
            name=w.mark + name,
            kind=kind,
            field=field_,
            superior=superior,
            path=f"tmp-{w.mark}{code}",
            depth=superior.depth + 1 if superior else 0,
            pinyin_key=code,
            stroke_key=code,
        )
        row.path = f"{superior.path if superior else ''}{row.pk}/"
        row.save(update_fields=["path"])
        give_history(row)
        return row

    w.root = make("R", "区委", "committee", "agency", None)
    w.town = make("T1", "甲镇党委", "committee", "rural", w.root)
    w.branch = make("B1", "甲镇一村党支部", "branch", "rural", w.town)
    w.other_town = make("T2", "乙镇党委", "committee", "rural", w.root)


def _people(w):
    from apps.accounts.models import RoleAssignment, User
    from apps.secretaries.models import Appointment, Secretary

    w.secretary = Secretary.objects.create(name="甲书记", pinyin_key="a", stroke_key="a")
    w.outsider_secretary = Secretary.objects.create(name="乙书记", pinyin_key="b", stroke_key="b")
    w.appointment = Appointment.objects.create(
        secretary=w.secretary, organization=w.town, post="党委书记", started_on=date(2020, 1, 1)
    )
    Appointment.objects.create(
        secretary=w.outsider_secretary,
        organization=w.other_town,
        post="党委书记",
        started_on=date(2020, 1, 1),
    )
    scopes = {
        "clerk": w.root,
        "head": w.root,
        "leader": w.root,
        "discipline": w.root,
        "outsider_clerk": w.other_town,
    }
    people = {"secretary": w.secretary, "outsider_secretary": w.outsider_secretary}
    for role in ROLES:
        if role == "anonymous":
            continue
        user = User.objects.create(
            username=w.mark + role, display_name=w.mark + role, secretary=people.get(role), password="!"
        )
        RoleAssignment.objects.create(user=user, role=role.removeprefix("outsider_"), scope=scopes.get(role))
        w.users[role] = user


def _cycle(w):
    from apps.cycles.domain.papers.presets import STANDARD
    from apps.cycles.domain.papers.templates import describe_template
    from apps.cycles.models import (
        GradeCondition,
        GradeRule,
        PaperRevision,
        ReportSection,
        ReviewCycle,
        Reviewee,
        ReviewScheme,
        SchemeAdjustment,
        SchemeComponent,
        SchemePaper,
        VoterGroup,
    )

    w.draft_cycle = ReviewCycle.objects.create(year=2027, title="2027年度", host=w.root, created_at=NOW)
    draft = ReviewScheme.objects.create(cycle=w.draft_cycle, preset="60-40")
    w.draft_paper = SchemePaper.objects.create(
        scheme=draft, order_no=1, name="测评表", definition=describe_template(STANDARD), version=2
    )
    PaperRevision.objects.create(
        paper=w.draft_paper, version=1, name="测评表", definition=describe_template(STANDARD), saved_at=NOW
    )
    w.cycle = ReviewCycle.objects.create(year=2026, title="2026年度", host=w.root, created_at=NOW)
    w.scheme = ReviewScheme.objects.create(cycle=w.cycle, preset="60-40")
    w.voter_groups = [
        VoterGroup.objects.create(scheme=w.scheme, order_no=n, name=name, weight=weight, n_expected=10)
        for n, (name, weight) in enumerate([("A票", 60), ("B票", 40)], start=1)
    ]
    w.papers = [
        SchemePaper.objects.create(
            scheme=w.scheme, order_no=1, name="测评表", definition=describe_template(STANDARD)
        )
    ]
    for grade, start in [("good", 90), ("fairly_good", 80), ("average", 70), ("poor", 0)]:
        GradeRule.objects.create(scheme=w.scheme, grade=grade, from_total=start)
    w.component = SchemeComponent.objects.create(
        scheme=w.scheme, order_no=1, name="现场测评", kind="ballot", weight=70
    )
    w.imported_component = SchemeComponent.objects.create(
        scheme=w.scheme, order_no=2, name="平时考核", kind="imported", weight=30
    )
    w.adjustment = SchemeAdjustment.objects.create(
        scheme=w.scheme, order_no=1, kind="bonus", name="受表彰", least=1, most=3, limit=5
    )
    w.eligibility = GradeCondition.objects.create(
        scheme=w.scheme, order_no=1, kind="eligibility", name="单位考核优秀", cap="fairly_good"
    )
    w.section = ReportSection.objects.create(scheme=w.scheme, order_no=1, title="履职情况")
    w.reviewee = Reviewee.objects.create(
        cycle=w.cycle,
        secretary=w.secretary,
        organization=w.town,
        name="甲书记",
        post="党委书记",
        organization_name="甲镇党委",
        field="rural",
        order_no=1,
    )
    w.scheme.frozen_at = NOW
    w.scheme.save(update_fields=["frozen_at"])
    ReviewCycle.objects.filter(pk=w.cycle.pk).update(stage="reporting", opened_at=NOW)
    w.cycle.refresh_from_db()


def _work(w):
    from apps.assessments.models import AdjustmentEntry, ComponentScore, Veto
    from apps.duty_reports.models import DutyReport, FollowUp, Problem, ReportRound, SectionText
    from apps.evaluations.models import Credential, EvaluationSession, SessionGroup, SessionSubject
    from apps.meetings.models import AgendaItem, Attendance, Commentary, ReviewMeeting

    clerk = w.users["clerk"]
    w.report = DutyReport.objects.create(reviewee=w.reviewee)
    SectionText.objects.create(report=w.report, section=w.section, text="正文")
    w.round = ReportRound.objects.create(
        report=w.report, round_no=1, texts={}, submitted_at=NOW, submitted_by=w.users["secretary"]
    )
    w.follow_up = FollowUp.objects.create(
        report=w.report, order_no=1, source_year=2025, source_key="1", problem="旧问题", state_then="整改中"
    )
    w.problem = Problem.objects.create(
        cycle=w.cycle,
        organization=w.town,
        reviewee=w.reviewee,
        source="commentary",
        text="问题",
        created_at=NOW,
    )
    w.meeting = ReviewMeeting.objects.create(cycle=w.cycle, title="述职评议会", starts_at=NOW, place="礼堂")
    w.agenda_item = AgendaItem.objects.create(meeting=w.meeting, reviewee=w.reviewee, order_no=1)
    for group in w.voter_groups:
        Attendance.objects.create(meeting=w.meeting, voter_group=group, n_expected=10, n_present=9)
    w.commentary = Commentary.objects.create(
        meeting=w.meeting,
        reviewee=w.reviewee,
        leader_name="区委书记",
        text="点评",
        recorded_by=clerk,
        recorded_at=NOW,
    )
    w.session = EvaluationSession.objects.create(
        cycle=w.cycle, meeting=w.meeting, title="测评", hall_key=(w.mark + "k" * 43)[:43]
    )
    w.subject = SessionSubject.objects.create(session=w.session, reviewee=w.reviewee, order_no=1)
    for group in w.voter_groups:
        w.session_group = SessionGroup.objects.create(session=w.session, voter_group=group, n_planned=10)
    w.credential = Credential.objects.create(
        session=w.session,
        group=w.session_group,
        selector=(w.mark + "AAAA")[:4],
        fast_verifier=b"x" * 32,
        slow_verifier="x",
    )
    w.veto = Veto.objects.create(
        reviewee=w.reviewee, caps_at="average", reason="事由", entered_by=clerk, entered_at=NOW
    )
    w.component_score = ComponentScore.objects.create(
        reviewee=w.reviewee, component=w.imported_component, value=90, out_of=100, source="通报", entered_by=clerk,
        entered_at=NOW,
    )  # fmt: skip
    w.adjustment_entry = AdjustmentEntry.objects.create(
        reviewee=w.reviewee,
        adjustment=w.adjustment,
        points=2,
        reason="市级表彰",
        entered_by=clerk,
        entered_at=NOW,
    )


def _results(w):
    import pgtrigger

    from apps.archives.models import CycleArchive
    from apps.assessments.models import FigureImport
    from apps.audit.services import record_action
    from apps.documents.models import Job, StoredFile
    from apps.grading.models import Deliberation, GradeDecision, Reconsideration
    from apps.notifications.models import Notification
    from apps.official_documents.models import IssuedDocument
    from apps.rectification.models import RectificationItem
    from apps.rosters.models import RosterImport
    from apps.scoring.models import ScoreRun, ScoreSummary

    clerk = w.users["clerk"]

    def make_file(kind, subject_id):
        return StoredFile.objects.create(
            kind=kind,
            subject_id=subject_id,
            name="文件.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            created_at=NOW,
            created_by=clerk,
        )

    w.file = make_file("tests.file", w.reviewee.pk)
    w.job = Job.objects.create(
        kind="scoring.compute", title="计分", requested_by=clerk, queued_at=NOW, state="done"
    )
    w.run = ScoreRun.objects.create(
        cycle=w.cycle,
        job=w.job,
        state="done",
        is_current=True,
        software_version="1",
        requested_by=clerk,
        started_at=NOW,
    )
    w.summary = ScoreSummary.objects.create(run=w.run, reviewee=w.reviewee, n_valid=9, total=90, n_in_field=1)
    w.deliberation = Deliberation.objects.create(cycle=w.cycle, run=w.run)
    w.decision = GradeDecision.objects.create(
        deliberation=w.deliberation, reviewee=w.reviewee, proposed_grade="good", overall_grade="good"
    )
    with pgtrigger.ignore("grading.Reconsideration:after_sign_off"):
        w.reconsideration = Reconsideration.objects.create(
            decision=w.decision, requested_on=NOW.date(), requested_by_name="甲书记", request_reason="理由",
            grade_before="good", recorded_by=clerk, recorded_at=NOW,
        )  # fmt: skip
    w.document = IssuedDocument.objects.create(
        kind="feedback_letter",
        cycle=w.cycle,
        reviewee=w.reviewee,
        title="反馈意见书",
        number=1,
        number_text="〔2026〕1号",
        code=(w.mark + "0" * 12)[:12],
        pdf=make_file("official_documents.file", None),
        issued_at=NOW,
        issued_by=clerk,
    )
    StoredFile.objects.filter(pk=w.document.pdf_id).update(subject_id=w.document.pk)
    w.document_job = Job.objects.create(
        kind="official_documents.make",
        title="反馈意见书",
        arguments={"cycle_id": w.cycle.pk, "items": [["feedback_letter", w.reviewee.pk, "", 1]]},
        requested_by=clerk,
        queued_at=NOW,
        state="done",
    )
    w.item = RectificationItem.objects.create(problem=w.problem, cycle=w.cycle, organization=w.town)
    w.archive = CycleArchive.objects.create(
        cycle=w.cycle,
        file=make_file("archives.archive", w.cycle.pk),
        n_files=3,
        made_at=NOW,
        made_by=clerk,
    )
    w.roster_import = RosterImport.objects.create(
        file=make_file("rosters.workbook", None), uploaded_by=clerk, uploaded_at=NOW
    )
    w.figure_import = FigureImport.objects.create(
        cycle=w.cycle, file=make_file("assessments.workbook", w.cycle.pk), uploaded_by=clerk, uploaded_at=NOW
    )
    w.notification = Notification.objects.create(recipient=clerk, title="消息", created_at=NOW)
    w.audit_entry = record_action("tests.made", w.cycle, actor=clerk, at=NOW)


@pytest.fixture
def world(db):
    """A district with one of everything."""
    return _built(World())


@pytest.fixture
def far_world(world):
    """Another district with one of everything, wholly out of sight of the accounts of ``world``."""
    return _built(World(mark="z"))


def _built(w):
    for step in (_organizations, _people, _cycle, _work, _results):
        step(w)
    return w
