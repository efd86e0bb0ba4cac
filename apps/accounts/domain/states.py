"""Why an account is shut."""

from apps.common.domain.labels import LabelledEnum


class DisableReason(LabelledEnum):
    """Who or what shut it."""

    BY_HAND = "by_hand", "人工停用"
    LEFT_OFFICE = "left_office", "因免职停用"
    UNUSED = "unused", "长期未用停用"
