"""Deliberations at any point, made by the real services."""

from datetime import UTC, date, datetime

import pgtrigger

from apps.cycles.domain.grades import Grade
from apps.cycles.models import AppraisalLink, FieldQuota, GradeCondition
from apps.grading import services
from apps.grading.domain.meetings import Member
from apps.grading.domain.states import MemberRole
from tests.factories.scoring import make_clerk, make_scored_cycle

AT = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
MEMBERS = (
    Member("张主任", "组织部部长", MemberRole.CHAIR),
    Member("李委员", "组织部副部长"),
    Member("王委员", "纪委副书记", is_absent=True, absence_reason="出差"),
    Member("赵干事", "", MemberRole.RECORDER),
)
RECORD = services.MeetingRecord(date(2026, 12, 25), MEMBERS, place="三楼会议室")


def make_deliberation(grades=("good", "fairly_good"), *, actor=None, **options):
    """A cycle under deliberation: proposals are made, nothing is decided."""
    cycle = make_scored_cycle(grades, **options)
    return services.start_deliberation(cycle.pk, actor=actor or make_clerk(cycle), at=AT)


def decide_all(deliberation, *, actor=None):
    """Decide everything as proposed and record the meeting."""
    cycle = deliberation.cycle
    actor = actor or make_clerk(cycle)
    services.decide_all_as_proposed(cycle.pk, actor=actor, at=AT)
    for one in deliberation.decisions.filter(overall_grade=""):  # a hidden score proposes nothing
        services.decide_grade(
            one.pk, grade=Grade.FAIRLY_GOOD, reason="会议研究", version=None, actor=actor, at=AT
        )
    services.record_deliberation(cycle.pk, record=RECORD, version=None, actor=actor, at=AT)
    deliberation.refresh_from_db()
    return deliberation


def review(deliberation, *, actor=None):
    """Have somebody else review what is decided."""
    actor = actor or make_clerk(deliberation.cycle)
    return services.review_deliberation(deliberation.cycle_id, actor=actor, at=AT)


def make_reviewed_deliberation(grades=("good", "fairly_good"), **options):
    """A cycle whose grades are decided and reviewed."""
    return review(decide_all(make_deliberation(grades, **options)))


def make_signed_deliberation(grades=("good", "fairly_good"), **options):
    """A cycle whose grades are signed off."""
    deliberation = make_reviewed_deliberation(grades, **options)
    head = make_clerk(deliberation.cycle, role="head")
    return services.sign_off(deliberation.cycle_id, actor=head, at=AT)


def make_request(decision, *, actor=None, **fields):
    """Somebody asked for a signed grade to be looked at again."""
    values = {
        "requested_on": date(2026, 12, 26),
        "requested_by_name": "本人",
        "reason": "日常考核漏计",
    } | fields
    return services.request_reconsideration(
        decision.pk,
        request=services.Request(**values),
        actor=actor or make_clerk(decision.deliberation.cycle),
        at=AT,
    )


def make_reconsideration(decision, grade=Grade.GOOD, *, at=AT):
    """A decided reconsideration."""
    cycle = decision.deliberation.cycle
    act = make_request(decision)
    heard = services.record_hearing(
        act.pk,
        heard_on=date(2026, 12, 27),
        hearing="本人说明情况",
        version=None,
        actor=make_clerk(cycle),
        at=at,
    )
    outcome = services.Outcome(date(2026, 12, 28), "主持：张主任；出席：李委员", grade, "经核实，情况属实")
    return services.decide_reconsideration(
        heard.pk, outcome=outcome, version=None, actor=make_clerk(cycle, role="head"), at=at
    )


def change_scheme(cycle, *, conditions=(), quotas=(), links=(), until=(), **rules):
    """Give a frozen scheme other rules, as if it had been frozen with them. Rows are dictionaries of columns."""
    scheme = cycle.scheme
    frozen = [f"cycles.{name}:frozen_insert" for name in ("GradeCondition", "FieldQuota", "AppraisalLink")]
    with pgtrigger.ignore("cycles.ReviewScheme:frozen", "cycles.GradeRule:frozen_update", *frozen):
        for name, value in rules.items():
            setattr(scheme, name, value)
        scheme.save()
        for grade, share in until:
            scheme.grade_rules.filter(grade=grade).update(until_share=share)
        made = [
            GradeCondition.objects.create(scheme=scheme, order_no=n, **row)
            for n, row in enumerate(conditions, start=1)
        ]
        for row in quotas:
            FieldQuota.objects.create(scheme=scheme, **row)
        for row in links:
            AppraisalLink.objects.create(scheme=scheme, **row)
    cycle.refresh_from_db()
    return made
