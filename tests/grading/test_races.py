"""Two people at once: one act happens, the other is told."""

import pytest

from apps.common.errors import StaleVersion
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle
from apps.grading import errors, services
from apps.grading.models import DeliberationStep, GradeDecision, Reconsideration
from tests.evaluations.test_races import at_once
from tests.factories.grading import (
    AT,
    decide_all,
    make_deliberation,
    make_request,
    make_reviewed_deliberation,
    make_signed_deliberation,
)
from tests.factories.scoring import make_clerk, make_scored_cycle

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results):
    return sorted(type(one).__name__ for one in results)


def test_two_people_start():
    cycle = make_scored_cycle(["good", "poor"])
    clerks = [make_clerk(cycle), make_clerk(cycle)]

    results = at_once(
        *(lambda who=who: services.start_deliberation(cycle.pk, actor=who, at=AT) for who in clerks)
    )

    assert results[0] == results[1]
    assert GradeDecision.objects.count() == 2


def test_two_people_decide_the_same_grade_from_the_same_page():
    deliberation = make_deliberation(["good"], rules={"good_quota": 100})
    decision = deliberation.decisions.get()
    clerks = [make_clerk(deliberation.cycle), make_clerk(deliberation.cycle)]

    results = at_once(
        *(
            lambda who=who, grade=grade: services.decide_grade(
                decision.pk, grade=grade, reason="理由", version=1, actor=who, at=AT
            )
            for who, grade in zip(clerks, (Grade.AVERAGE, Grade.POOR), strict=True)
        )
    )

    assert kinds(results) == ["GradeDecision", "StaleVersion"]
    kept = next(one for one in results if not isinstance(one, StaleVersion))
    decision.refresh_from_db()
    assert (decision.overall_grade, decision.decided_by) == (kept.overall_grade, kept.decided_by)


def test_two_heads_sign():
    deliberation = make_reviewed_deliberation()
    heads = [make_clerk(deliberation.cycle, "head"), make_clerk(deliberation.cycle, "head")]

    results = at_once(
        *(lambda who=who: services.sign_off(deliberation.cycle_id, actor=who, at=AT) for who in heads)
    )

    assert kinds(results) == ["Deliberation", "Deliberation"]
    assert results[0].signed_off_by == results[1].signed_off_by
    assert DeliberationStep.objects.filter(kind="signed_off").count() == 1
    assert ReviewCycle.objects.get(pk=deliberation.cycle_id).stage == "rectifying"


def test_changing_while_somebody_reviews_leaves_one_of_both():
    deliberation = decide_all(make_deliberation(["good"], rules={"good_quota": 100}))
    decision = deliberation.decisions.get()
    clerk, second = make_clerk(deliberation.cycle), make_clerk(deliberation.cycle)

    changed, reviewed = at_once(
        lambda: services.decide_grade(
            decision.pk, grade=Grade.POOR, reason="理由", version=None, actor=clerk, at=AT
        ),
        lambda: services.review_deliberation(deliberation.cycle_id, actor=second, at=AT),
    )

    decision.refresh_from_db()
    if isinstance(changed, errors.AlreadyReviewed):
        assert decision.overall_grade == "good"
    else:
        assert decision.overall_grade == "poor"
    assert not isinstance(reviewed, Exception)


def test_two_requests_at_once_make_one():
    decision = make_signed_deliberation().decisions.first()
    clerks = [make_clerk(decision.deliberation.cycle), make_clerk(decision.deliberation.cycle)]

    results = at_once(*(lambda who=who: make_request(decision, actor=who) for who in clerks))

    assert kinds(results) == ["Reconsideration", "ReconsiderationOpen"]
    assert Reconsideration.objects.count() == 1
