"""The lists of assessments."""

from apps.assessments.lists.adjustments import AdjustmentList, AdjustmentSumList
from apps.assessments.lists.conditions import ConditionList
from apps.assessments.lists.figures import ComponentList, ImportList, MissingList
from apps.assessments.lists.vetoes import VetoList

__all__ = [
    "AdjustmentList",
    "AdjustmentSumList",
    "ComponentList",
    "ConditionList",
    "ImportList",
    "MissingList",
    "VetoList",
]
