"""From the proposal to the signed grade: every way out."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.utils import Error

from apps.assessments.services import record_veto, withdraw_veto
from apps.common.errors import StaleVersion
from apps.cycles.domain.grades import Grade
from apps.grading import errors, services
from apps.grading.domain.meetings import Member
from apps.grading.domain.states import DeliberationState
from apps.grading.models import Deliberation, DeliberationMember, DeliberationStep, GradeDecision
from apps.grading.selectors.quotas import quotas_of
from apps.grading.selectors.sheets import sheet_of
from apps.grading.signals import grades_signed_off
from apps.notifications.models import Notification
from tests.factories.accounts import make_user
from tests.factories.assessments import make_component_score, make_veto
from tests.factories.grading import (
    AT,
    MEMBERS,
    RECORD,
    decide_all,
    make_deliberation,
    make_reviewed_deliberation,
    make_signed_deliberation,
    review,
)
from tests.factories.scoring import compute, make_clerk, make_opened_cycle, make_scored_cycle, set_stage

pytestmark = pytest.mark.django_db

ALL_GOOD = {"good_quota": 100}


def decisions(deliberation):
    return list(deliberation.decisions.order_by("reviewee__order_no"))


def decide(decision, grade, *, reason="", version=None, actor=None):
    cycle = decision.deliberation.cycle
    return services.decide_grade(
        decision.pk, grade=grade, reason=reason, version=version, actor=actor or make_clerk(cycle), at=AT
    )


def test_start_proposes_by_total():
    # 95 → 好, 85 → 较好, 75 → 一般, 60 → 差
    deliberation = make_deliberation(["good", "fairly_good", "average", "poor"], rules=ALL_GOOD)

    assert [one.proposed_grade for one in decisions(deliberation)] == [
        "good",
        "fairly_good",
        "average",
        "poor",
    ]
    assert [one.overall_grade for one in decisions(deliberation)] == [""] * 4


def test_start_applies_the_quota_per_field():
    # 50 % of two is one per field; both of 城市 tie across the line
    deliberation = make_deliberation(
        ["good", "poor", "good", "good"],
        fields=["rural", "rural", "urban", "urban"],
        rules={"good_quota": 50},
    )

    found = decisions(deliberation)
    assert [one.proposed_grade for one in found] == ["good", "poor", "fairly_good", "fairly_good"]
    assert [one.flags for one in found] == [[], [], ["tie_at_quota"], ["tie_at_quota"]]


def test_start_applies_vetoes():
    cycle = make_scored_cycle(["good"], rules=ALL_GOOD)
    make_veto(cycle.reviewees.get(), actor=make_clerk(cycle), caps_at="average")

    deliberation = services.start_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT)

    [decision] = decisions(deliberation)
    assert (decision.proposed_grade, decision.flags) == ("average", ["veto"])


def test_start_twice_changes_nothing():
    deliberation = make_deliberation()

    again = services.start_deliberation(deliberation.cycle_id, actor=make_clerk(deliberation.cycle), at=AT)

    assert again == deliberation
    assert GradeDecision.objects.count() == 2


def test_start_needs_the_stage():
    cycle = make_scored_cycle(["good"], stage="meeting")

    with pytest.raises(errors.NotReadyToDecide, match="阶段"):
        services.start_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT)


def test_start_needs_scores():
    cycle = set_stage(make_opened_cycle(["good"]), "grading")

    with pytest.raises(errors.NotReadyToDecide, match="还没有得分"):
        services.start_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT)


def test_start_needs_complete_scores():
    cycle = make_scored_cycle(["good"], preset="50-50")

    with pytest.raises(errors.NotReadyToDecide, match="还缺 1 项数据"):
        services.start_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT)


def test_start_needs_scores_that_are_up_to_date():
    cycle = make_opened_cycle(["good"], preset="50-50")
    clerk = make_clerk(cycle)
    score = make_component_score(
        cycle.reviewees.get(), cycle.scheme.components.get(kind="imported"), actor=clerk
    )
    compute(cycle)
    set_stage(cycle, "grading")
    type(score).objects.update(value=50)

    with pytest.raises(errors.NotReadyToDecide, match="重新计分"):
        services.start_deliberation(cycle.pk, actor=clerk, at=AT)


def test_decide_as_proposed_needs_no_reason():
    [decision] = decisions(make_deliberation(["good"], rules=ALL_GOOD))

    decided = decide(decision, Grade.GOOD, version=1)

    assert (decided.overall_grade, decided.departure_reason, decided.version) == ("good", "", 2)
    assert decided.decided_at == AT


def test_departure_needs_a_reason():
    [decision] = decisions(make_deliberation(["good"], rules=ALL_GOOD))

    with pytest.raises(errors.ReasonMissing):
        decide(decision, Grade.AVERAGE, reason="  ")

    decision.refresh_from_db()
    assert decision.overall_grade == ""


def test_departure_keeps_its_reason():
    [decision] = decisions(make_deliberation(["good"], rules=ALL_GOOD))

    decided = decide(decision, Grade.AVERAGE, reason=" 重点任务未完成 ")

    assert (decided.proposed_grade, decided.overall_grade) == ("good", "average")
    assert decided.departure_reason == "重点任务未完成"


def test_second_of_two_people_is_refused():
    [decision] = decisions(make_deliberation(["good"], rules=ALL_GOOD))
    decide(decision, Grade.GOOD, version=1)

    with pytest.raises(StaleVersion):
        decide(decision, Grade.AVERAGE, reason="理由", version=1)


def test_veto_binds_the_committee():
    cycle = make_scored_cycle(["good"])
    make_veto(cycle.reviewees.get(), actor=make_clerk(cycle), caps_at="average")
    [decision] = decisions(services.start_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT))

    with pytest.raises(errors.LimitBinds, match="最高只能评为“一般”"):
        decide(decision, Grade.FAIRLY_GOOD, reason="表现好")


def test_database_refuses_a_departure_without_reason():
    [decision] = decisions(make_deliberation(["good"], rules=ALL_GOOD))

    with pytest.raises(IntegrityError), transaction.atomic():
        GradeDecision.objects.filter(pk=decision.pk).update(overall_grade="poor")


def test_decide_all_leaves_decided_ones_alone():
    deliberation = make_deliberation(["good", "fairly_good", "poor"], rules=ALL_GOOD)
    first = decisions(deliberation)[0]
    decide(first, Grade.AVERAGE, reason="理由")

    n = services.decide_all_as_proposed(deliberation.cycle_id, actor=make_clerk(deliberation.cycle), at=AT)

    assert n == 2
    assert [one.overall_grade for one in decisions(deliberation)] == ["average", "fairly_good", "poor"]


def test_record_refuses_a_stale_version():
    deliberation = make_deliberation()
    actor = make_clerk(deliberation.cycle)
    services.record_deliberation(deliberation.cycle_id, record=RECORD, version=1, actor=actor, at=AT)

    with pytest.raises(StaleVersion):
        services.record_deliberation(deliberation.cycle_id, record=RECORD, version=1, actor=actor, at=AT)


def test_record_keeps_members_with_role_and_absence():
    deliberation = make_deliberation()
    actor = make_clerk(deliberation.cycle)

    recorded = services.record_deliberation(
        deliberation.cycle_id, record=RECORD, version=1, actor=actor, at=AT
    )

    assert recorded.members_present == (
        "主持：张主任（组织部部长）；出席：李委员（组织部副部长）；记录：赵干事；缺席：王委员（纪委副书记，出差）"
    )
    assert [one.plain for one in recorded.members.all()] == list(MEMBERS)


def test_record_replaces_the_members():
    deliberation = make_deliberation()
    actor = make_clerk(deliberation.cycle)
    for members in (MEMBERS, MEMBERS[:1]):
        services.record_deliberation(
            deliberation.cycle_id, record=replace(RECORD, members=members), version=None, actor=actor, at=AT
        )

    assert [one.name for one in deliberation.members.all()] == ["张主任"]


@pytest.mark.parametrize(
    ("members", "why"),
    [((), "没有填写出席"), ([replace(MEMBERS[0], is_absent=True)], "没有填写出席"), ([Member(" ")], "姓名")],
)
def test_record_needs_somebody_present_with_a_name(members, why):
    deliberation = make_deliberation()

    with pytest.raises(errors.RecordIncomplete, match=why):
        services.record_deliberation(
            deliberation.cycle_id,
            record=replace(RECORD, members=members),
            version=None,
            actor=make_clerk(deliberation.cycle),
            at=AT,
        )


def test_sheet_groups_by_field_and_rank_and_counts_the_quota():
    deliberation = make_deliberation(
        ["poor", "good", "good"], fields=["urban", "rural", "urban"], rules={"good_quota": 60}
    )
    poor, _, urban = decisions(deliberation)
    decide(urban, Grade.GOOD)

    sections = sheet_of(deliberation).sections

    assert [section.quota.field.value for section in sections] == ["rural", "urban"]
    assert [line.decision.pk for line in sections[1].lines] == [urban.pk, poor.pk]
    quota = sections[1].quota
    assert (quota.n_members, quota.n_good, quota.n_allowed, quota.n_undecided) == (2, 1, 1, 1)
    assert quotas_of(deliberation) == [section.quota for section in sections]


def test_sign_off_freezes_and_moves_the_cycle_on():
    told = []
    grades_signed_off.connect(lambda **kwargs: told.append(kwargs["cycle_id"]), weak=False, dispatch_uid="t")

    try:
        deliberation = make_signed_deliberation()
    finally:
        grades_signed_off.disconnect(dispatch_uid="t")

    deliberation.cycle.refresh_from_db()
    assert deliberation.signed_off_at == AT
    assert deliberation.cycle.stage == "rectifying"
    assert told == [deliberation.cycle_id]


def test_sign_off_twice_changes_nothing():
    deliberation = make_signed_deliberation()
    head = make_clerk(deliberation.cycle, role="head")

    again = services.sign_off(deliberation.cycle_id, actor=head, at=AT.replace(hour=9))

    assert again.signed_off_at == AT


def test_review_is_recorded_with_its_person():
    deliberation = decide_all(make_deliberation())
    second = make_clerk(deliberation.cycle)

    reviewed = review(deliberation, actor=second)

    assert (reviewed.state, reviewed.reviewed_by, reviewed.reviewed_at) == (
        DeliberationState.REVIEWED,
        second,
        AT,
    )
    assert [(step.kind, step.by) for step in reviewed.steps.all()] == [("reviewed", second)]


def test_review_twice_changes_nothing():
    deliberation = make_reviewed_deliberation()

    again = review(deliberation)

    assert again.reviewed_by == deliberation.reviewed_by
    assert deliberation.steps.count() == 1


def test_nobody_reviews_the_own_work():
    clerk = make_clerk(make_scored_cycle(["good"]))
    deliberation = make_deliberation()
    decide_all(deliberation, actor=clerk)

    with pytest.raises(errors.OwnWork):
        review(deliberation, actor=clerk)


def test_review_needs_a_complete_sheet():
    deliberation = make_deliberation()

    with pytest.raises(errors.NotReadyToDecide, match="还有 2 人没有审定"):
        review(deliberation)


def test_review_after_sign_off_is_refused():
    with pytest.raises(errors.AlreadySignedOff):
        review(make_signed_deliberation())


def test_reviewed_grades_are_sent_back_with_a_reason():
    deliberation = make_reviewed_deliberation()
    head = make_clerk(deliberation.cycle, "head")

    sent = services.send_back_deliberation(deliberation.cycle_id, reason=" 同分未研究 ", actor=head, at=AT)

    assert (sent.state, sent.reviewed_by) == (DeliberationState.DRAFT, None)
    assert [(step.kind, step.reason) for step in sent.steps.all()] == [
        ("reviewed", ""),
        ("sent_back", "同分未研究"),
    ]
    assert all(one.overall_grade for one in decisions(deliberation))


def test_sending_back_tells_who_decided():
    deliberation = make_deliberation()
    clerk = make_clerk(deliberation.cycle)
    review(decide_all(deliberation, actor=clerk))

    services.send_back_deliberation(
        deliberation.cycle_id, reason="同分未研究", actor=make_clerk(deliberation.cycle, "head"), at=AT
    )

    message = Notification.objects.get(recipient=clerk)
    assert "退回修改" in message.title
    assert "同分未研究" in message.body


def test_sending_back_needs_a_reason():
    deliberation = make_reviewed_deliberation()

    with pytest.raises(errors.ReasonMissing):
        services.send_back_deliberation(
            deliberation.cycle_id, reason=" ", actor=make_clerk(deliberation.cycle), at=AT
        )


def test_signed_grades_are_not_sent_back():
    deliberation = make_signed_deliberation()

    with pytest.raises(errors.AlreadySignedOff):
        services.send_back_deliberation(
            deliberation.cycle_id, reason="理由", actor=make_clerk(deliberation.cycle), at=AT
        )


def test_review_tells_the_heads_of_the_host_only():
    deliberation = decide_all(make_deliberation())
    head, stranger = make_clerk(deliberation.cycle, "head"), make_clerk(make_opened_cycle(["good"]), "head")

    review(deliberation)

    assert Notification.objects.filter(recipient=head, title__contains="待您签发").count() == 1
    assert not Notification.objects.filter(recipient=stranger).exists()


def test_sign_off_tells_the_secretaries():
    deliberation = make_deliberation(["good"])
    user = make_user("secretary", secretary=deliberation.cycle.reviewees.get().secretary)
    review(decide_all(deliberation))

    services.sign_off(deliberation.cycle_id, actor=make_clerk(deliberation.cycle, "head"), at=AT)

    assert Notification.objects.filter(recipient=user, title__contains="结果已签发").count() == 1


def test_sign_off_needs_a_review():
    deliberation = decide_all(make_deliberation())

    with pytest.raises(errors.NotReviewed):
        services.sign_off(deliberation.cycle_id, actor=make_clerk(deliberation.cycle, "head"), at=AT)


def test_new_ground_sends_reviewed_grades_back():
    deliberation = make_reviewed_deliberation(["good"], rules=ALL_GOOD)
    cycle = deliberation.cycle

    record_veto(
        cycle.reviewees.get().pk, caps_at=Grade.AVERAGE, reason="受处分", actor=make_clerk(cycle), at=AT
    )

    deliberation.refresh_from_db()
    assert deliberation.state is DeliberationState.DRAFT
    assert [step.kind for step in deliberation.steps.all()] == ["reviewed", "reopened"]


def test_sign_off_needs_every_grade():
    deliberation = decide_all(make_deliberation())
    GradeDecision.objects.filter(pk=decisions(deliberation)[0].pk).update(overall_grade="", decided_at=None)

    with pytest.raises(errors.NotReadyToDecide, match="还有 1 人没有审定"):
        services.sign_off(deliberation.cycle_id, actor=make_clerk(deliberation.cycle, "head"), at=AT)


def test_sign_off_needs_the_meeting():
    deliberation = make_deliberation()
    services.decide_all_as_proposed(deliberation.cycle_id, actor=make_clerk(deliberation.cycle), at=AT)

    with pytest.raises(errors.NotReadyToDecide, match="会议日期和出席人员"):
        services.sign_off(deliberation.cycle_id, actor=make_clerk(deliberation.cycle, "head"), at=AT)


def test_sign_off_refuses_more_good_than_the_quota():
    deliberation = decide_all(make_deliberation(["good", "good"], rules={"good_quota": 50}))
    for decision in decisions(deliberation):
        decide(decision, Grade.GOOD, reason="工作突出")

    with pytest.raises(errors.QuotaExceeded, match="农区领域“好”2人，名额1人"):
        services.sign_off(deliberation.cycle_id, actor=make_clerk(deliberation.cycle, "head"), at=AT)


def test_sign_off_refuses_scores_that_changed_without_new_proposals():
    deliberation = make_reviewed_deliberation()
    run = deliberation.run
    type(run).objects.filter(pk=run.pk).update(is_current=False)
    run.pk, run.job, run.is_current = None, None, True
    run.save()

    with pytest.raises(errors.NotReadyToDecide, match="重新计算"):
        services.sign_off(deliberation.cycle_id, actor=make_clerk(deliberation.cycle, "head"), at=AT)


ACTS = {
    "decide": lambda d, actor: decide(decisions(d)[0], Grade.POOR, reason="理由", actor=actor),
    "decide_all": lambda d, actor: services.decide_all_as_proposed(d.cycle_id, actor=actor, at=AT),
    "record": lambda d, actor: services.record_deliberation(
        d.cycle_id, record=RECORD, version=None, actor=actor, at=AT
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_services_refuse_after_review(act):
    deliberation = make_reviewed_deliberation()

    with pytest.raises(errors.AlreadyReviewed):
        ACTS[act](deliberation, make_clerk(deliberation.cycle))


@pytest.mark.parametrize("act", ACTS)
def test_services_refuse_after_sign_off(act):
    deliberation = make_signed_deliberation()
    actor = make_clerk(deliberation.cycle)

    with pytest.raises(errors.AlreadySignedOff):
        ACTS[act](deliberation, actor)


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (GradeDecision, "version"),
        (Deliberation, "version"),
        (DeliberationMember, "order_no"),
        (DeliberationStep, "deliberation_id"),
    ],
)
def test_database_refuses_updates_after_sign_off(model, column):
    make_signed_deliberation()

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        model.objects.update(**{column: 99})
    with pytest.raises(Error), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_new_run_refreshes_proposals_and_opens_what_no_longer_fits():
    # 50/50: ballots 95 and 88 → 91.5 好; then 48 → 71.5 一般
    cycle = make_opened_cycle(["good", "good"], preset="50-50", rules=ALL_GOOD)
    clerk = make_clerk(cycle)
    component = cycle.scheme.components.get(kind="imported")
    scores = [make_component_score(one, component, actor=clerk, value=88) for one in cycle.reviewees.all()]
    compute(cycle)
    set_stage(cycle, "grading")
    deliberation = services.start_deliberation(cycle.pk, actor=clerk, at=AT)
    services.decide_all_as_proposed(cycle.pk, actor=clerk, at=AT)
    type(scores[0]).objects.filter(pk=scores[0].pk).update(value=48)

    run = compute(cycle)

    first, second = decisions(deliberation)
    deliberation.refresh_from_db()
    assert deliberation.run == run
    assert (first.proposed_grade, first.overall_grade, first.flags) == ("average", "", ["changed"])
    assert (second.proposed_grade, second.overall_grade, second.flags) == ("good", "good", [])


def test_blocked_run_leaves_proposals_alone():
    deliberation = make_deliberation()
    before = deliberation.run_id
    from tests.factories.cycles import make_reviewee

    make_reviewee(cycle=deliberation.cycle)

    compute(deliberation.cycle)

    deliberation.refresh_from_db()
    assert deliberation.run_id == before


def test_veto_during_deliberation_reopens_and_its_withdrawal_restores():
    deliberation = make_deliberation(["good"], rules=ALL_GOOD)
    cycle = deliberation.cycle
    actor = make_clerk(cycle)
    services.decide_all_as_proposed(cycle.pk, actor=actor, at=AT)

    veto = record_veto(cycle.reviewees.get().pk, caps_at=Grade.AVERAGE, reason="受处分", actor=actor, at=AT)
    [capped] = decisions(deliberation)
    withdraw_veto(veto.pk, actor=actor, at=AT)
    [restored] = decisions(deliberation)

    assert (capped.proposed_grade, capped.overall_grade, capped.flags) == ("average", "", ["veto", "changed"])
    assert (restored.proposed_grade, restored.overall_grade, restored.flags) == ("good", "", ["changed"])


def test_reasoned_departure_survives_a_new_proposal():
    deliberation = make_deliberation(["good"], rules=ALL_GOOD)
    cycle = deliberation.cycle
    [decision] = decisions(deliberation)
    decide(decision, Grade.AVERAGE, reason="重点任务未完成")

    record_veto(
        cycle.reviewees.get().pk, caps_at=Grade.FAIRLY_GOOD, reason="受处分", actor=make_clerk(cycle), at=AT
    )

    [kept] = decisions(deliberation)
    assert (kept.proposed_grade, kept.overall_grade) == ("fairly_good", "average")
    assert kept.departure_reason == "重点任务未完成"
