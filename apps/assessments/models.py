"""Figures brought in beside the ballots, and vetoes."""

from django.conf import settings
from django.db import models

from apps.common.models import VersionedModel
from apps.cycles.domain.grades import Grade
from apps.cycles.models import Reviewee, SchemeComponent


class ComponentScore(VersionedModel):
    """One reviewee's figure for one imported component, as a share of ``out_of``. A missing row is missing, not 0."""

    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="component_scores")
    component = models.ForeignKey(SchemeComponent, on_delete=models.PROTECT, related_name="scores")
    value = models.DecimalField("得分", max_digits=8, decimal_places=2)
    out_of = models.DecimalField("满分", max_digits=8, decimal_places=2)
    source = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "考核得分"
        constraints = [
            models.UniqueConstraint(fields=["reviewee", "component"], name="assessments_componentscore_once"),
            models.CheckConstraint(
                name="assessments_componentscore_within",
                condition=models.Q(value__gte=0, out_of__gt=0) & models.Q(value__lte=models.F("out_of")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value}/{self.out_of}"


class Veto(models.Model):
    """A recorded fact that caps the grade (一票否决); it never raises one."""

    reviewee = models.ForeignKey(Reviewee, on_delete=models.PROTECT, related_name="vetoes")
    caps_at = models.CharField("最高只能评为", max_length=12, choices=Grade.choices())
    reason = models.CharField("事由", max_length=300)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("录入时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "一票否决"
        ordering = ["entered_at"]

    def __str__(self) -> str:
        return self.reason[:40]
