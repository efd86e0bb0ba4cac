"""Where a deliberation and a reconsideration stand, and who sat at the table."""

from apps.common.domain.labels import LabelledEnum


class DeliberationState(LabelledEnum):
    """From the clerk's draft to the signed grades. Source: three people see a grade before it binds."""

    DRAFT = "draft", "拟定"
    REVIEWED = "reviewed", "已审核"
    SIGNED_OFF = "signed_off", "已签发"


class StepKind(LabelledEnum):
    """What happened to a deliberation as a whole."""

    REVIEWED = "reviewed", "审核通过"
    SENT_BACK = "sent_back", "退回修改"
    REOPENED = "reopened", "得分或限制条件有变，自动退回"
    SIGNED_OFF = "signed_off", "签发"


class MemberRole(LabelledEnum):
    """In what role somebody belongs to the meeting."""

    CHAIR = "chair", "主持"
    MEMBER = "member", "委员"
    ATTENDING = "attending", "列席"
    RECORDER = "recorder", "记录"


VOTING_ROLES = (MemberRole.CHAIR, MemberRole.MEMBER)


class ReconsiderationState(LabelledEnum):
    """From the request to the decision."""

    REQUESTED = "requested", "已申请"
    HEARD = "heard", "已听取意见"
    DECIDED = "decided", "已决定"
    WITHDRAWN = "withdrawn", "已撤回"
