"""Choices of a review scheme. Source: design.md section 4, "Exact rules"."""

from apps.common.domain.labels import LabelledEnum


class ReportMode(LabelledEnum):
    """How a reviewee reports."""

    ORAL = "oral", "现场述职"
    WRITTEN = "written", "书面述职"


class SectionKind(LabelledEnum):
    """What a heading of the report is for."""

    TEXT = "text", "正文"
    PROBLEMS = "problems", "问题与原因"
    FOLLOW_UP = "follow_up", "上年度整改情况"


class ComponentKind(LabelledEnum):
    """Where a component of the total comes from."""

    BALLOT = "ballot", "现场测评"
    IMPORTED = "imported", "考核得分"


class BlankRule(LabelledEnum):
    """What an item left blank counts."""

    ABSTAIN = "abstain", "按弃权（不计入该项）"
    VALUE = "value", "按指定分值计"
    VOID = "void", "该票对此人无效"


class EmptyGroupRule(LabelledEnum):
    """What happens when a voter group has no valid ballot for a reviewee."""

    REDISTRIBUTE = "redistribute", "权重分给其他类别"
    BLOCK = "block", "不能计分，由人决定"
