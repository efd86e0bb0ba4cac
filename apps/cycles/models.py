"""The yearly cycle, its scheme (frozen when the cycle opens) and its reviewees."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.domain.conversions import ConversionPlan, conversion_from
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.papers.templates import PaperTemplate, template_from
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    AppraisalGrade,
    BlankRule,
    ComponentKind,
    ConditionKind,
    Denominator,
    EmptyGroupRule,
    GradeMethod,
    ReportMode,
    SectionKind,
    TieRule,
)
from apps.cycles.domain.stages import Stage
from apps.organizations.domain.kinds import Field
from apps.organizations.models import Organization
from apps.secretaries.models import Secretary

FROZEN = (
    "IF EXISTS (SELECT 1 FROM cycles_reviewscheme s WHERE s.id IN ({schemes}) AND s.frozen_at IS NOT NULL) THEN "
    "RAISE EXCEPTION 'the scheme is frozen' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row};"
)


def freeze_triggers() -> list[pgtrigger.Trigger]:
    """Return triggers that keep the parts of a frozen scheme as they are, whoever writes.

    An update asks both ends: no row comes into a frozen scheme and none is moved out of it.
    """
    return [
        _freeze("insert", pgtrigger.Insert, ("NEW",)),
        _freeze("update", pgtrigger.Update, ("OLD", "NEW")),
        _freeze("delete", pgtrigger.Delete, ("OLD",)),
    ]


def _freeze(name: str, operation: pgtrigger.Operation, rows: tuple[str, ...]) -> pgtrigger.Trigger:
    schemes = ", ".join(f"{row}.scheme_id" for row in rows)
    return pgtrigger.Trigger(
        name=f"frozen_{name}",
        operation=operation,
        when=pgtrigger.Before,
        func=FROZEN.format(schemes=schemes, row=rows[-1]),
    )


class ReviewCycle(VersionedModel):
    """One year's review of one host organization (年度周期)."""

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=120)
    host = models.ForeignKey(
        Organization, verbose_name="组织单位", on_delete=models.PROTECT, related_name="cycles"
    )
    stage = models.CharField("阶段", max_length=12, choices=Stage.choices(), default=Stage.DRAFT.value)
    reports_due_on = models.DateField("述职报告截止", null=True, blank=True)
    meeting_on = models.DateField("会议日期", null=True, blank=True)
    rectification_due_on = models.DateField("整改期限", null=True, blank=True)
    opened_at = models.DateTimeField("启动时间", null=True)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "年度周期"
        ordering = ["-year", "title"]
        constraints = [
            models.UniqueConstraint(fields=["year", "host"], name="cycles_reviewcycle_one_per_year_and_host"),
        ]

    def __str__(self) -> str:
        return self.title


class ReviewScheme(models.Model):
    """All rules by which this cycle scores and grades. Percentages and points are 0–100."""

    cycle = models.OneToOneField(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="scheme"
    )
    preset = models.CharField("样式", max_length=40)
    frozen_at = models.DateTimeField("冻结时间", null=True)
    trim_each_side = models.PositiveSmallIntegerField("去掉最高、最低各几张", default=0)
    trim_when_more_than = models.PositiveSmallIntegerField("有效票多于几张时去掉", default=5)
    blank_rule = models.CharField(
        "空白项", max_length=12, choices=BlankRule.choices(), default=BlankRule.ABSTAIN.value
    )
    blank_value = models.DecimalField("空白项分值", max_digits=5, decimal_places=2, null=True, blank=True)
    empty_group_rule = models.CharField(
        "某类别无有效票",
        max_length=14,
        choices=EmptyGroupRule.choices(),
        default=EmptyGroupRule.REDISTRIBUTE.value,
    )
    denominator = models.CharField(
        "平均分、占比除以", max_length=22, choices=Denominator.choices(), default=Denominator.VALID.value
    )
    clamps_total = models.BooleanField("总分限在0—100之间", default=True)
    bonus_limit = models.DecimalField("加分合计上限", max_digits=5, decimal_places=2, null=True, blank=True)
    deduction_limit = models.DecimalField(
        "扣分合计上限", max_digits=5, decimal_places=2, null=True, blank=True
    )
    grade_method = models.CharField(
        "建议等次", max_length=10, choices=GradeMethod.choices(), default=GradeMethod.THRESHOLD.value
    )
    tie_rule = models.CharField(
        "名额线上同分", max_length=12, choices=TieRule.choices(), default=TieRule.BELOW.value
    )
    plurality_paper = models.ForeignKey(
        "SchemePaper",
        verbose_name="按哪张测评表的得票",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    plurality_item = models.CharField("按哪一项的得票", max_length=40, blank=True)
    annual_weight = models.DecimalField(
        "计入年度考核的比例（%）", max_digits=5, decimal_places=2, default=Decimal(0)
    )
    decimals = models.PositiveSmallIntegerField("保留小数位", default=2)
    k_min = models.PositiveSmallIntegerField("少于几张有效票不单独显示", default=5)
    good_quota = models.DecimalField(
        "“好”等次比例上限（%）", max_digits=5, decimal_places=2, default=Decimal(100)
    )
    min_problem_share = models.DecimalField(
        "问题与原因篇幅下限（%）", max_digits=5, decimal_places=2, default=Decimal(0)
    )

    class Meta:
        verbose_name = verbose_name_plural = "述职评议方案"
        constraints = [
            models.CheckConstraint(
                name="cycles_reviewscheme_quota_is_share",
                condition=models.Q(good_quota__gte=0, good_quota__lte=100),
            ),
            models.CheckConstraint(
                name="cycles_reviewscheme_k_min_protects", condition=models.Q(k_min__gte=3)
            ),
            models.CheckConstraint(
                name="cycles_reviewscheme_annual_is_share",
                condition=models.Q(annual_weight__gte=0, annual_weight__lte=100),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.preset}"


class VoterGroup(models.Model):
    """A class of evaluators with its weight (测评主体类别)."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="voter_groups")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("名称", max_length=40)
    weight = models.DecimalField("权重（%）", max_digits=6, decimal_places=2)
    n_expected = models.PositiveIntegerField("应到人数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "测评主体类别"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_votergroup_name"),
            models.CheckConstraint(
                name="cycles_votergroup_weight_positive", condition=models.Q(weight__gt=0)
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name


class SchemePaper(models.Model):
    """One evaluation form of the scheme (测评表). ``definition`` is ``domain.papers.templates.describe_template``.

    Usually there is one; two subjects that are scored apart have one each, on the same ballot. ``order_no`` is the key of its
    part inside a ballot.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="papers")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("名称", max_length=60)
    preset = models.CharField("版式", max_length=20, blank=True)
    definition = models.JSONField("内容")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "测评表"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_schemepaper_name"),
            models.UniqueConstraint(
                fields=["scheme", "order_no"],
                name="cycles_schemepaper_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name

    @property
    def template(self) -> PaperTemplate:
        """The form as the rules read it."""
        return template_from(self.definition)


class PaperRevision(models.Model):
    """What a form looked like before it was saved again: nothing typed is lost."""

    paper = models.ForeignKey(SchemePaper, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=60)
    definition = models.JSONField("内容")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "测评表旧版本"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "version"], name="cycles_paperrevision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} v{self.version}"

    @property
    def template(self) -> PaperTemplate:
        """The form as it was."""
        return template_from(self.definition)


class GradeRule(models.Model):
    """When an overall grade is proposed. What a grade is worth on a ballot stands on the form's scale.

    ``until_share``: the cumulative share of the field's ranks down to which the grade goes, for schemes with rank bands.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="grade_rules")
    grade = models.CharField("等次", max_length=12, choices=Grade.choices())
    from_total = models.DecimalField("建议等次的起点总分", max_digits=5, decimal_places=2)
    until_share = models.DecimalField(
        "排到领域前百分之几", max_digits=5, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "等次起点"
        ordering = ["-from_total"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "grade"], name="cycles_graderule_once"),
            models.CheckConstraint(
                name="cycles_graderule_start_is_percent",
                condition=models.Q(from_total__gte=0, from_total__lte=100),
            ),
            models.CheckConstraint(
                name="cycles_graderule_share_is_percent",
                condition=models.Q(until_share=None) | models.Q(until_share__gte=0, until_share__lte=100),
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return f"{self.grade} {self.from_total}"


class SchemeComponent(models.Model):
    """One part of the total (得分构成): a figure from the ballots, or one that is brought in.

    ``item`` and ``options`` name the answers whose share a ``SHARE`` is; ``conversion`` is ``domain.conversions.describe_conversion``.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="components")
    order_no = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("来源", max_length=12, choices=ComponentKind.choices())
    weight = models.DecimalField("权重（%）", max_digits=6, decimal_places=2)
    paper = models.ForeignKey(
        SchemePaper,
        verbose_name="测评表",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="components",
        help_text="来自现场测评时，取哪一张测评表的得分；不选为第一张。",
    )
    item = models.CharField("按哪一项的选项", max_length=40, blank=True)
    options = models.JSONField("计入占比的选项", default=list, blank=True)
    conversion = models.JSONField("折算", default=dict, blank=True)
    full_marks = models.DecimalField("满分", max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "得分构成"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_schemecomponent_name"),
            models.CheckConstraint(
                name="cycles_schemecomponent_weight_positive", condition=models.Q(weight__gt=0)
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name

    @property
    def conversion_plan(self) -> ConversionPlan:
        """The conversion as the rules read it."""
        return conversion_from(self.conversion)


class SchemeAdjustment(models.Model):
    """One line of the list of bonuses or deductions. Points per occurrence lie between ``least`` and ``most``."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="adjustments")
    order_no = models.PositiveSmallIntegerField("顺序")
    kind = models.CharField("类别", max_length=10, choices=AdjustmentKind.choices())
    name = models.CharField("情形", max_length=120)
    least = models.DecimalField("每次最少", max_digits=5, decimal_places=2)
    most = models.DecimalField("每次最多", max_digits=5, decimal_places=2)
    limit = models.DecimalField("每人累计上限", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "加分扣分"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_schemeadjustment_name"),
            models.CheckConstraint(
                name="cycles_schemeadjustment_points",
                condition=models.Q(least__gt=0, most__gte=models.F("least")),
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name


class GradeCondition(models.Model):
    """What caps the grade: a veto where it happened, an eligibility rule unless it is met.

    With ``component`` and ``at_least`` eligibility follows from that component's published score.
    """

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="conditions")
    order_no = models.PositiveSmallIntegerField("顺序")
    kind = models.CharField("类别", max_length=12, choices=ConditionKind.choices())
    name = models.CharField("情形", max_length=120)
    cap = models.CharField("最高只能评为", max_length=12, choices=Grade.choices())
    component = models.ForeignKey(
        SchemeComponent,
        verbose_name="按哪项得分",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at_least = models.DecimalField("得分不低于", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "否决和评定条件"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="cycles_gradecondition_name"),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.name


class FieldQuota(models.Model):
    """The quota of 好 of one field, in place of the scheme's general one."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="quotas")
    field = models.CharField("领域", max_length=20, choices=Field.choices())
    good_quota = models.DecimalField("“好”等次比例上限（%）", max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "领域比例上限"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "field"], name="cycles_fieldquota_once"),
            models.CheckConstraint(
                name="cycles_fieldquota_is_share",
                condition=models.Q(good_quota__gte=0, good_quota__lte=100),
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return f"{self.field} {self.good_quota}"


class AppraisalLink(models.Model):
    """What an overall grade means for the annual appraisal (结果运用)."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="links")
    grade = models.CharField("等次", max_length=12, choices=Grade.choices())
    best_appraisal = models.CharField("年度考核最高可评", max_length=12, choices=AppraisalGrade.choices())
    consequence = models.CharField("运用", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "结果运用"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "grade"], name="cycles_appraisallink_once"),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return f"{self.grade} {self.best_appraisal}"


class ReportSection(models.Model):
    """A heading of the duty report with its limits, counted in characters including punctuation."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.PROTECT, related_name="report_sections")
    order_no = models.PositiveSmallIntegerField("顺序")
    title = models.CharField("标题", max_length=60)
    kind = models.CharField(
        "类别", max_length=12, choices=SectionKind.choices(), default=SectionKind.TEXT.value
    )
    hint = models.CharField("写作提示", max_length=300, blank=True)
    min_chars = models.PositiveIntegerField("最少字数", default=0)
    max_chars = models.PositiveIntegerField("最多字数", default=3000)

    class Meta:
        verbose_name = verbose_name_plural = "报告栏目"
        ordering = ["order_no"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "title"], name="cycles_reportsection_title"),
            models.CheckConstraint(
                name="cycles_reportsection_limits", condition=models.Q(max_chars__gte=models.F("min_chars"))
            ),
        ]
        triggers = freeze_triggers()

    def __str__(self) -> str:
        return self.title


class Reviewee(models.Model):
    """A secretary who reports in this cycle. Name, post and field are kept as they were when chosen."""

    cycle = models.ForeignKey(
        ReviewCycle, verbose_name="周期", on_delete=models.PROTECT, related_name="reviewees"
    )
    secretary = models.ForeignKey(
        Secretary, verbose_name="书记", on_delete=models.PROTECT, related_name="reviews"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="党组织", on_delete=models.PROTECT, related_name="reviews"
    )
    name = models.CharField("姓名", max_length=60)
    post = models.CharField("职务", max_length=60)
    organization_name = models.CharField("党组织名称", max_length=120)
    field = models.CharField("领域", max_length=20, choices=Field.choices())
    mode = models.CharField(
        "述职方式", max_length=10, choices=ReportMode.choices(), default=ReportMode.ORAL.value
    )
    order_no = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = verbose_name_plural = "述职对象"
        ordering = ["order_no", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "secretary"], name="cycles_reviewee_once_per_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_name} {self.name}"
