"""Stages of a yearly cycle, in order; a cycle only moves forward."""

from apps.common.domain.labels import LabelledEnum


class Stage(LabelledEnum):
    """Where a cycle stands."""

    DRAFT = "draft", "筹备"
    REPORTING = "reporting", "述职报告"
    MEETING = "meeting", "会议测评"
    GRADING = "grading", "评定等次"
    RECTIFYING = "rectifying", "反馈整改"
    ARCHIVED = "archived", "已归档"


ORDER = tuple(Stage)
# From these, staff press a button; grading ends by signing the grades off.
MOVED_BY_HAND = (Stage.REPORTING, Stage.MEETING, Stage.RECTIFYING)


def next_stage(stage: Stage) -> Stage | None:
    """Return the stage after ``stage``; ``None`` after the archive."""
    place = ORDER.index(stage) + 1
    return ORDER[place] if place < len(ORDER) else None
