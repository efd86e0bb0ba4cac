"""Findings on eligibility, and vetoes under a rule of the scheme."""

import pytest

from apps.assessments import services
from apps.assessments.domain.findings import Finding
from apps.assessments.errors import AssessmentsFixed, FigureRefused, FindingRefused
from apps.assessments.models import ConditionFinding, Veto
from apps.assessments.selectors import findings_of
from apps.assessments.signals import ground_changed
from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.cycles.domain.grades import Grade
from apps.cycles.models import GradeCondition
from tests.factories.assessments import AT
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.scoring import set_stage

pytestmark = pytest.mark.django_db


def condition_of(cycle, name="单位考核优秀"):
    return GradeCondition.objects.get(scheme__cycle=cycle, name=name)


def finding(cycle, *, met=True, reason="考核通报", version=0, reviewee=None, condition=None):
    return Finding(
        (reviewee or cycle.reviewees.first()).pk,
        (condition or condition_of(cycle)).pk,
        met,
        reason,
        version,
    )


def record(cycle, clerk, *findings):
    return services.record_findings(cycle.pk, findings, actor=clerk, at=AT)


def test_findings_are_recorded_logged_and_told(full_cycle, clerk):
    first, second = full_cycle.reviewees.all()
    told = []
    ground_changed.connect(lambda **kwargs: told.append(kwargs["cycle_id"]), weak=False, dispatch_uid="t")

    try:
        record(full_cycle, clerk, finding(full_cycle), finding(full_cycle, met=False, reviewee=second))
    finally:
        ground_changed.disconnect(dispatch_uid="t")

    key = condition_of(full_cycle).pk
    assert findings_of(full_cycle) == {(first.pk, key): True, (second.pk, key): False}
    assert told == [full_cycle.pk]
    assert AuditEntry.objects.get(action="assessments.findings_recorded").details["findings"] == {
        f"{first.name}：单位考核优秀": "符合",
        f"{second.name}：单位考核优秀": "不符合",
    }


def test_correction_raises_the_version_and_a_stale_one_is_refused(full_cycle, clerk):
    record(full_cycle, clerk, finding(full_cycle))
    record(full_cycle, clerk, finding(full_cycle, met=False, version=1))

    for version in (0, 1):
        with pytest.raises(StaleVersion):
            record(full_cycle, clerk, finding(full_cycle, version=version))
    row = ConditionFinding.objects.get()
    assert (row.is_met, row.version) == (False, 2)


def test_finding_without_reason_stranger_or_computed_condition_is_refused(full_cycle, clerk):
    wrong = [
        (finding(full_cycle, reason=" "), "没有写依据"),
        (finding(full_cycle, reviewee=make_reviewee()), "不是本周期的述职对象"),
        (finding(full_cycle, condition=condition_of(full_cycle, "综合考核达标")), "由得分自动得出"),
        (finding(full_cycle, condition=condition_of(full_cycle, "受党纪处分")), "不在本周期方案里"),
    ]
    for one, words in wrong:
        with pytest.raises(FindingRefused, match=words):
            record(full_cycle, clerk, finding(full_cycle), one)

    assert not ConditionFinding.objects.exists()


def test_findings_are_fixed_after_sign_off(full_cycle, clerk):
    set_stage(full_cycle, "rectifying")

    with pytest.raises(AssessmentsFixed):
        record(full_cycle, clerk, finding(full_cycle))


def test_veto_under_a_rule_takes_its_cap(full_cycle, clerk):
    veto = services.record_veto(
        full_cycle.reviewees.first().pk,
        condition_id=condition_of(full_cycle, "受党纪处分").pk,
        caps_at=Grade.FAIRLY_GOOD,
        reason="警告处分",
        actor=clerk,
        at=AT,
    )

    assert (veto.caps_at, veto.condition.name) == ("average", "受党纪处分")


def test_veto_under_a_foreign_or_eligibility_rule_is_refused(full_cycle, clerk):
    other = make_cycle(stage="draft", year=2025)
    foreign = GradeCondition.objects.create(
        scheme=other.scheme, order_no=1, kind="veto", name="x", cap="poor"
    )

    for condition in (foreign, condition_of(full_cycle)):
        with pytest.raises(FigureRefused, match="不是本周期方案里的"):
            services.record_veto(
                full_cycle.reviewees.first().pk, condition_id=condition.pk, reason="x", actor=clerk, at=AT
            )

    assert not Veto.objects.exists()
