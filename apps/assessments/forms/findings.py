"""One cell of the grid of findings: a reviewee and a condition."""

from typing import Any

from django import forms
from django.http import QueryDict

from apps.assessments.domain.findings import Finding
from apps.assessments.forms.lines import GridLine
from apps.assessments.models import ConditionFinding
from apps.cycles.models import GradeCondition, Reviewee

MET, NOT_MET = "met", "not_met"
CHOICES = [("", "未认定"), (MET, "符合"), (NOT_MET, "不符合")]


class FindingForm(GridLine):
    """Whether the reviewee meets the condition, and on what ground. What is recorded can be changed, not emptied."""

    box_names = ("state", "reason")
    state = forms.ChoiceField(label="认定", choices=CHOICES, required=False)
    reason = forms.CharField(label="依据", max_length=300, required=False)

    def __init__(
        self,
        reviewee: Reviewee,
        condition: GradeCondition,
        stored: ConditionFinding | None,
        data: QueryDict | None = None,
    ) -> None:
        boxes = {} if stored is None else _boxes(stored)
        version = 0 if stored is None else stored.version
        super().__init__(data, prefix=f"{reviewee.pk}-{condition.pk}", boxes=boxes, version=version)
        self.reviewee, self.condition, self.stored = reviewee, condition, stored
        for name, kind in (("state", "form-select"), ("reason", "form-control")):
            label = f"{reviewee.name} {condition.name} {self.fields[name].label}"
            self.fields[name].widget.attrs |= {
                "class": kind,
                "aria-label": label,
                "data-grid": f"{condition.pk}-{name}",
            }
        self.fields["reason"].widget.attrs["placeholder"] = "依据"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        state, reason = cleaned.get("state", ""), cleaned.get("reason", "").strip()
        if self.is_untouched:
            return cleaned
        if not state and self.stored is not None and "state" not in self.errors:
            self.add_error("state", "已认定的不能清空；认定错了请直接改。")
        if state and not reason and "reason" not in self.errors:
            self.add_error("reason", "请填写依据。")
        if not state and reason and self.stored is None:
            self.add_error("state", "写了依据，没有认定。")
        return cleaned

    def changed_finding(self) -> Finding | None:
        """Return the finding if this cell was touched and differs from what is stored."""
        data = self.cleaned_data
        if not data.get("state") or self.is_untouched:
            return None
        is_met, reason = data["state"] == MET, data["reason"].strip()
        if self.stored is not None and (is_met, reason) == (self.stored.is_met, self.stored.reason):
            return None
        return Finding(self.reviewee.pk, self.condition.pk, is_met, reason, self.opened_version)

    def keep_after_conflict(self) -> None:
        """Show what somebody else saved since the page was opened."""
        if self.stored is not None:
            found = "符合" if self.stored.is_met else "不符合"
            self.meet_stored(f"别人已保存：{found}，{self.stored.reason}（{self.stored.entered_by}）")


def _boxes(stored: ConditionFinding) -> dict[str, str]:
    return {"state": MET if stored.is_met else NOT_MET, "reason": stored.reason}
