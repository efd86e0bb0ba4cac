"""Paper forms: heads before closing, totals sealed before opening."""

import pgtrigger
from django.conf import settings
from django.db import models

from apps.evaluations.models.sessions import EvaluationSession, SessionGroup, SessionHall
from apps.evaluations.models.triggers import ENTRIES_STAY, HEADS_STAY


class PaperBatch(models.Model):
    """Paper forms of one voter group in one hall: heads, counted before closing (纸质测评表)."""

    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="paper_batches")
    group = models.ForeignKey(SessionGroup, on_delete=models.PROTECT, related_name="paper_batches")
    hall = models.ForeignKey(SessionHall, null=True, on_delete=models.PROTECT, related_name="paper_batches")
    n_issued = models.PositiveIntegerField("发出", default=0)
    n_returned = models.PositiveIntegerField("收回", default=0)
    n_spoiled = models.PositiveIntegerField("作废", default=0)
    code_salt = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "纸质测评表批次"
        ordering = ["group__voter_group__order_no", "hall__order_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "group", "hall"], nulls_distinct=False, name="evaluations_paperbatch_once"
            ),
            models.CheckConstraint(
                name="evaluations_paperbatch_adds_up",
                condition=models.Q(n_issued__gte=models.F("n_returned") + models.F("n_spoiled")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="heads_stay_write",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=HEADS_STAY.format(row="NEW"),
            ),
            pgtrigger.Trigger(
                name="heads_stay_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=HEADS_STAY.format(row="OLD"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.group_id}"


class PaperEntry(models.Model):
    """What one of two people counted on the paper forms, sealed to the session's key.

    ``digests``: one keyed digest per figure, so that two entries can be compared and neither be read. The key is the
    code on the batch's cover sheet, which is stored nowhere.
    """

    batch = models.ForeignKey(PaperBatch, on_delete=models.PROTECT, related_name="entries")
    place = models.PositiveSmallIntegerField("第几次录入")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ciphertext = models.BinaryField()
    digests = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = "纸质统计录入"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "place"], name="evaluations_paperentry_place"),
            models.UniqueConstraint(fields=["batch", "entered_by"], name="evaluations_paperentry_two_people"),
            models.CheckConstraint(name="evaluations_paperentry_two", condition=models.Q(place__in=[1, 2])),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="entries_stay_write",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=ENTRIES_STAY.format(row="NEW"),
            ),
            pgtrigger.Trigger(
                name="entries_stay_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=ENTRIES_STAY.format(row="OLD"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.place}"
