"""Forms of cycles as a whole. The parts of their schemes are in ``part_rows``, ``part_heads`` and ``part_editor``."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.common.forms import BaseForm, VersionedForm
from apps.cycles.domain.presets import ALL
from apps.cycles.domain.schemes import ReportMode
from apps.organizations.forms import (
    HOW_TO_PICK,
    OrganizationChoiceField,
    OrganizationInput,
    offer_organizations,
)
from apps.organizations.models import Organization


class CreateCycleForm(BaseForm):
    year = forms.IntegerField(
        label="年度", min_value=2000, max_value=2100, help_text="述职总结哪一年的工作。"
    )
    host = OrganizationChoiceField(
        label="组织单位",
        widget=OrganizationInput(options="cycles:host_options"),
        help_text=f"由哪一级组织述职评议，述职对象从它的下级中选。{HOW_TO_PICK}",
    )
    title = forms.CharField(
        label="名称", max_length=120, required=False, help_text="不填则为“年度＋组织单位＋述职评议考核”。"
    )
    preset = forms.ChoiceField(
        label="方案样式",
        choices=[(preset.key, f"{preset.label}：{preset.summary}") for preset in ALL],
        widget=forms.RadioSelect,
        help_text="选一个接近的样式，建好后每个数都能改，启动时才冻结。",
    )

    def __init__(self, *args: Any, hosts: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organizations(self, hosts)


class EditCycleForm(VersionedForm):
    title = forms.CharField(label="名称", max_length=120)
    reports_due_on = forms.DateField(label="述职报告截止", required=False)
    meeting_on = forms.DateField(label="会议日期", required=False)
    rectification_due_on = forms.DateField(label="整改期限", required=False)


class ReportModeForm(forms.Form):
    mode = forms.ChoiceField(label="述职方式", choices=ReportMode.choices())
