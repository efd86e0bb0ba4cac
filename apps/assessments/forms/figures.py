"""Typing figures into the grid, and uploading their workbook."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from apps.assessments.domain.figures import (
    LONGEST_SOURCE,
    Figure,
    FigureProblem,
    figure_problem,
    read_number,
)
from apps.assessments.forms.lines import GridLine
from apps.assessments.models import ComponentScore
from apps.common.domain.formats import plain_decimal
from apps.common.forms import BaseForm
from apps.cycles.models import Reviewee
from apps.rosters.kit.guard import MAX_UPLOAD

KEPT = "已录入的不能清空；录错了请直接改成正确的。"


class FigureField(forms.CharField):
    """A number as people type it: full-width digits are understood, reasons are told in words."""

    def to_python(self, value: Any) -> Any:
        try:
            return read_number(value)
        except FigureProblem as problem:
            raise forms.ValidationError(f"{problem}。") from problem

    def validate(self, value: Any) -> None:
        """Leave it to the form whether a number must be there."""

    def run_validators(self, value: Any) -> None:
        """A number has no length."""


class FigureForm(GridLine):
    """One line of the grid. An empty line that was empty before stays missing."""

    box_names = ("value", "out_of", "source")
    value = FigureField(label="得分", required=False)
    out_of = FigureField(label="满分", required=False)
    source = forms.CharField(label="依据", max_length=LONGEST_SOURCE, required=False)

    def __init__(
        self,
        reviewee: Reviewee,
        stored: ComponentScore | None,
        *,
        full_marks: Decimal,
        is_place: bool = False,
        data: QueryDict | None = None,
    ) -> None:
        boxes = {"out_of": plain_decimal(full_marks)} if stored is None else _boxes(stored)
        version = 0 if stored is None else stored.version
        super().__init__(data, prefix=str(reviewee.pk), boxes=boxes, version=version)
        self.reviewee, self.stored, self.is_place = reviewee, stored, is_place
        self._full_marks = full_marks
        if is_place:
            self.fields["value"].label, self.fields["out_of"].label = "名次", "参评总数"
        for name in self.box_names:
            self._prepare(name)

    def _prepare(self, name: str) -> None:
        kind = "" if name == "source" else " grid-number"
        self.fields[name].widget.attrs |= {
            "class": f"form-control{kind}",
            "aria-label": f"{self.reviewee.name} {self.fields[name].label}",
            "autocomplete": "off",
            "data-grid": name,
        }
        if name != "source":
            self.fields[name].widget.attrs["inputmode"] = "decimal"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        value, out_of = cleaned.get("value"), cleaned.get("out_of")
        if self.is_untouched:
            return cleaned
        if value is None:
            if self.stored is not None and "value" not in self.errors:
                self.add_error("value", KEPT)
            return cleaned
        if out_of is None and "out_of" not in self.errors:
            out_of = cleaned["out_of"] = self._full_marks
        if out_of is not None and (reason := figure_problem(value, out_of, is_place=self.is_place)):
            self.add_error("value", f"{reason}。")
        if not cleaned.get("source", "").strip():
            self.add_error("source", "请填写依据，例如文号或考核通报名称。")
        return cleaned

    def changed_figure(self) -> Figure | None:
        """Return the figure if this line was touched and differs from what is stored."""
        data = self.cleaned_data
        if data.get("value") is None or self.is_untouched:
            return None
        given = (data["value"], data["out_of"], data["source"].strip())
        if self.stored is not None and given == (self.stored.value, self.stored.out_of, self.stored.source):
            return None
        return Figure(self.reviewee.pk, *given, version=self.opened_version)

    def keep_after_conflict(self) -> None:
        """Show what somebody else saved since the page was opened."""
        if self.stored is not None:
            boxes = _boxes(self.stored)
            told = f"{boxes['value']}/{boxes['out_of']}，{boxes['source']}"
            self.meet_stored(f"别人已保存：{told}（{self.stored.entered_by}）")


def _boxes(stored: ComponentScore) -> dict[str, str]:
    return {
        "value": plain_decimal(stored.value),
        "out_of": plain_decimal(stored.out_of),
        "source": stored.source,
    }


class UploadForm(BaseForm):
    """The workbook of figures."""

    file = forms.FileField(
        label="填好的考核得分表",
        help_text=f"只收 .xlsx，不超过 {MAX_UPLOAD // 1024 // 1024} MB。可以把文件拖到框上。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        max_length=200,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read into memory."""
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_UPLOAD:
            raise forms.ValidationError(
                f"文件有 {(upload.size or 0) / 1024 / 1024:.1f} MB，超过 {MAX_UPLOAD // 1024 // 1024} MB。请删去图片和无关工作表。"
            )
        return upload
