"""A session and what it is made of. No table of this app knows a person, a time of casting, an address or a device."""

import pgtrigger
from django.db import models

from apps.cycles.models import ReviewCycle, Reviewee, SchemePaper, VoterGroup
from apps.evaluations.domain.states import Screen, SessionState
from apps.evaluations.models.triggers import KEY_STAYS, ONE_WAY
from apps.meetings.models import ReviewMeeting


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
    rehearsal_of = models.ForeignKey(
        "self", verbose_name="彩排的正式场次", null=True, on_delete=models.PROTECT, related_name="rehearsals"
    )
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
    screen = models.CharField(
        "大屏画面", max_length=10, choices=Screen.choices(), default=Screen.WELCOME.value
    )
    rehearsed_at = models.DateTimeField("彩排完成", null=True)
    rehearsal_report = models.JSONField("彩排记录", null=True)
    closes_at = models.DateTimeField("预定截止", null=True, blank=True)
    opened_for_voting_at = models.DateTimeField("开始投票", null=True)
    closed_at = models.DateTimeField("截止时间", null=True)
    urn_opened_at = models.DateTimeField("开箱时间", null=True)
    verified_at = models.DateTimeField("复核时间", null=True)
    verification = models.JSONField("复核结果", null=True)
    released_at = models.DateTimeField("发布时间", null=True)
    objection_ends_on = models.DateField("异议期满", null=True)
    purged_at = models.DateTimeField("销毁时间", null=True)
    purge_report = models.JSONField("销毁记录", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "测评场次"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["rehearsal_of"], name="evaluations_session_one_rehearsal"),
        ]
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


class SessionHall(models.Model):
    """A venue of the session (会场). All halls of a session share its urn; its screen is reached by its own read-only key."""

    session = models.ForeignKey(EvaluationSession, on_delete=models.CASCADE, related_name="halls")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("会场", max_length=60)
    hall_key = models.CharField(max_length=43, unique=True)
    screen = models.CharField(
        "大屏画面", max_length=10, choices=Screen.choices(), default=Screen.WELCOME.value
    )

    class Meta:
        verbose_name = verbose_name_plural = "会场"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="evaluations_sessionhall_name"),
            models.UniqueConstraint(fields=["session", "order_no"], name="evaluations_sessionhall_order"),
        ]

    def __str__(self) -> str:
        return self.name


class SessionPaper(models.Model):
    """An evaluation form that is filled in this session; several make one ballot and are counted apart."""

    session = models.ForeignKey(EvaluationSession, on_delete=models.CASCADE, related_name="papers")
    paper = models.ForeignKey(SchemePaper, on_delete=models.PROTECT, related_name="sessions")

    class Meta:
        verbose_name = verbose_name_plural = "场次测评表"
        ordering = ["paper__order_no"]
        constraints = [
            models.UniqueConstraint(fields=["session", "paper"], name="evaluations_sessionpaper_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.paper_id}"


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
