"""How an act ended."""

from apps.common.domain.labels import LabelledEnum


class Outcome(LabelledEnum):
    """An act was done, or it was refused and changed nothing."""

    DONE = "done", "完成"
    REFUSED = "refused", "被拒绝"
