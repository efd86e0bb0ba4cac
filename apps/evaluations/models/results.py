"""What was fixed at closing and what came out of the urn."""

import uuid

import pgtrigger
from django.db import models

from apps.cycles.models import SchemePaper
from apps.evaluations.models.sessions import EvaluationSession, SessionGroup, SessionSubject
from apps.evaluations.models.triggers import MARKS_WHILE_OPENING, OF_MARK, RESULTS_GO, WHILE_OPENING


class SessionClosing(models.Model):
    """What was fixed at closing: the balanced ledger, the trackers, their Merkle root."""

    session = models.OneToOneField(EvaluationSession, on_delete=models.PROTECT, related_name="closing")
    ledger = models.JSONField("台账")
    trackers = models.JSONField("回执清单")
    merkle_root = models.CharField(max_length=64)
    form_hash = models.CharField(max_length=64)
    opening_counts = models.JSONField("开箱计数", null=True)
    marks_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "截止记录"

    def __str__(self) -> str:
        return f"{self.session_id}"


class OpenedMark(models.Model):
    """The marks one ballot gave one reviewee, torn off from the ballot and shuffled. Nothing leads back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(SessionSubject, on_delete=models.PROTECT, related_name="marks")
    group = models.ForeignKey(SessionGroup, on_delete=models.PROTECT, related_name="marks")
    paper = models.ForeignKey(SchemePaper, on_delete=models.PROTECT, related_name="marks")
    marks = models.JSONField("各项所选")

    class Meta:
        verbose_name = verbose_name_plural = "开箱评分"
        ordering = ["id"]
        triggers = [
            pgtrigger.Trigger(
                name="while_opening",
                level=pgtrigger.Statement,
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                referencing=pgtrigger.Referencing(new="new_marks"),
                func=MARKS_WHILE_OPENING,
            ),
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="never_deleted",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=RESULTS_GO.format(session=OF_MARK.format(row="OLD")),
            ),
        ]

    def __str__(self) -> str:
        return "开箱评分"


class OpenedComment(models.Model):
    """Words of one ballot, torn off from its marks and shuffled on their own. No voter group, nothing leads back.

    ``subject`` ``None``: about the whole; ``item_key`` empty: the comment field, else a free-text item.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="comments")
    paper = models.ForeignKey(SchemePaper, on_delete=models.PROTECT, related_name="comments")
    subject = models.ForeignKey(SessionSubject, null=True, on_delete=models.PROTECT, related_name="comments")
    item_key = models.CharField(max_length=20, blank=True)
    text = models.CharField("意见", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "开箱意见"
        ordering = ["id"]
        triggers = [
            pgtrigger.Trigger(
                name="comment_while_opening",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=WHILE_OPENING.format(session="NEW.session_id"),
            ),
            pgtrigger.Protect(name="comment_never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="comment_never_deleted",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=RESULTS_GO.format(session="OLD.session_id"),
            ),
        ]

    def __str__(self) -> str:
        return "开箱意见"
