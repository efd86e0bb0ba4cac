"""States of a duty report and of a review round."""

from apps.common.domain.labels import LabelledEnum


class ReportState(LabelledEnum):
    """Draft → submitted → returned (and again) or approved."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已通过"


class Decision(LabelledEnum):
    """What a reviewer decided in a round."""

    PENDING = "pending", "待审核"
    RETURNED = "returned", "退回修改"
    APPROVED = "approved", "审核通过"


class ProblemSource(LabelledEnum):
    """Where a problem was named. Source: design.md, step 9."""

    COMMENTARY = "commentary", "会议点评"
    OWN_REPORT = "own_report", "述职报告自查"
    INSPECTION = "inspection", "巡视巡察"
    SUPERVISION = "supervision", "监督检查"
