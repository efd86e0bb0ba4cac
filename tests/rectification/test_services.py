from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, InternalError, transaction

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.documents.selectors import file_bytes
from apps.duty_reports.domain.states import ProblemSource
from apps.duty_reports.models import FollowUp
from apps.notifications.models import Notification
from apps.rectification import services
from apps.rectification.domain.evidence import EvidenceFile
from apps.rectification.errors import (
    BadDeadline,
    BadPercent,
    BadProblem,
    ItemSettled,
    NothingToVerify,
    PlanMissing,
    ProgressMissing,
    SamePerson,
    TextMissing,
)
from apps.rectification.models import Evidence, ProgressEntry, RectificationItem
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.duty_reports import make_duty_report, make_problem
from tests.factories.organizations import make_organization
from tests.factories.rectification import (
    DUE,
    PLANNED,
    make_applied_item,
    make_closed_item,
    make_entry,
    make_item,
)

AT = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return make_cycle(stage="rectifying", rectification_due_on=DUE)


@pytest.fixture
def reviewee(cycle):
    return make_reviewee(cycle=cycle)


@pytest.fixture
def secretary(reviewee):
    return make_user("secretary", secretary=reviewee.secretary)


@pytest.fixture
def clerk(cycle):
    return make_user("clerk", cycle.host)


@pytest.fixture
def item(reviewee, cycle):
    return make_item(cycle=cycle, reviewee=reviewee)


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_create_items_makes_one_per_problem_and_tells_the_secretary(cycle, reviewee, secretary, clerk):
    problems = [
        make_problem(cycle=cycle, organization=reviewee.organization, text=f"问题{n}") for n in range(2)
    ]

    services.create_items(cycle.pk, actor=clerk, at=AT)

    rows = RectificationItem.objects.order_by("problem_id").values_list("problem_id", "state", "due_on")
    assert list(rows) == [(p.pk, "open", DUE) for p in problems]
    assert actions() == ["rectification.items_created"]
    assert [n.recipient for n in Notification.objects.all()] == [secretary]


def test_create_items_again_adds_only_what_is_new(cycle, reviewee, clerk):
    make_problem(cycle=cycle, organization=reviewee.organization)
    first = services.create_items(cycle.pk, actor=clerk, at=AT)
    second = services.create_items(cycle.pk, actor=clerk, at=AT)
    make_problem(cycle=cycle, organization=reviewee.organization, text="后来发现的问题")
    third = services.create_items(cycle.pk, actor=clerk, at=AT)

    assert [len(first), len(second), len(third)] == [1, 0, 1]


def add_problem(cycle, organization, clerk, source=ProblemSource.INSPECTION, text="账目公开不及时。"):
    return services.add_problem_from_outside(
        cycle.pk,
        organization_id=organization.pk,
        source=source,
        raised_by="区委巡察组",
        text=text,
        actor=clerk,
        at=AT,
    )


def test_add_problem_from_outside_makes_its_item(cycle, reviewee, clerk):
    item = add_problem(cycle, reviewee.organization, clerk)

    assert (item.organization, item.problem.reviewee, item.problem.source) == (
        reviewee.organization, reviewee, "inspection",
    )  # fmt: skip


def test_add_problem_from_outside_refuses_other_stages(clerk):
    cycle = make_cycle(stage="grading")

    with pytest.raises(BadProblem):
        add_problem(cycle, make_organization(superior=cycle.host), clerk)


def test_add_problem_from_outside_refuses_other_sources_and_strangers(cycle, reviewee, clerk):
    with pytest.raises(BadProblem):
        add_problem(cycle, reviewee.organization, clerk, source=ProblemSource.COMMENTARY)
    with pytest.raises(BadProblem):
        add_problem(cycle, make_organization(), clerk)
    with pytest.raises(TextMissing):
        add_problem(cycle, reviewee.organization, clerk, text=" ")

    assert not RectificationItem.objects.exists()


def plan(item, actor, **changes):
    return services.plan_item(item.pk, **PLANNED | {"due_on": date(2027, 3, 1)} | changes, actor=actor, at=AT)


def test_plan_item_starts_the_work(item, secretary):
    planned = plan(item, secretary, version=1)

    assert (planned.state, planned.due_on, planned.version) == ("under_way", date(2027, 3, 1), 2)
    assert list(ProgressEntry.objects.values_list("kind", "due_on")) == [("plan", date(2027, 3, 1))]
    assert actions() == ["rectification.planned"]


def test_plan_item_refuses_an_old_version(item, secretary):
    plan(item, secretary, version=1)

    with pytest.raises(StaleVersion):
        plan(item, secretary, version=1)


@pytest.mark.parametrize("due_on", [date(2027, 1, 14), date(2027, 4, 1)])
def test_plan_item_refuses_deadlines_in_the_past_or_beyond_the_cycle(item, secretary, due_on):
    with pytest.raises(BadDeadline):
        plan(item, secretary, due_on=due_on)


@pytest.mark.parametrize("due_on", [date(2027, 1, 15), DUE])
def test_plan_item_takes_today_and_the_last_day(item, secretary, due_on):
    assert plan(item, secretary, due_on=due_on).due_on == due_on


@pytest.mark.parametrize("name", PLANNED)
def test_plan_item_needs_every_word(item, secretary, name):
    with pytest.raises(TextMissing):
        plan(item, secretary, **{name: " "})


def test_settled_items_take_neither_plan_nor_progress(cycle, reviewee, secretary, clerk):
    applied = make_applied_item(cycle=cycle, reviewee=reviewee, applied_by=secretary)
    closed = make_closed_item(cycle=cycle, reviewee=reviewee, applied_by=secretary, verified_by=clerk)

    for item in (applied, closed):
        with pytest.raises(ItemSettled):
            plan(item, secretary)
        with pytest.raises(ItemSettled):
            report(item, secretary)


PHOTO = EvidenceFile("会议照片.png", "image/png", b"\x89PNG\r\n\x1a\n-photo")


def report(item, actor, **changes):
    values = {"text": "已开展两次集中学习。", "percent": 40} | changes
    return services.report_progress(item.pk, **values, actor=actor, at=AT)


def test_report_progress_keeps_evidence(item, secretary):
    plan(item, secretary)

    entry = report(item, secretary, files=[PHOTO])

    evidence = Evidence.objects.get()
    item.refresh_from_db()
    assert (entry.percent, item.progress_percent) == (40, 40)
    assert (evidence.entry, evidence.file.subject_id, evidence.file.name) == (entry, item.pk, "会议照片.png")
    assert file_bytes(evidence.file) == PHOTO.content


def test_report_progress_needs_a_plan_a_text_and_a_share(item, secretary):
    with pytest.raises(PlanMissing):
        report(item, secretary)
    plan(item, secretary)
    for percent in (-1, 101):
        with pytest.raises(BadPercent):
            report(item, secretary, percent=percent)
    with pytest.raises(TextMissing):
        report(item, secretary, text="")

    assert list(ProgressEntry.objects.values_list("kind", flat=True)) == ["plan"]


def apply(item, actor, note="学习制度已建立。"):
    return services.apply_for_close_out(item.pk, note=note, actor=actor, at=AT)


@pytest.fixture
def under_way(item, secretary):
    plan(item, secretary)
    report(item, secretary)
    return item


def test_apply_for_close_out_twice_changes_nothing(under_way, secretary):
    first, second = apply(under_way, secretary), apply(under_way, secretary)

    assert (first.state, first.applied_by, second.version) == ("applied", secretary, first.version)
    assert actions().count("rectification.close_out_applied") == 1


def test_apply_for_close_out_refusals(item, secretary):
    with pytest.raises(PlanMissing):
        apply(item, secretary)
    plan(item, secretary)
    with pytest.raises(ProgressMissing):
        apply(item, secretary)
    report(item, secretary)
    with pytest.raises(TextMissing):
        apply(item, secretary, note="")

    assert RectificationItem.objects.get().state == "under_way"


def test_apply_for_close_out_refuses_closed_items(cycle, reviewee, secretary, clerk):
    closed = make_closed_item(cycle=cycle, reviewee=reviewee, applied_by=secretary, verified_by=clerk)

    with pytest.raises(ItemSettled):
        apply(closed, secretary)


def verify(item, actor, *, accepted=True, note="现场查看属实。"):
    return services.verify_close_out(item.pk, accepted=accepted, note=note, actor=actor, at=AT)


def test_verify_closes_out_and_tells_the_applicant(under_way, secretary, clerk):
    apply(under_way, secretary)

    closed = verify(under_way, clerk)

    assert (closed.state, closed.verified_by, closed.closed_out_at, closed.progress_percent) == (
        "closed_out", clerk, AT, 100,
    )  # fmt: skip
    assert list(Notification.objects.values_list("recipient", "title")) == [
        (secretary.pk, "整改事项已验收销号")
    ]
    assert actions()[-1] == "rectification.closed_out"


def test_verify_sends_back_with_a_note(under_way, secretary, clerk):
    apply(under_way, secretary)

    back = verify(under_way, clerk, accepted=False, note="缺少佐证。")

    assert (back.state, back.applied_by, back.verification_note) == ("under_way", None, "缺少佐证。")
    with pytest.raises(ProgressMissing):
        apply(under_way, secretary)
    report(under_way, secretary, percent=80)
    assert apply(under_way, secretary).state == "applied"


def test_verify_refuses_the_applicant(under_way, clerk):
    apply(under_way, clerk)

    with pytest.raises(SamePerson):
        verify(under_way, clerk)

    assert RectificationItem.objects.get().state == "applied"


def test_verify_needs_an_application_and_a_reason_to_send_back(under_way, secretary, clerk):
    with pytest.raises(NothingToVerify):
        verify(under_way, clerk)
    apply(under_way, secretary)
    with pytest.raises(TextMissing):
        verify(under_way, clerk, accepted=False, note=" ")


def test_database_refuses_the_applicant_as_verifier(cycle, reviewee, secretary):
    item = make_applied_item(cycle=cycle, reviewee=reviewee, applied_by=secretary)

    with pytest.raises(IntegrityError, match="verified_by_another"):
        RectificationItem.objects.filter(pk=item.pk).update(
            state="closed_out", closed_out_at=AT, verified_by=secretary
        )


def test_database_refuses_a_close_out_nobody_applied_for(item, clerk):
    with pytest.raises(IntegrityError, match="closed_out_complete"):
        RectificationItem.objects.filter(pk=item.pk).update(
            state="closed_out", closed_out_at=AT, verified_by=clerk
        )


def test_history_is_append_only(item, secretary):
    entry = make_entry(item=item, entered_by=secretary)

    with pytest.raises(InternalError), transaction.atomic():
        ProgressEntry.objects.filter(pk=entry.pk).update(text="改写")
    with pytest.raises(InternalError), transaction.atomic():
        entry.delete()


def extend(item, actor, due_on=date(2027, 5, 31), reason="汛期影响施工。"):
    return services.extend_deadline(item.pk, due_on=due_on, reason=reason, actor=actor, at=AT)


def test_extend_deadline_lets_the_plan_go_beyond_the_cycle(item, secretary, clerk):
    extend(item, clerk)

    assert plan(item, secretary, due_on=date(2027, 5, 31)).due_on == date(2027, 5, 31)
    entry = AuditEntry.objects.get(action="rectification.deadline_extended")
    assert entry.details == {"from": "2027-03-31", "to": "2027-05-31", "reason": "汛期影响施工。"}


def test_extend_deadline_refusals(item, cycle, reviewee, secretary, clerk):
    closed = make_closed_item(cycle=cycle, reviewee=reviewee, applied_by=secretary, verified_by=clerk)

    with pytest.raises(ItemSettled):
        extend(closed, clerk)
    with pytest.raises(BadDeadline):
        extend(item, clerk, due_on=DUE)
    with pytest.raises(TextMissing):
        extend(item, clerk, reason="")

    item.refresh_from_db()
    assert item.due_on == DUE


@pytest.fixture
def next_cycle(cycle):
    return make_cycle(stage="reporting", host=cycle.host, year=cycle.year + 1)


def test_hand_down_copies_only_open_items_of_the_same_host_and_organization(
    cycle, next_cycle, reviewee, secretary, clerk
):
    report_ = make_duty_report(
        reviewee=make_reviewee(
            cycle=next_cycle, organization=reviewee.organization, secretary=reviewee.secretary
        )
    )
    open_item = make_item(cycle=cycle, reviewee=reviewee)
    make_closed_item(cycle=cycle, reviewee=reviewee, applied_by=secretary, verified_by=clerk)
    make_item(cycle=cycle)
    make_item(organization=reviewee.organization, cycle=make_cycle(stage="rectifying", year=2024))

    handed = [services.hand_down_open_items(next_cycle.pk, actor=clerk, at=AT) for _ in range(2)]

    rows = FollowUp.objects.values_list("report", "source_year", "source_key", "problem", "state_then")
    key = f"rectification-{open_item.pk}"
    assert list(rows) == [(report_.pk, cycle.year, key, open_item.problem.text, "待制定措施")]
    assert handed == [1, 1]


def test_hand_down_does_not_look_at_later_years(cycle, next_cycle, reviewee, clerk):
    make_duty_report(reviewee=reviewee)
    make_item(cycle=next_cycle, organization=reviewee.organization)

    assert services.hand_down_open_items(cycle.pk, actor=clerk, at=AT) == 0
