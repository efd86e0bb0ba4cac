"""States of a job, and what they allow."""

from apps.common.domain.labels import LabelledEnum

MAX_TRIES = 3


class JobState(LabelledEnum):
    """A job is queued, runs, and ends done, failed or cancelled; a lost one runs again."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


ALIVE = (JobState.QUEUED.value, JobState.RUNNING.value)
RETRIABLE = (JobState.FAILED.value, JobState.CANCELLED.value)


def percent_done(n_done: int, n_total: int) -> int:
    """Return whole per cent (0-100), rounded down, so that 100 means finished; 0 while the total is unknown."""
    return min(100, n_done * 100 // n_total) if n_total else 0
