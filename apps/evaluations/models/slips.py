"""Slips and the urn: verifiers and sealed envelopes."""

import uuid

import pgtrigger
from django.db import models

from apps.evaluations.domain.states import SlipState
from apps.evaluations.models.sessions import EvaluationSession, SessionGroup, SessionHall
from apps.evaluations.models.triggers import ONE_LENGTH, SLIPS_GO, SLIPS_STAY, URN_GO, URN_OPEN


class Credential(models.Model):
    """A slip (测评票凭证): verifiers only. ``selector`` finds it, the secret itself is never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="credentials")
    group = models.ForeignKey(SessionGroup, on_delete=models.PROTECT, related_name="credentials")
    hall = models.ForeignKey(SessionHall, null=True, on_delete=models.PROTECT, related_name="credentials")
    selector = models.CharField(max_length=16)
    fast_verifier = models.BinaryField()
    slow_verifier = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=SlipState.choices(), default=SlipState.UNUSED.value)
    n_wrong = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "测评票凭证"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "selector"], name="evaluations_credential_selector"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="slips_stay_write",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=SLIPS_STAY,
            ),
            pgtrigger.Trigger(
                name="slips_stay_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=SLIPS_GO,
            ),
        ]

    def __str__(self) -> str:
        return "测评票凭证"


class UrnEntry(models.Model):
    """One sealed ballot under its slip: fixed length, no time, no serial.

    ``voucher`` proves that the casting service put it there: who can only write to the database cannot make one.
    """

    credential = models.OneToOneField(
        Credential, primary_key=True, on_delete=models.PROTECT, related_name="urn_entry"
    )
    ciphertext = models.BinaryField()
    tracker = models.CharField(max_length=20, unique=True)
    voucher = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "票箱"
        triggers = [
            pgtrigger.Trigger(
                name="urn_open_write",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=URN_OPEN,
            ),
            pgtrigger.Trigger(
                name="urn_open_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=URN_GO,
            ),
            pgtrigger.Trigger(
                name="urn_one_length",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=ONE_LENGTH,
            ),
        ]

    def __str__(self) -> str:
        return "密封票"
