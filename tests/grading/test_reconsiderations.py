"""Reconsideration: a new act beside the old decision, every way out."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from apps.common.errors import StaleVersion
from apps.cycles.domain.grades import Grade
from apps.grading import errors, services
from apps.grading.domain.states import ReconsiderationState
from apps.grading.models import GradeDecision, Reconsideration
from apps.grading.selectors import with_effective_grade
from apps.grading.signals import grades_reconsidered
from apps.notifications.models import Notification
from tests.factories.accounts import make_user
from tests.factories.grading import (
    AT,
    make_deliberation,
    make_reconsideration,
    make_request,
    make_signed_deliberation,
)
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db

ALL_GOOD = {"good_quota": 100}


@pytest.fixture
def decision(db):
    """A signed 较好."""
    deliberation = make_signed_deliberation(["good", "fairly_good"], rules=ALL_GOOD)
    return deliberation.decisions.get(overall_grade="fairly_good")


def hear(act, *, version=None, hearing="本人说明情况"):
    return services.record_hearing(
        act.pk,
        heard_on=date(2026, 12, 27),
        hearing=hearing,
        version=version,
        actor=make_clerk(act.decision.deliberation.cycle),
        at=AT,
    )


def settle(act, grade=Grade.GOOD, *, version=None, members="主持：张主任", reason="属实"):
    return services.decide_reconsideration(
        act.pk,
        outcome=services.Outcome(date(2026, 12, 28), members, grade, reason),
        version=version,
        actor=make_clerk(act.decision.deliberation.cycle, "head"),
        at=AT,
    )


def withdraw(act, reason="本人撤回"):
    cycle = act.decision.deliberation.cycle
    return services.withdraw_reconsideration(
        act.pk, reason=reason, version=None, actor=make_clerk(cycle), at=AT
    )


def test_request_remembers_the_grade_that_counts(decision):
    act = make_request(decision)

    assert (act.grade_before, act.grade_after, act.state) == (
        "fairly_good",
        "",
        ReconsiderationState.REQUESTED,
    )


def test_request_needs_a_signed_grade():
    decision = make_deliberation().decisions.first()

    with pytest.raises(errors.NotSignedOff):
        make_request(decision)


def test_only_one_request_at_a_time(decision):
    make_request(decision)

    with pytest.raises(errors.ReconsiderationOpen):
        make_request(decision)


@pytest.mark.parametrize("fields", [{"requested_by_name": " "}, {"reason": " "}])
def test_request_needs_who_and_why(decision, fields):
    with pytest.raises(errors.RecordIncomplete):
        make_request(decision, **fields)


def test_hearing_is_recorded(decision):
    act = hear(make_request(decision))

    assert (act.state, act.hearing) == (ReconsiderationState.HEARD, "本人说明情况")


def test_hearing_needs_words(decision):
    with pytest.raises(errors.RecordIncomplete):
        hear(make_request(decision), hearing=" ")


def test_second_of_two_people_is_refused(decision):
    act = make_request(decision)
    hear(act, version=1)

    with pytest.raises(StaleVersion):
        hear(act, version=1)


def test_changed_grade_counts_and_the_old_decision_stays(decision):
    told = []
    grades_reconsidered.connect(
        lambda **kwargs: told.append(kwargs["decision_id"]), weak=False, dispatch_uid="t"
    )

    try:
        act = settle(hear(make_request(decision)))
    finally:
        grades_reconsidered.disconnect(dispatch_uid="t")

    fresh = GradeDecision.objects.get(pk=decision.pk)
    assert (act.grade_before, act.grade_after) == ("fairly_good", "good")
    assert (fresh.overall_grade, fresh.effective_grade, fresh.effective_grade_label) == (
        "fairly_good",
        "good",
        "好",
    )
    assert told == [decision.pk]


def test_last_decided_reconsideration_counts_everywhere(decision):
    make_reconsideration(decision, Grade.GOOD)
    make_reconsideration(decision, Grade.AVERAGE, at=AT + timedelta(days=1))
    make_request(decision)

    rows = with_effective_grade(decision.deliberation.decisions.all()).order_by("reviewee__order_no")

    assert [one.effective_grade for one in rows] == ["good", "average"]
    assert [one.grade_before for one in decision.reconsiderations.all()] == ["fairly_good", "good", "average"]
    assert list(rows.filter(effective_grade="average").values_list("pk", flat=True)) == [decision.pk]


def test_grade_may_be_kept(decision):
    act = settle(hear(make_request(decision)), Grade.FAIRLY_GOOD)

    assert act.state is ReconsiderationState.DECIDED
    assert GradeDecision.objects.get(pk=decision.pk).effective_grade == "fairly_good"


def test_decision_needs_a_hearing(decision):
    with pytest.raises(errors.RecordIncomplete, match="听取意见"):
        settle(make_request(decision))


@pytest.mark.parametrize("missing", [{"members": " "}, {"reason": " "}])
def test_decision_needs_members_and_reason(decision, missing):
    with pytest.raises(errors.RecordIncomplete):
        settle(hear(make_request(decision)), **missing)


def test_exceeded_quota_warns_and_is_noted():
    deliberation = make_signed_deliberation(["good", "fairly_good"], rules={"good_quota": 50})

    act = make_reconsideration(deliberation.decisions.get(overall_grade="fairly_good"), Grade.GOOD)

    assert act.warnings == ["农区领域“好”的名额为 1 人，已有 1 人；改为“好”后将超过名额。"]


def test_veto_that_stands_warns_and_is_noted():
    deliberation = make_deliberation(["good"], rules=ALL_GOOD)
    from apps.assessments.services import record_veto
    from tests.factories.grading import decide_all, review

    cycle = deliberation.cycle
    record_veto(
        cycle.reviewees.get().pk, caps_at=Grade.AVERAGE, reason="受处分", actor=make_clerk(cycle), at=AT
    )
    services.sign_off(review(decide_all(deliberation)).cycle_id, actor=make_clerk(cycle, "head"), at=AT)

    act = make_reconsideration(deliberation.decisions.get(), Grade.FAIRLY_GOOD)

    assert act.warnings == ["一票否决：受处分（最高评为“一般”），高于这一限制。"]


def test_person_is_told_the_outcome(decision):
    user = make_user("secretary", secretary=decision.reviewee.secretary)

    make_reconsideration(decision, Grade.GOOD)

    assert Notification.objects.filter(recipient=user, title__endswith="复核已有结果：好").count() == 1


def test_withdrawn_request_stays_and_changes_nothing(decision):
    act = withdraw(hear(make_request(decision)))

    assert act.state is ReconsiderationState.WITHDRAWN
    assert GradeDecision.objects.get(pk=decision.pk).effective_grade == "fairly_good"
    assert make_request(decision).pk != act.pk


def test_withdrawal_needs_a_reason(decision):
    with pytest.raises(errors.RecordIncomplete):
        withdraw(make_request(decision), " ")


@pytest.mark.parametrize("again", [hear, settle, withdraw])
def test_nothing_changes_after_the_decision(decision, again):
    act = make_reconsideration(decision)

    with pytest.raises(errors.ReconsiderationEnded):
        again(act)


@pytest.mark.parametrize("end", [make_reconsideration, lambda decision: withdraw(make_request(decision))])
def test_database_freezes_what_has_ended(decision, end):
    end(decision)

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Reconsideration.objects.update(reason="别的")


def test_database_keeps_every_request(decision):
    make_request(decision)

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Reconsideration.objects.all()._raw_delete("default")


def test_database_refuses_a_request_before_sign_off():
    decision = make_deliberation().decisions.first()

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Reconsideration.objects.create(
            decision=decision,
            requested_on=AT.date(),
            requested_by_name="本人",
            request_reason="理由",
            grade_before="good",
            recorded_by=make_user("clerk"),
            recorded_at=AT,
        )
