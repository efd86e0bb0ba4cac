"""States of a job."""

from apps.common.domain.labels import LabelledEnum


class JobState(LabelledEnum):
    """A job is queued, runs, and ends done or failed; a lost one goes back to queued."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
