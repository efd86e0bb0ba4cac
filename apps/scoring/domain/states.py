"""States of a score run."""

from apps.common.domain.labels import LabelledEnum


class RunState(LabelledEnum):
    """A run is made once and then stands; a new run replaces it as the current one."""

    RUNNING = "running", "计算中"
    DONE = "done", "已完成"
    BLOCKED = "blocked", "缺数据，未能计分"
