"""Forms of grading. They turn input into clean values; services save."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from apps.common.forms import BaseForm, DateBox, VersionedForm
from apps.cycles.domain.grades import Grade
from apps.grading.domain.meetings import Member
from apps.grading.domain.states import MemberRole

N_SPARE_ROWS = 2


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": str(rows)})


class DecisionForm(VersionedForm):
    grade = forms.ChoiceField(
        label="综合评价等次", choices=Grade.choices(), error_messages={"invalid_choice": "请选择等次。"}
    )
    reason = forms.CharField(label="调整理由", max_length=1000, required=False)


class DeliberationForm(VersionedForm):
    held_on = forms.DateField(label="会议日期", widget=DateBox)
    place = forms.CharField(label="会议地点", max_length=80, required=False)
    quorum_note = forms.CharField(
        label="到会人数要求及符合情况",
        max_length=200,
        required=False,
        help_text="按本单位议事规则如实写明，例如“须有三分之二以上委员到会，实到符合规定”。系统不代为判断。",
    )
    minutes = forms.CharField(
        label="研究情况",
        max_length=10_000,
        required=False,
        widget=_text(4),
        help_text="写明怎样研究、有什么不同意见、结论是什么。",
    )


class MemberForm(BaseForm):
    name = forms.CharField(label="姓名", max_length=40, required=False)
    post = forms.CharField(label="职务", max_length=60, required=False)
    role = forms.ChoiceField(
        label="身份", choices=MemberRole.choices(), initial=MemberRole.MEMBER.value, required=False
    )
    is_absent = forms.BooleanField(label="缺席", required=False)
    absence_reason = forms.CharField(label="缺席原因", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and (data.get("post") or data.get("absence_reason") or data.get("is_absent")):
            self.add_error("name", "请填写姓名，或清空这一行。")
        return data


MemberFormSet = formset_factory(MemberForm, extra=N_SPARE_ROWS)


def members_of(rows: "BaseFormSet[MemberForm]") -> list[Member]:
    """Return the people of a valid formset; empty rows are left out."""
    return [
        Member(
            data["name"],
            data["post"],
            MemberRole(data["role"] or MemberRole.MEMBER.value),
            data["is_absent"],
            data["absence_reason"],
        )
        for data in (form.cleaned_data for form in rows)
        if data.get("name")
    ]


def member_rows(members: Sequence[Member]) -> "BaseFormSet[MemberForm]":
    """Return the formset that shows what is stored, with some empty rows."""
    initial = [
        {
            "name": one.name,
            "post": one.post,
            "role": one.role.value,
            "is_absent": one.is_absent,
            "absence_reason": one.absence_reason,
        }
        for one in members
    ] or [{"role": MemberRole.CHAIR.value}]
    return MemberFormSet(initial=initial, prefix="members")


class SendBackForm(BaseForm):
    reason = forms.CharField(label="退回理由", max_length=1000, widget=_text(2))


class RequestForm(BaseForm):
    requested_on = forms.DateField(label="申请日期", widget=DateBox)
    requested_by_name = forms.CharField(
        label="申请人", max_length=60, help_text="谁提出的：一般是本人，也可以是其所在党组织。"
    )
    reason = forms.CharField(label="申请理由", max_length=2000, widget=_text(4))


class HearingForm(VersionedForm):
    heard_on = forms.DateField(label="听取意见日期", widget=DateBox)
    hearing = forms.CharField(
        label="听取意见情况",
        max_length=5000,
        widget=_text(4),
        help_text="写明听取了谁的意见、核实了哪些事实和票数。",
    )


class OutcomeForm(VersionedForm):
    held_on = forms.DateField(label="研究日期", widget=DateBox)
    members_present = forms.CharField(
        label="出席人员",
        max_length=2000,
        widget=_text(2),
        help_text="写明主持人和出席人员，例如“主持：某某；出席：某某、某某”。",
    )
    grade = forms.ChoiceField(label="复核后的等次", choices=Grade.choices())
    reason = forms.CharField(label="决定理由", max_length=2000, widget=_text(3))


class WithdrawalForm(VersionedForm):
    reason = forms.CharField(label="撤回原因", max_length=300, widget=_text(2))
