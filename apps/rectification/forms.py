"""Input of the ledger."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.common.forms import BaseForm, NumberText, VersionedForm
from apps.cycles.models import ReviewCycle
from apps.documents.kit.uploads import LARGEST, check_upload
from apps.duty_reports.domain.states import ProblemSource
from apps.organizations.forms import HOW_TO_PICK, OrganizationChoiceField, offer_living
from apps.rectification.domain.evidence import EvidenceFile
from apps.rectification.selectors import cycles_for_problems

MAX_FILES = 10


class PlanForm(VersionedForm):
    measure = forms.CharField(label="整改措施", max_length=2000, widget=forms.Textarea(attrs={"rows": "4"}))
    responsible_leader = forms.CharField(label="责任领导", max_length=60)
    responsible_person = forms.CharField(label="责任人", max_length=60)
    due_on = forms.DateField(label="整改时限")


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; clean data is a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[EvidenceFile]:
        found = [super(ManyFilesField, self).clean(one, initial) for one in data or []]
        if len(found) > MAX_FILES:
            raise forms.ValidationError(f"一次最多上传 {MAX_FILES} 个文件。")
        try:
            return [_checked(one) for one in found]
        except DomainError as error:
            raise forms.ValidationError(error.message) from error


def _checked(upload: "UploadedFile[Any]") -> EvidenceFile:
    name, content = upload.name or "", upload.read(LARGEST + 1)
    return EvidenceFile(name, check_upload(name, content), content)


class ProgressForm(BaseForm):
    text = forms.CharField(label="整改进展", max_length=2000, widget=forms.Textarea(attrs={"rows": "4"}))
    percent = forms.IntegerField(
        label="总进度（%）",
        min_value=0,
        max_value=100,
        widget=NumberText(attrs={"inputmode": "numeric"}),
        help_text="整件事做到百分之多少，不是这一次做了多少。",
    )
    evidence = ManyFilesField(
        label="佐证材料",
        required=False,
        help_text="可一次选多个：PDF、JPG、PNG、docx 或 xlsx，每个不超过 10 MB。",
    )


class ApplyForm(BaseForm):
    note = forms.CharField(label="整改成效", max_length=2000, widget=forms.Textarea(attrs={"rows": "3"}))


class VerifyForm(BaseForm):
    note = forms.CharField(
        label="验收意见",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="退回时必须写明原因。",
    )


class ExtendForm(BaseForm):
    due_on = forms.DateField(label="延期至")
    reason = forms.CharField(label="延期理由", max_length=500, widget=forms.Textarea(attrs={"rows": "2"}))


class ProblemForm(BaseForm):
    """A problem found by inspection or supervision."""

    cycle = forms.ModelChoiceField(label="年度周期", queryset=ReviewCycle.objects.none(), empty_label=None)
    organization = OrganizationChoiceField(label="党组织", help_text=HOW_TO_PICK)
    source = forms.ChoiceField(
        label="来源",
        choices=[(s.value, s.label) for s in (ProblemSource.INSPECTION, ProblemSource.SUPERVISION)],
    )
    raised_by = forms.CharField(label="提出单位或人员", max_length=60, required=False)
    text = forms.CharField(label="问题", max_length=2000, widget=forms.Textarea(attrs={"rows": "3"}))

    def __init__(
        self, data: QueryDict | None = None, *, user: User, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        cycle = self.fields["cycle"]
        assert isinstance(cycle, forms.ModelChoiceField)  # noqa: S101 -- tells mypy what is declared above
        cycle.queryset = cycles_for_problems(user)
        offer_living(self, user)
