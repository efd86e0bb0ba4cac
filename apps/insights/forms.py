"""The form of a what-if: every number that may be tried, filled with a scheme to start from."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from apps.common.domain.formats import plain_decimal
from apps.common.forms import BaseForm, NumberText
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import BlankRule, Denominator, GradeMethod, TieRule
from apps.insights.domain.what_if.trials import Counting, Grading, Trial
from apps.insights.selectors.what_if import TrialGround

MOST_WEIGHT = 1000
MOST_TRIMMED = 5
MOST_DECIMALS = 4


def _number(label: str, *, most: int = 100, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=most, max_digits=7, decimal_places=2, widget=NumberText, **options
    )


def _count(label: str, *, most: int, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=NumberText)


class TrialForm(BaseForm):
    """All settings of a trial. ``start`` fills the boxes; ``trial()`` reads them back."""

    trim_each_side = _count("去掉最高、最低各几张", most=MOST_TRIMMED)
    trim_when_more_than = _count("有效票多于几张时去掉", most=9999)
    denominator = forms.ChoiceField(label="平均分除以", choices=Denominator.choices())
    blank_rule = forms.ChoiceField(label="空白项", choices=BlankRule.choices())
    blank_value = _number("空白项分值", required=False)
    decimals = _count("保留小数位", most=MOST_DECIMALS)
    grade_method = forms.ChoiceField(label="建议等次", choices=())
    tie_rule = forms.ChoiceField(label="名额线上同分", choices=TieRule.choices())
    quota = _number("“好”比例上限（%）")

    def __init__(self, *args: Any, ground: TrialGround, start: Trial, **kwargs: Any) -> None:
        self.ground = ground
        self.grades = [grade for grade in BEST_FIRST if grade in ground.trial.grading.thresholds]
        kwargs["initial"] = _initial(start)
        super().__init__(*args, **kwargs)
        for name, field in self._own_fields():
            field.error_messages["required"] = f"请填写“{field.label}”。"
            self.fields[name] = field

    def _own_fields(self) -> Iterable[tuple[str, forms.Field]]:
        """Yield the fields that depend on the cycle's scheme."""
        names = self.ground.names
        for prefix, parts in (("group", names.groups), ("component", names.components)):
            for key, name in parts.items():
                yield f"{prefix}_{key}", _number(name, most=MOST_WEIGHT)
        for grade in self.grades:
            yield f"from_{grade.value}", _number(f"“{grade.label}”起点总分")
            yield f"until_{grade.value}", _number(f"“{grade.label}”排到领域前（%）", required=False)
        for field, label in names.fields.items():
            yield f"quota_{field}", _number(f"{label}（%）", required=False)
        methods = [one for one in GradeMethod if one is not GradeMethod.PLURALITY or self.ground.has_votes]
        yield (
            "grade_method",
            forms.ChoiceField(label="建议等次", choices=[(one.value, one.label) for one in methods]),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for prefix, what in (("group_", "类别"), ("component_", "得分构成")):
            if not self.errors and not any(self._numbers(prefix).values()):
                self.add_error(None, f"{what}的权重不能都是 0。")
        if data.get("blank_rule") == BlankRule.VALUE.value and data.get("blank_value") is None:
            self.add_error("blank_value", "选了“按指定分值计”，请填写“空白项分值”。")
        self._check_grades(data)
        return data

    def _check_grades(self, data: Mapping[str, Any]) -> None:
        starts = [data.get(f"from_{grade.value}") for grade in self.grades]
        known = [one for one in starts if one is not None]
        if known != sorted(known, reverse=True):
            self.add_error(None, "等次的起点总分应当从高到低。")
        if data.get("grade_method") != GradeMethod.RANK_BAND.value:
            return
        until = [data.get(f"until_{grade.value}") for grade in self.grades[:-1]]
        if any(one is None for one in until):
            self.add_error(None, "按名次区段定等次，请填写每个等次排到领域前百分之几（最低的等次不用填）。")
        elif until != sorted(until, key=lambda one: one or Decimal(0)):
            self.add_error(None, "各等次“排到领域前”的比例是累计数，应当从小到大。")

    def _numbers(self, prefix: str) -> dict[str, Decimal]:
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value is not None
        }

    def trial(self) -> Trial:
        """Return what was filled in."""
        data = self.cleaned_data
        return Trial(
            groups={int(key): value for key, value in self._numbers("group_").items()},
            components={int(key): value for key, value in self._numbers("component_").items()},
            counting=Counting(
                data["trim_each_side"],
                data["trim_when_more_than"],
                BlankRule(data["blank_rule"]),
                data["blank_value"],
                Denominator(data["denominator"]),
            ),
            decimals=data["decimals"],
            grading=Grading(
                method=GradeMethod(data["grade_method"]),
                thresholds={Grade(key): value for key, value in self._numbers("from_").items()},
                until={Grade(key): value for key, value in self._numbers("until_").items()},
                quota=data["quota"],
                quotas=self._numbers("quota_"),
                tie_rule=TieRule(data["tie_rule"]),
            ),
        )

    def _bound(self, prefix: str) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(prefix)]

    def group_weights(self) -> list[BoundField]:
        return self._bound("group_")

    def component_weights(self) -> list[BoundField]:
        return self._bound("component_")

    def field_quotas(self) -> list[BoundField]:
        return self._bound("quota_")

    def grade_rows(self) -> list[tuple[Grade, BoundField, BoundField | None]]:
        """Return the boxes of each grade; the lowest one takes the rest of the ranks."""
        return [
            (
                grade,
                self[f"from_{grade.value}"],
                self[f"until_{grade.value}"] if grade is not self.grades[-1] else None,
            )
            for grade in self.grades
        ]


def _initial(start: Trial) -> dict[str, Any]:
    counting, grading = start.counting, start.grading
    values: dict[str, Any] = {
        "trim_each_side": counting.trim_each_side,
        "trim_when_more_than": counting.trim_when_more_than,
        "denominator": counting.denominator.value,
        "blank_rule": counting.blank_rule.value,
        "blank_value": counting.blank_value,
        "decimals": start.decimals,
        "grade_method": grading.method.value,
        "tie_rule": grading.tie_rule.value,
        "quota": grading.quota,
    }
    for prefix, numbers in (
        ("group_", start.groups),
        ("component_", start.components),
        ("from_", {grade.value: one for grade, one in grading.thresholds.items()}),
        ("until_", {grade.value: one for grade, one in grading.until.items()}),
        ("quota_", grading.quotas),
    ):
        values |= {f"{prefix}{key}": value for key, value in numbers.items()}
    return {
        name: plain_decimal(value) if isinstance(value, Decimal) else value for name, value in values.items()
    }
