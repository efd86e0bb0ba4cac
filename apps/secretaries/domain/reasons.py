"""Why an appointment ended."""

from apps.common.domain.labels import LabelledEnum


class EndReason(LabelledEnum):
    """Reason of leaving a post (免职原因); documents and details go into the note beside it."""

    TRANSFERRED = "transferred", "调任"
    TERM_ENDED = "term_ended", "换届卸任"
    RETIRED = "retired", "退休"
    RESIGNED = "resigned", "辞职"
    DISMISSED = "dismissed", "免职（处理、处分）"
    ABOLISHED = "abolished", "党组织撤并"
    DIED = "died", "去世"
    OTHER = "other", "其他"
