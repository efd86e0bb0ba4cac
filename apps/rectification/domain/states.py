"""States of a rectification item."""

from apps.common.domain.labels import LabelledEnum


class ItemState(LabelledEnum):
    """Planned by the secretary, worked on, applied for close-out, verified by another person."""

    OPEN = "open", "待制定措施"
    UNDER_WAY = "under_way", "整改中"
    APPLIED = "applied", "申请销号"
    CLOSED_OUT = "closed_out", "已销号"
