"""From the proposed grade to the decided one, and the letter that tells it."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle, Reviewee
from apps.documents.models import StoredFile
from apps.scoring.models import ScoreRun

SIGNED_OFF = """
    IF EXISTS (SELECT 1 FROM grading_deliberation d WHERE d.id = {row}.deliberation_id AND d.signed_off_at IS NOT NULL)
    THEN RAISE EXCEPTION 'the grades are signed off' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN {row};
"""


class Deliberation(VersionedModel):
    """The committee's meeting that decides all grades of a cycle (研究审定)."""

    cycle = models.OneToOneField(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="deliberation"
    )
    run = models.ForeignKey(ScoreRun, verbose_name="依据的计分", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField("会议日期", null=True, blank=True)
    members_present = models.TextField("出席人员", blank=True)
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
        triggers = [
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

    def __str__(self) -> str:
        return f"{self.reviewee_id} {self.overall_grade or self.proposed_grade}"


class FeedbackLetter(models.Model):
    """A feedback letter made for one reviewee (反馈意见书). A re-issue gets the next version."""

    decision = models.ForeignKey(GradeDecision, on_delete=models.PROTECT, related_name="letters")
    issue_no = models.PositiveSmallIntegerField("第几次出具", default=1)
    number = models.PositiveIntegerField("文号")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("出具时间")
    read_at = models.DateTimeField("本人查收时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "反馈意见书"
        ordering = ["-issue_no"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "issue_no"], name="grading_feedbackletter_issue"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} #{self.issue_no}"
