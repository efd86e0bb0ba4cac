"""Forms of cycles, their schemes and their evaluation forms. They turn input into clean values; they do not save."""

from apps.cycles.forms.schemes import (
    PART_PAGES,
    CreateCycleForm,
    EditCycleForm,
    PartPage,
    ReportModeForm,
    RulesForm,
    rules_initial,
)

__all__ = [
    "PART_PAGES",
    "CreateCycleForm",
    "EditCycleForm",
    "PartPage",
    "ReportModeForm",
    "RulesForm",
    "rules_initial",
]
