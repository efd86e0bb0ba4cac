"""The yearly cycle, its scheme (frozen when the cycle opens) and its reviewees."""

from apps.cycles.models.counting import SchemeAdjustment, SchemeComponent, VoterGroup
from apps.cycles.models.cycles import ReviewCycle, Reviewee
from apps.cycles.models.grading import AppraisalLink, FieldQuota, GradeCondition, GradeRule
from apps.cycles.models.papers import PaperRevision, SchemePaper
from apps.cycles.models.reports import ReportSection
from apps.cycles.models.schemes import ReviewScheme

__all__ = [
    "AppraisalLink",
    "FieldQuota",
    "GradeCondition",
    "GradeRule",
    "PaperRevision",
    "ReportSection",
    "ReviewCycle",
    "ReviewScheme",
    "Reviewee",
    "SchemeAdjustment",
    "SchemeComponent",
    "SchemePaper",
    "VoterGroup",
]
