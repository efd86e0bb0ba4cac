"""Bonus and deduction entries: done, done twice, each refusal."""

from datetime import date
from decimal import Decimal

import pytest

from apps.assessments import services
from apps.assessments.domain.evidence import EvidenceFile
from apps.assessments.errors import AdjustmentRefused, AssessmentsFixed
from apps.assessments.models import AdjustmentEntry
from apps.audit.models import AuditEntry
from apps.documents.models import StoredFile
from tests.factories.assessments import AT
from tests.factories.cycles import make_reviewee
from tests.factories.scoring import set_stage

pytestmark = pytest.mark.django_db
PDF = EvidenceFile("决定.pdf", "application/pdf", b"%PDF-1.4 %%EOF")


def record(cycle, clerk, *, line="受表彰", people=None, points="2", reason="市级表彰", **values):
    chosen = people or [cycle.reviewees.first()]
    return services.record_adjustments(
        cycle.scheme.adjustments.get(name=line).pk,
        [one.pk for one in chosen],
        points=Decimal(points),
        reason=reason,
        actor=clerk,
        at=AT,
        **values,
    )


def test_entry_for_several_people_is_recorded_with_its_evidence(full_cycle, clerk):
    people = [*full_cycle.reviewees.all()]

    record(full_cycle, clerk, people=people, reason=" 市级表彰 ", happened_on=date(2026, 7, 1), evidence=PDF)

    rows = AdjustmentEntry.objects.order_by("reviewee__order_no")
    assert [(one.reviewee, one.points, one.reason, one.happened_on) for one in rows] == [
        (person, 2, "市级表彰", date(2026, 7, 1)) for person in people
    ]
    file = StoredFile.objects.get()
    assert {one.evidence for one in rows} == {file}
    assert (file.kind, file.subject_id, file.name) == ("assessments.evidence", full_cycle.pk, "决定.pdf")
    assert AuditEntry.objects.filter(action="assessments.adjustments_recorded").count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"points": "0.99"}, "每次应在 1 到 3 分之间，填的是 0.99 分"),
        ({"points": "3.01"}, "每次应在 1 到 3 分之间"),
        ({"line": "被通报", "points": "1.5"}, "固定为 2 分"),
        ({"reason": "  "}, "没有写事由"),
        ({"happened_on": date(2026, 12, 19)}, "还没有到"),
    ],
)
def test_entry_that_does_not_fit_the_line_is_refused(full_cycle, clerk, wrong, words):
    with pytest.raises(AdjustmentRefused, match=words):
        record(full_cycle, clerk, **wrong)

    assert not AdjustmentEntry.objects.exists()


def test_entry_without_people_or_for_a_stranger_is_refused(full_cycle, clerk):
    line = full_cycle.scheme.adjustments.first()
    own, stranger = full_cycle.reviewees.first(), make_reviewee()

    for ids, words in ([], "没有选择述职对象"), ([own.pk, stranger.pk], "不是本周期的述职对象"):
        with pytest.raises(AdjustmentRefused, match=words):
            services.record_adjustments(line.pk, ids, points=Decimal(2), reason="x", actor=clerk, at=AT)

    assert not AdjustmentEntry.objects.exists()


def test_very_same_entry_is_refused_until_it_is_withdrawn(full_cycle, clerk):
    [entry] = record(full_cycle, clerk)

    with pytest.raises(AdjustmentRefused, match="已有一条完全相同的记录"):
        record(full_cycle, clerk)
    services.withdraw_adjustment(entry.pk, actor=clerk, at=AT)
    record(full_cycle, clerk)

    assert AdjustmentEntry.objects.count() == 2


def test_points_above_a_limit_are_taken(full_cycle, clerk):
    for n in range(3):
        record(full_cycle, clerk, points="3", reason=f"第{n}次")

    assert AdjustmentEntry.objects.count() == 3


def test_withdrawn_entry_stays_and_withdrawing_twice_changes_nothing(full_cycle, clerk):
    [entry] = record(full_cycle, clerk)

    services.withdraw_adjustment(entry.pk, actor=clerk, at=AT)
    services.withdraw_adjustment(entry.pk, actor=clerk, at=AT)

    entry.refresh_from_db()
    assert (entry.withdrawn_by, entry.withdrawn_at) == (clerk, AT)
    assert AuditEntry.objects.filter(action="assessments.adjustment_withdrawn").count() == 1


@pytest.mark.parametrize("stage", ["rectifying", "archived"])
def test_entries_are_fixed_after_sign_off(full_cycle, clerk, stage):
    [entry] = record(full_cycle, clerk)
    set_stage(full_cycle, stage)

    with pytest.raises(AssessmentsFixed):
        record(full_cycle, clerk, reason="另一次")
    with pytest.raises(AssessmentsFixed):
        services.withdraw_adjustment(entry.pk, actor=clerk, at=AT)
