"""Computed figures. Exact fractions are kept as text ("1234/15") beside the rounded number."""

from decimal import Decimal

from django.conf import settings
from django.db import models

from apps.cycles.models import ReviewCycle, Reviewee, SchemePaper, VoterGroup
from apps.documents.models import Job
from apps.scoring.domain.states import RunState


class ScoreRun(models.Model):
    """One computation of all scores of a cycle.

    ``input_hashes``: SHA-256 of each part of the input (``domain.fingerprints``), ``input_hash`` of all of them together.
    ``differences``: ``domain.differences.describe_differences`` against the run before; empty for the first run.
    """

    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="score_runs"
    )
    job = models.OneToOneField(Job, null=True, on_delete=models.PROTECT, related_name="score_run")
    state = models.CharField(
        "状态", max_length=10, choices=RunState.choices(), default=RunState.RUNNING.value
    )
    is_current = models.BooleanField("当前", default=False)
    input_hash = models.CharField("输入摘要", max_length=64, blank=True)
    input_hashes = models.JSONField("各部分输入摘要", default=dict)
    decimals = models.PositiveSmallIntegerField("保留小数位", default=2)
    software_version = models.CharField("软件版本", max_length=40)
    missing = models.JSONField("缺少的数据", default=list)
    differences = models.JSONField("与上一次的不同", default=dict)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "计分"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"], condition=models.Q(is_current=True), name="scoring_scorerun_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} #{self.pk}"

    def as_published(self, value: Decimal | None) -> Decimal | None:
        """Return a stored figure with the decimals of the scheme; it was rounded to them already."""
        return None if value is None else value.quantize(Decimal(1).scaleb(-self.decimals))


class ScoreSummary(models.Model):
    """One reviewee's figures in one run (得分汇总). ``None`` = could not be computed, never 0.

    ``ballot_score``: the weighted mean of all components that come from ballots; ``papers`` has the score of every form.
    ``base``: Σ w·c / Σ w before bonus and deduction; ``adjustments``: what was entered and what of it counts, line by line.
    ``components``: per part of the total ``raw``/``raw_exact`` before conversion, ``conversion``, ``score``/``exact`` after it,
    ``explanation`` in words, and what of it may not be shown (``hides_raw``, ``hides_score``).
    ``band``: ``{"near", "n_near", "from_rank", "to_rank", "words"}``: whom the figures do not tell apart (``domain.closeness``), ``near`` as
    ``KeySet.as_text``; empty where the score is hidden or there is no rank.
    """

    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="summaries")
    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="summaries")
    n_valid = models.PositiveIntegerField("有效票", default=0)
    ballot_exact = models.CharField(max_length=200, blank=True)
    ballot_score = models.DecimalField("测评得分", max_digits=9, decimal_places=4, null=True)
    base_exact = models.CharField(max_length=200, blank=True)
    base = models.DecimalField("加减分前", max_digits=9, decimal_places=4, null=True)
    bonus = models.DecimalField("加分", max_digits=7, decimal_places=2, default=Decimal(0))
    deduction = models.DecimalField("扣分", max_digits=7, decimal_places=2, default=Decimal(0))
    adjustments = models.JSONField("加减分明细", default=list)
    total_exact = models.CharField(max_length=200, blank=True)
    total = models.DecimalField("总分", max_digits=9, decimal_places=4, null=True)
    rank_in_field = models.PositiveIntegerField("领域内名次", null=True)
    n_in_field = models.PositiveIntegerField("领域内人数", default=0)
    papers = models.JSONField("各测评表得分", default=list)
    components = models.JSONField("构成", default=list)
    item_scores = models.JSONField("各项得分", default=list)
    band = models.JSONField("分不出先后", default=dict)
    hides_score = models.BooleanField("有效票过少，不显示得分", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "得分汇总"
        ordering = ["reviewee__order_no"]
        constraints = [
            models.UniqueConstraint(fields=["run", "reviewee"], name="scoring_scoresummary_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewee_id} {self.total}"

    @property
    def shown_ballot_score(self) -> Decimal | None:
        """The ballot score as it may be shown; ``None`` if missing or hidden."""
        return None if self.hides_score else self.run.as_published(self.ballot_score)

    @property
    def shown_base(self) -> Decimal | None:
        """The figure before bonus and deduction as it may be shown; ``None`` if missing or hidden."""
        return None if self.hides_score else self.run.as_published(self.base)

    @property
    def shown_total(self) -> Decimal | None:
        """The total as it may be shown; ``None`` if missing or hidden."""
        return None if self.hides_score else self.run.as_published(self.total)


class GroupScore(models.Model):
    """One voter group's part in a summary, for one evaluation form.

    ``n_divided_by``: the ballots by which the mean is divided, trimmed ones left out (``domain.denominators``).
    ``counts``: per counted item ``{"item": key, "n": answers, "divided_by": the item's denominator, "answers": {option, band or
    rank: n}, "points": exact mean}``.
    """

    summary = models.ForeignKey(ScoreSummary, on_delete=models.CASCADE, related_name="group_scores")
    paper = models.ForeignKey(SchemePaper, on_delete=models.PROTECT, related_name="+")
    voter_group = models.ForeignKey(VoterGroup, on_delete=models.PROTECT, related_name="+")
    n_returned = models.PositiveIntegerField("收回")
    n_valid = models.PositiveIntegerField("有效")
    n_scored = models.PositiveIntegerField("计分", default=0)
    n_abstained = models.PositiveIntegerField("弃权", default=0)
    n_divided_by = models.PositiveIntegerField("除以", default=0)
    mean_exact = models.CharField(max_length=200, blank=True)
    mean = models.DecimalField("平均分", max_digits=9, decimal_places=4, null=True)
    effective_weight = models.CharField(max_length=60)
    is_suppressed = models.BooleanField("不单独显示", default=False)
    counts = models.JSONField("各项票数", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "类别得分"
        ordering = ["paper__order_no", "voter_group__order_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "paper", "voter_group"], name="scoring_groupscore_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.summary_id} {self.voter_group_id}"

    @property
    def shown_mean(self) -> Decimal | None:
        """The group's mean as it may be shown; ``None`` if nobody voted or it is hidden."""
        return None if self.is_suppressed else self.summary.run.as_published(self.mean)
