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
    SHARE = "share", "测评选项占比"
    IMPORTED = "imported", "考核得分"


FROM_BALLOTS = (ComponentKind.BALLOT, ComponentKind.SHARE)


class Conversion(LabelledEnum):
    """How a component's raw figure becomes a score of 0–100."""

    NONE = "none", "直接计分"
    BANDS = "bands", "分段折算"
    RANK = "rank", "按领域内名次折算"
    PLACE = "place", "录入的是名次，按名次折算"
    BEST_RATIO = "best_ratio", "与本领域最高者相比"


class BlankRule(LabelledEnum):
    """What an item left blank counts."""

    ABSTAIN = "abstain", "按弃权（不计入该项）"
    VALUE = "value", "按指定分值计"
    VOID = "void", "该票对此人无效"


class EmptyGroupRule(LabelledEnum):
    """What happens when a voter group has no valid ballot for a reviewee."""

    REDISTRIBUTE = "redistribute", "权重分给其他类别"
    BLOCK = "block", "不能计分，由人决定"


class Denominator(LabelledEnum):
    """Which ballots a mean or a share is divided by. Source: reference practice differs, so it is a choice."""

    VALID = "valid", "有效票（不含弃权）"
    VALID_WITH_ABSTENTIONS = "valid_with_abstentions", "有效票（含弃权）"
    RETURNED = "returned", "收回的全部票"


class GradeMethod(LabelledEnum):
    """How a grade is proposed before vetoes, conditions and the quota."""

    THRESHOLD = "threshold", "按总分起点"
    PLURALITY = "plurality", "按得票最多的等次"
    RANK_BAND = "rank_band", "按领域内名次区段"


class TieRule(LabelledEnum):
    """What happens to equal totals across the line of the quota. Ranks are shared in any case."""

    BELOW = "below", "都不列入“好”，由研究确定"
    BALLOT_FIRST = "ballot_first", "测评得分高者优先，仍相同的都不列入"


class AdjustmentKind(LabelledEnum):
    """What a line of the lists of bonuses and deductions does to the total."""

    BONUS = "bonus", "加分"
    DEDUCTION = "deduction", "扣分"


class ConditionKind(LabelledEnum):
    """What holds a grade down: something that happened, or something that has to be reached."""

    VETO = "veto", "一票否决情形"
    ELIGIBILITY = "eligibility", "评定条件"


class AppraisalGrade(LabelledEnum):
    """Grades of the annual appraisal (年度考核), to which a grade of the review may be linked."""

    EXCELLENT = "excellent", "优秀"
    COMPETENT = "competent", "称职"
    BASIC = "basic", "基本称职"
    INCOMPETENT = "incompetent", "不称职"
