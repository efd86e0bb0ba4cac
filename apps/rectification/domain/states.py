"""States of a rectification item."""

from apps.common.domain.labels import LabelledEnum


class ItemState(LabelledEnum):
    """Planned by the secretary, worked on, applied for close-out, verified by another person."""

    OPEN = "open", "待制定措施"
    UNDER_WAY = "under_way", "整改中"
    APPLIED = "applied", "申请销号"
    CLOSED_OUT = "closed_out", "已销号"


class EntryKind(LabelledEnum):
    """What one line of an item's history tells."""

    PLAN = "plan", "制定措施"
    PROGRESS = "progress", "整改进展"
    APPLICATION = "application", "申请销号"
    SENT_BACK = "sent_back", "验收退回"
    CLOSED_OUT = "closed_out", "验收销号"
    EXTENSION = "extension", "延期"
