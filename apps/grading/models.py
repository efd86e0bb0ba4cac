"""From the proposed grade to the decided one, and what may change it afterwards."""

from functools import cached_property

import pgtrigger
from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle, Reviewee
from apps.grading.domain.meetings import Member
from apps.grading.domain.states import DeliberationState, MemberRole, ReconsiderationState, StepKind
from apps.scoring.models import ScoreRun

SIGNED_OFF = """
    IF EXISTS (SELECT 1 FROM grading_deliberation d WHERE d.id = {row}.deliberation_id AND d.signed_off_at IS NOT NULL)
    THEN RAISE EXCEPTION 'the grades are signed off' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN {row};
"""
NOT_SIGNED_OFF = """
    IF NOT EXISTS (SELECT 1 FROM grading_gradedecision g JOIN grading_deliberation d ON d.id = g.deliberation_id
      WHERE g.id = NEW.decision_id AND d.signed_off_at IS NOT NULL)
    THEN RAISE EXCEPTION 'the grades are not signed off' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NEW;
"""


def signed_off_triggers() -> list[pgtrigger.Trigger]:
    """Return triggers that keep the parts of a signed deliberation as they are, whoever writes."""
    return [
        pgtrigger.Trigger(
            name="signed_off_write",
            operation=pgtrigger.Insert | pgtrigger.Update,
            when=pgtrigger.Before,
            func=SIGNED_OFF.format(row="NEW"),
        ),
        pgtrigger.Trigger(
            name="signed_off_delete",
            operation=pgtrigger.Delete,
            when=pgtrigger.Before,
            func=SIGNED_OFF.format(row="OLD"),
        ),
    ]


class Deliberation(VersionedModel):
    """The committee's meeting that decides all grades of a cycle (研究审定).

    ``members_present`` is ``members`` in words. Those signed before there were reviews have none.
    """

    cycle = models.OneToOneField(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="deliberation"
    )
    run = models.ForeignKey(ScoreRun, verbose_name="依据的计分", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField("会议日期", null=True, blank=True)
    place = models.CharField("会议地点", max_length=80, blank=True)
    members_present = models.TextField("出席人员", blank=True)
    quorum_note = models.CharField("到会人数要求及符合情况", max_length=200, blank=True)
    minutes = models.TextField("研究情况", blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_off_at = models.DateTimeField("签发时间", null=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "研究审定"
        triggers = [
            pgtrigger.Protect(
                name="signed_off",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__signed_off_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id}"

    @property
    def state(self) -> DeliberationState:
        """Where it stands, told by who has looked at it."""
        if self.signed_off_at is not None:
            return DeliberationState.SIGNED_OFF
        return DeliberationState.DRAFT if self.reviewed_at is None else DeliberationState.REVIEWED


class DeliberationMember(models.Model):
    """One person of the meeting, present or absent."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="members")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=60, blank=True)
    role = models.CharField(
        "身份", max_length=10, choices=MemberRole.choices(), default=MemberRole.MEMBER.value
    )
    is_absent = models.BooleanField("缺席", default=False)
    absence_reason = models.CharField("缺席原因", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议人员"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["deliberation", "order_no"], name="grading_deliberationmember_order"
            ),
        ]
        triggers = signed_off_triggers()

    def __str__(self) -> str:
        return str(self.plain)

    @property
    def plain(self) -> Member:
        """The person as the rules read it."""
        return Member(self.name, self.post, MemberRole(self.role), self.is_absent, self.absence_reason)


class DeliberationStep(models.Model):
    """What happened to a deliberation as a whole, by whom and why. Never changed."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField("事项", max_length=12, choices=StepKind.choices())
    reason = models.TextField("说明", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "审定经过"
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.deliberation_id} {self.kind}"


class GradeDecision(VersionedModel):
    """One reviewee's grade: the computed proposal and the decision are two fields."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="decisions")
    reviewee = models.OneToOneField(Reviewee, on_delete=models.PROTECT, related_name="grade_decision")
    proposed_grade = models.CharField("建议等次", max_length=12, choices=Grade.choices(), blank=True)
    flags = models.JSONField("提示", default=list)
    overall_grade = models.CharField("综合评价等次", max_length=12, choices=Grade.choices(), blank=True)
    departure_reason = models.TextField("调整理由", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("审定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "等次"
        ordering = ["reviewee__order_no"]
        constraints = [
            models.CheckConstraint(
                name="grading_gradedecision_departure_has_reason",
                condition=models.Q(overall_grade="")
                | models.Q(overall_grade=models.F("proposed_grade"))
                | ~models.Q(departure_reason=""),
            ),
        ]
        triggers = signed_off_triggers()

    def __str__(self) -> str:
        return f"{self.reviewee_id} {self.overall_grade or self.proposed_grade}"

    @cached_property
    def effective_grade(self) -> str:
        """The grade that counts: of the last decided reconsideration, else the decided one.

        ``selectors.with_effective_grade`` fills it in for whole lists.
        """
        last = self.reconsiderations.filter(decided_at__isnull=False).order_by("-decided_at", "-pk").first()
        return last.grade_after if last else self.overall_grade

    @property
    def effective_grade_label(self) -> str:
        """The grade that counts, in words; empty before it is decided."""
        return Grade(self.effective_grade).label if self.effective_grade else ""


class Reconsideration(VersionedModel):
    """A signed grade looked at again (复核): a new act beside the old decision, which stays as it is."""

    decision = models.ForeignKey(GradeDecision, on_delete=models.PROTECT, related_name="reconsiderations")
    requested_on = models.DateField("申请日期")
    requested_by_name = models.CharField("申请人", max_length=60)
    request_reason = models.TextField("申请理由")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("登记时间")
    heard_on = models.DateField("听取意见日期", null=True, blank=True)
    hearing = models.TextField("听取意见情况", blank=True)
    held_on = models.DateField("研究日期", null=True, blank=True)
    members_present = models.TextField("出席人员", blank=True)
    grade_before = models.CharField("复核前等次", max_length=12, choices=Grade.choices())
    grade_after = models.CharField("复核后等次", max_length=12, choices=Grade.choices(), blank=True)
    reason = models.TextField("复核理由", blank=True)
    warnings = models.JSONField("决定时的提醒", default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("决定时间", null=True)
    withdrawal_reason = models.CharField("撤回原因", max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "复核"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(decided_at=None, withdrawn_at=None),
                name="grading_reconsideration_one_open",
            ),
            models.CheckConstraint(
                name="grading_reconsideration_decision_is_whole",
                condition=models.Q(decided_at=None)
                | models.Q(withdrawn_at=None, held_on__isnull=False)
                & ~models.Q(grade_after="")
                & ~models.Q(reason="")
                & ~models.Q(members_present=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False)
                | pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="after_sign_off",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=NOT_SIGNED_OFF,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.grade_before} {self.grade_after}"

    @property
    def state(self) -> ReconsiderationState:
        """Where it stands, told by what has been entered."""
        if self.withdrawn_at is not None:
            return ReconsiderationState.WITHDRAWN
        if self.decided_at is not None:
            return ReconsiderationState.DECIDED
        return ReconsiderationState.REQUESTED if self.heard_on is None else ReconsiderationState.HEARD

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for a decision."""
        return self.state in {ReconsiderationState.REQUESTED, ReconsiderationState.HEARD}
