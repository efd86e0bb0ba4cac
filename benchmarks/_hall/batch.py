"""A batch of feedback letters by the launcher's worker."""

import contextlib
import time

from benchmarks._hall.stage import launcher_view, running_program

PATIENCE = 120


@contextlib.contextmanager
def waiting_worker(folder, n_letters):
    """Run a worker that waits for work; yield a cycle with signed grades."""
    from benchmarks.documents import make_signed_cycle
    from config.launcher import programs

    cycle = make_signed_cycle(n_letters)
    project, env = launcher_view()
    with running_program(programs.worker(project, env), folder / "worker.log"):
        yield cycle


@contextlib.contextmanager
def running_batch(cycle):
    """Order all letters of the cycle anew, wait until the worker is at it, and until it is done when the block has ended."""
    from apps.documents.tasks import send_job
    from benchmarks.documents import order_letters

    job = order_letters(cycle)
    send_job(job.pk)
    _wait(job, lambda: job.n_done > 0)
    yield
    _wait(job, lambda: job.state in {"done", "failed"})
    if job.state != "done":
        raise SystemExit(f"the batch failed: {job.error}")


def _wait(job, is_so):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if is_so() or job.state == "failed":
            return
        time.sleep(0.05)
    raise SystemExit(f"the batch did not get on: {job.state} {job.n_done}")
