"""No list page costs more than 8 queries, with one row and with 3,000."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from apps.common.lists import ListPage
from tests.architecture.test_access import rows
from tests.world import NOW

MOST_QUERIES = 8
MANY = 3_000
FIRST_ID = 100_000


def list_pages(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from list_pages(
                pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            )
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", None)
            if view is not None and issubclass(view, ListPage):
                yield f"{prefix}{pattern.name}"


PAGES = sorted(list_pages(get_resolver().url_patterns))


def n_queries(client, world, name):
    """Return how many queries the page costs the first role that may open it, and how many rows it found."""
    row = rows()[name]
    role = next(role for role, status in row.allowed.items() if status == 200)
    client.force_login(world.users[role], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse(name, kwargs=row.kwargs(world))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url, {"size": "100"})
    assert response.status_code == 200
    return len(captured), response.context["page"].paginator.count


@pytest.mark.slow
@pytest.mark.django_db
def test_lists_cost_at_most_eight_queries_with_few_and_with_3000_rows(world, client):
    few = {name: n_queries(client, world, name) for name in PAGES}

    grow(world)
    many = {name: n_queries(client, world, name) for name in PAGES}

    assert len(PAGES) >= 20
    assert {name: n for name, (n, _) in few.items() if n > MOST_QUERIES} == {}
    assert {name: n for name, (n, _) in many.items() if n > MOST_QUERIES} == {}
    small = {name for name, (_, found) in many.items() if found < MANY}
    assert small <= OF_ONE_PERSON


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["\0", "1\0", "-1", "9" * 30, "x" * 5000])
def test_lists_are_shown_whatever_is_asked_of_them(world, client, value):
    """An address is typed, shortened and passed on: what a list does not know counts as nothing chosen."""
    refused = {}
    for name in PAGES:
        row = rows()[name]
        role = next(role for role, status in row.allowed.items() if status == 200)
        client.force_login(world.users[role], backend="django.contrib.auth.backends.ModelBackend")
        url = reverse(name, kwargs=row.kwargs(world))
        asked = {"q", "sort", "page", "size", "col"} | set(LINKED.get(name, ()))
        asked |= {one.name for one in resolve(url).func.view_class.filters}
        status = client.get(url, dict.fromkeys(asked, value)).status_code
        refused |= {name: status} if status != 200 else {}

    assert refused == {}


# What links of other pages ask besides the filters that are shown.
LINKED = {"audit:entry_list": ("account", "address", "request", "object")}
# Lists of one person's or one cycle's own things never grow to thousands.
OF_ONE_PERSON = {
    "assessments:component_list",
    "assessments:condition_list",
    "grading:deliberation_list",
    "insights:own_years",
    "rectification:own_item_list",
}


def grow(w):
    """Add 3,000 of everything a list shows."""
    ids = range(FIRST_ID, FIRST_ID + MANY)
    organizations = _organizations(w, ids)
    _organizations(w, range(FIRST_ID + MANY, FIRST_ID + 2 * MANY))  # nobody heads these
    people = _people(ids, organizations)
    reviewees = _reviewees(w, people, organizations)
    _work(w, reviewees)
    _results(w, reviewees)
    _words(w)
    _system(w, ids, organizations)
    with connection.cursor() as cursor:
        # Other tests roll their rows back; statistics taken in between say "no rows", and joins are planned for that.
        cursor.execute("ANALYZE")


def _words(w):
    """Words of ballots, as an opened and released session shows them."""
    import pgtrigger

    from apps.evaluations.models import EvaluationSession, OpenedComment

    one_way, while_opening = (
        "evaluations.EvaluationSession:one_way",
        "evaluations.OpenedComment:comment_while_opening",
    )
    with pgtrigger.ignore(one_way, while_opening):
        EvaluationSession.objects.filter(pk=w.session.pk).update(state="released")
        OpenedComment.objects.bulk_create(
            OpenedComment(session=w.session, paper=w.papers[0], text=f"意见{n}") for n in range(MANY)
        )


def _organizations(w, ids):
    from apps.organizations.models import Organization, OrganizationPeriod

    made = Organization.objects.bulk_create(
        Organization(
            id=n, code=f"M{n}", name=f"党支部{n}", kind="branch", field="rural", superior=w.root,
            path=f"{w.root.path}{n}/", depth=1, pinyin_key=str(n), stroke_key=str(n),
        )
        for n in ids
    )  # fmt: skip
    OrganizationPeriod.objects.bulk_create(
        OrganizationPeriod(
            organization=one, code=one.code, name=one.name, kind="branch", field="rural", superior=w.root
        )
        for one in made
    )
    return made


def _people(ids, organizations):
    from apps.accounts.models import RoleAssignment, User
    from apps.secretaries.models import Appointment, Secretary

    people = Secretary.objects.bulk_create(
        Secretary(id=n, name=f"书记{n}", pinyin_key=str(n), stroke_key=str(n)) for n in ids
    )
    Appointment.objects.bulk_create(
        Appointment(
            secretary=person, organization=organization, post="党支部书记", started_on=date(2022, 1, 1)
        )
        for person, organization in zip(people, organizations, strict=True)
    )
    users = User.objects.bulk_create(
        User(username=f"u{n}", display_name=f"用户{n}", password="!") for n in ids
    )
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role="secretary") for user in users)
    return people


def _reviewees(w, people, organizations):
    from apps.cycles.domain.papers.presets import STANDARD
    from apps.cycles.domain.papers.templates import describe_template
    from apps.cycles.models import ReviewCycle, Reviewee, ReviewScheme, SchemePaper

    cycles = ReviewCycle.objects.bulk_create(
        ReviewCycle(year=2026, title=f"周期{organization.pk}", host=organization, created_at=NOW)
        for organization in organizations
    )
    schemes = ReviewScheme.objects.bulk_create(ReviewScheme(cycle=cycle, preset="60-40") for cycle in cycles)
    form = describe_template(STANDARD)
    SchemePaper.objects.bulk_create(
        SchemePaper(scheme=scheme, order_no=1, name="测评表", definition=form) for scheme in schemes
    )
    return Reviewee.objects.bulk_create(
        Reviewee(
            cycle=w.cycle, secretary=person, organization=organization, name=person.name, post="书记",
            organization_name=organization.name, field="rural", order_no=n,
        )
        for n, (person, organization) in enumerate(zip(people, organizations, strict=True), start=2)
    )  # fmt: skip


def _work(w, reviewees):
    from apps.assessments.models import AdjustmentEntry, Veto
    from apps.duty_reports.models import DutyReport, Problem, ReportRound
    from apps.evaluations.models import EvaluationSession
    from apps.meetings.models import ReviewMeeting
    from apps.rectification.models import RectificationItem

    clerk = w.users["clerk"]
    reports = DutyReport.objects.bulk_create(DutyReport(reviewee=one, state="submitted") for one in reviewees)
    ReportRound.objects.bulk_create(
        ReportRound(report=report, round_no=1, texts={}, submitted_at=NOW, submitted_by=clerk)
        for report in reports
    )
    problems = Problem.objects.bulk_create(
        Problem(
            cycle=w.cycle,
            organization=one.organization,
            reviewee=one,
            source="commentary",
            text="问题",
            created_at=NOW,
        )
        for one in reviewees
    )
    RectificationItem.objects.bulk_create(
        RectificationItem(problem=problem, cycle=w.cycle, organization=problem.organization)
        for problem in problems
    )
    Veto.objects.bulk_create(
        Veto(reviewee=one, caps_at="average", reason="事由", entered_by=clerk, entered_at=NOW)
        for one in reviewees
    )
    AdjustmentEntry.objects.bulk_create(
        AdjustmentEntry(
            reviewee=one, adjustment=w.adjustment, points=1, reason="表彰", entered_by=clerk, entered_at=NOW
        )
        for one in reviewees
    )
    ReviewMeeting.objects.bulk_create(
        ReviewMeeting(cycle=w.cycle, title=f"会议{n}", starts_at=NOW, place="礼堂") for n in range(MANY)
    )
    EvaluationSession.objects.bulk_create(
        EvaluationSession(cycle=w.cycle, title=f"测评{n}", hall_key=f"{n:043}") for n in range(MANY)
    )


def _results(w, reviewees):
    from apps.documents.models import StoredFile
    from apps.grading.models import Deliberation, GradeDecision, Reconsideration
    from apps.official_documents.models import IssuedDocument
    from apps.scoring.models import ScoreRun, ScoreSummary

    ScoreRun.objects.bulk_create(
        ScoreRun(
            cycle=w.cycle, state="done", software_version="1", requested_by=w.users["clerk"], started_at=NOW
        )
        for _ in range(MANY)
    )
    ScoreSummary.objects.bulk_create(
        ScoreSummary(run=w.run, reviewee=one, n_valid=9, total=90, n_in_field=MANY) for one in reviewees
    )
    decisions = GradeDecision.objects.bulk_create(
        GradeDecision(deliberation=w.deliberation, reviewee=one, proposed_grade="good", overall_grade="good")
        for one in reviewees
    )
    papers = StoredFile.objects.bulk_create(_file(w, "official_documents.file", one.pk) for one in reviewees)
    IssuedDocument.objects.bulk_create(
        IssuedDocument(
            kind="feedback_letter", cycle=w.cycle, reviewee=one, title="反馈意见书", number=n, code=f"{n:012}", pdf=file,
            issued_at=NOW, issued_by=w.users["clerk"],
        )
        for n, (one, file) in enumerate(zip(reviewees, papers, strict=True), start=2)
    )  # fmt: skip
    Deliberation.objects.update(signed_off_at=NOW, signed_off_by=w.users["head"])
    Reconsideration.objects.bulk_create(
        Reconsideration(
            decision=decision, requested_on=NOW.date(), requested_by_name="本人", request_reason="理由",
            grade_before="good", recorded_by=w.users["clerk"], recorded_at=NOW,
        )
        for decision in decisions
    )  # fmt: skip


def _system(w, ids, organizations):
    from apps.archives.models import CycleArchive
    from apps.assessments.models import FigureImport
    from apps.audit.models import AuditEntry
    from apps.documents.models import Job, StoredFile
    from apps.notifications.models import Notification
    from apps.rosters.models import RosterImport

    clerk = w.users["clerk"]
    AuditEntry.objects.bulk_create(  # of today: the list shows the last 30 days
        AuditEntry(
            seq=n, at=timezone.now(), actor_id=clerk.pk, actor_label="经办", action="cycles.created", object_type="", object_id="",
            object_label="", previous_hash="", entry_hash=f"{n:064}",
        )
        for n in ids
    )  # fmt: skip
    for user in w.users.values():
        Notification.objects.bulk_create(
            Notification(recipient=user, title="消息", created_at=NOW) for _ in ids
        )
    Job.objects.bulk_create(
        Job(kind="scoring.compute", title="计分", requested_by=clerk, queued_at=NOW) for _ in ids
    )
    files = StoredFile.objects.bulk_create(_file(w, "rosters.workbook", None) for _ in ids)
    RosterImport.objects.bulk_create(
        RosterImport(file=file, uploaded_by=clerk, uploaded_at=NOW) for file in files
    )
    archives = StoredFile.objects.bulk_create(_file(w, "archives.archive", w.cycle.pk) for _ in ids)
    CycleArchive.objects.bulk_create(
        CycleArchive(cycle=w.cycle, file=file, n_files=3, made_at=NOW, made_by=clerk) for file in archives
    )
    FigureImport.objects.bulk_create(
        FigureImport(cycle=w.cycle, file=file, uploaded_by=clerk, uploaded_at=NOW) for file in files
    )


def _file(w, kind, subject_id):
    from apps.documents.models import StoredFile

    return StoredFile(
        kind=kind, subject_id=subject_id, name="文件", content_type="application/pdf", size=1, sha256="0" * 64,
        created_at=NOW, created_by=w.users["clerk"],
    )  # fmt: skip
