"""The review meeting: agenda by lot, attendance, commentary that becomes problems."""

from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.models import ReviewCycle, Reviewee, VoterGroup
from apps.duty_reports.models import Problem


class ReviewMeeting(VersionedModel):
    """A meeting at which secretaries report (述职评议会)."""

    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="meetings"
    )
    title = models.CharField("名称", max_length=120)
    starts_at = models.DateTimeField("开始时间")
    place = models.CharField("地点", max_length=120)
    minutes_each = models.PositiveSmallIntegerField("每人时限（分钟）", default=8)
    lot_seed = models.CharField("抽签种子", max_length=64, blank=True)
    lots_drawn_at = models.DateTimeField("抽签时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "述职评议会"
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One reviewee's place in the order of the meeting."""

    meeting = models.ForeignKey(ReviewMeeting, on_delete=models.CASCADE, related_name="agenda")
    reviewee = models.ForeignKey(
        Reviewee, verbose_name="述职对象", on_delete=models.PROTECT, related_name="+"
    )
    order_no = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "议程"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "reviewee"], name="meetings_agendaitem_reviewee"),
            models.UniqueConstraint(
                fields=["meeting", "order_no"],
                name="meetings_agendaitem_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_no} {self.reviewee_id}"


class MeetingClock(models.Model):
    """The clock of the meeting: who has the floor, and the time left (述职计时).

    It runs while ``ends_at`` is set; otherwise ``seconds_left`` stands, below nought if somebody spoke too long.
    """

    meeting = models.OneToOneField(ReviewMeeting, on_delete=models.CASCADE, related_name="clock")
    reviewee = models.ForeignKey(
        Reviewee, verbose_name="正在述职", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    seconds_left = models.IntegerField("剩余秒数", default=0)
    ends_at = models.DateTimeField("到时", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "述职计时"

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.reviewee_id}"


class Attendance(models.Model):
    """Heads counted per voter group; never a list of names."""

    meeting = models.ForeignKey(ReviewMeeting, on_delete=models.CASCADE, related_name="attendance")
    voter_group = models.ForeignKey(
        VoterGroup, verbose_name="类别", on_delete=models.PROTECT, related_name="+"
    )
    n_expected = models.PositiveIntegerField("应到", default=0)
    n_present = models.PositiveIntegerField("实到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "签到人数"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "voter_group"], name="meetings_attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.n_present}/{self.n_expected}"


class Commentary(VersionedModel):
    """What one leader said about one reviewee (点评)."""

    meeting = models.ForeignKey(ReviewMeeting, on_delete=models.PROTECT, related_name="commentaries")
    reviewee = models.ForeignKey(
        Reviewee, verbose_name="述职对象", on_delete=models.PROTECT, related_name="commentaries"
    )
    leader_name = models.CharField("点评领导", max_length=60)
    text = models.TextField("点评内容")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = verbose_name_plural = "点评"
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "reviewee", "leader_name"], name="meetings_commentary_once_per_leader"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader_name}: {self.text[:30]}"


class CommentaryProblem(models.Model):
    """Links a problem to the commentary it was split from."""

    commentary = models.ForeignKey(Commentary, on_delete=models.PROTECT, related_name="problem_links")
    problem = models.OneToOneField(Problem, on_delete=models.CASCADE, related_name="commentary_link")

    class Meta:
        verbose_name = verbose_name_plural = "点评问题"

    def __str__(self) -> str:
        return f"{self.commentary_id} {self.problem_id}"
