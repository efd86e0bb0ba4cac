"""Forms of cycles, their schemes and their evaluation forms. They turn input into clean values; they do not save."""

from apps.cycles.forms.part_editor import PART_PAGES, PartEditor, PartPage
from apps.cycles.forms.schemes import CreateCycleForm, EditCycleForm, ReportModeForm

__all__ = [
    "PART_PAGES",
    "CreateCycleForm",
    "EditCycleForm",
    "PartEditor",
    "PartPage",
    "ReportModeForm",
]
