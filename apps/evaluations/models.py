"""The urn. No table here knows a person, a time of casting, an address or a device."""

import uuid

import pgtrigger
from django.db import models

from apps.cycles.models import ReviewCycle, Reviewee, VoterGroup
from apps.evaluations.domain.states import SessionState, SlipState
from apps.meetings.models import ReviewMeeting

ONE_WAY = """
    IF array_position(ARRAY['draft','keyed','open','closed','opened','released'], NEW.state::text)
       - array_position(ARRAY['draft','keyed','open','closed','opened','released'], OLD.state::text) NOT IN (0, 1) THEN
        RAISE EXCEPTION 'a session moves one step forward' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

KEY_STAYS = """
    IF OLD.state NOT IN ('draft', 'keyed') AND (NEW.public_key IS DISTINCT FROM OLD.public_key
        OR NEW.pad_bytes <> OLD.pad_bytes OR NEW.form_hash <> OLD.form_hash OR NEW.form IS DISTINCT FROM OLD.form) THEN
        RAISE EXCEPTION 'key and form are fixed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

SLIPS_STAY = """
    IF (SELECT s.state FROM evaluations_evaluationsession s WHERE s.id = {row}.session_id)
        NOT IN ('draft', 'keyed', 'open') THEN
        RAISE EXCEPTION 'slips are fixed after closing' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
"""

URN_OPEN = """
    IF (SELECT s.state FROM evaluations_evaluationsession s JOIN evaluations_credential c ON c.session_id = s.id
        WHERE c.id = {row}.credential_id) <> 'open' THEN
        RAISE EXCEPTION 'the urn is not open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
"""

# One byte names the suite, 48 bytes are what sealing adds.
ONE_LENGTH = """
    IF octet_length(NEW.ciphertext) <> (SELECT s.pad_bytes + 49 FROM evaluations_evaluationsession s
        JOIN evaluations_credential c ON c.session_id = s.id WHERE c.id = NEW.credential_id) THEN
        RAISE EXCEPTION 'all ballots of a session have one length' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""

WHILE_OPENING = """
    IF (SELECT s.state FROM evaluations_evaluationsession s JOIN evaluations_sessiongroup g ON g.session_id = s.id
        WHERE g.id = NEW.group_id) <> 'closed' THEN
        RAISE EXCEPTION 'marks are written once, while the urn is opened' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class EvaluationSession(models.Model):
    """One on-site evaluation with its urn (测评场次)."""

    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="sessions"
    )
    meeting = models.ForeignKey(
        ReviewMeeting,
        verbose_name="会议",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    title = models.CharField("名称", max_length=120)
    notes = models.TextField("填写说明", blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=SessionState.choices(), default=SessionState.DRAFT.value
    )
    suite = models.CharField(max_length=20, default="x25519-sealedbox")
    public_key = models.BinaryField(null=True)
    pad_bytes = models.PositiveIntegerField(default=0)
    form = models.JSONField(null=True)
    form_hash = models.CharField(max_length=64, blank=True)
    key_tested_at = models.DateTimeField("钥匙卡试开", null=True)
    hall_key = models.CharField(max_length=43, unique=True)
    opened_for_voting_at = models.DateTimeField("开始投票", null=True)
    closed_at = models.DateTimeField("截止时间", null=True)
    urn_opened_at = models.DateTimeField("开箱时间", null=True)
    released_at = models.DateTimeField("发布时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "测评场次"
        ordering = ["-id"]
        triggers = [
            pgtrigger.Trigger(
                name="one_way", operation=pgtrigger.UpdateOf("state"), when=pgtrigger.Before, func=ONE_WAY
            ),
            pgtrigger.Trigger(
                name="key_stays", operation=pgtrigger.Update, when=pgtrigger.Before, func=KEY_STAYS
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SessionSubject(models.Model):
    """A reviewee on the form of this session, oral and written alike."""

    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="subjects")
    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="session_subjects")
    order_no = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "被评议人"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["session", "reviewee"], name="evaluations_sessionsubject_once"),
            models.UniqueConstraint(fields=["session", "order_no"], name="evaluations_sessionsubject_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order_no} {self.reviewee_id}"


class SessionGroup(models.Model):
    """A voter group in this session: slips planned, and slips ever made (void ones included)."""

    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="groups")
    voter_group = models.ForeignKey(VoterGroup, on_delete=models.PROTECT, related_name="+")
    n_planned = models.PositiveIntegerField("计划票数", default=0)
    n_issued = models.PositiveIntegerField("发出票数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "场次类别"
        ordering = ["voter_group__order_no"]
        constraints = [
            models.UniqueConstraint(fields=["session", "voter_group"], name="evaluations_sessiongroup_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.voter_group_id}"


class Credential(models.Model):
    """A slip (测评票凭证): verifiers only. ``selector`` finds it, the secret itself is never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(EvaluationSession, on_delete=models.PROTECT, related_name="credentials")
    group = models.ForeignKey(SessionGroup, on_delete=models.PROTECT, related_name="credentials")
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
                func=SLIPS_STAY.format(row="NEW"),
            ),
            pgtrigger.Trigger(
                name="slips_stay_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=SLIPS_STAY.format(row="OLD"),
            ),
        ]

    def __str__(self) -> str:
        return "测评票凭证"


class UrnEntry(models.Model):
    """One sealed ballot under its slip: fixed length, no time, no serial."""

    credential = models.OneToOneField(
        Credential, primary_key=True, on_delete=models.PROTECT, related_name="urn_entry"
    )
    ciphertext = models.BinaryField()
    tracker = models.CharField(max_length=20, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "票箱"
        triggers = [
            pgtrigger.Trigger(
                name="urn_open_write",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=URN_OPEN.format(row="NEW"),
            ),
            pgtrigger.Trigger(
                name="urn_open_delete",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=URN_OPEN.format(row="OLD"),
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
    marks = models.JSONField("各项所选")

    class Meta:
        verbose_name = verbose_name_plural = "开箱评分"
        ordering = ["id"]
        triggers = [
            pgtrigger.Trigger(
                name="while_opening", operation=pgtrigger.Insert, when=pgtrigger.Before, func=WHILE_OPENING
            ),
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return "开箱评分"
