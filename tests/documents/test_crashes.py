"""Real workers, killed in the middle: nothing is lost, nothing is done twice."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.documents import services
from apps.documents.kit import jobs
from apps.documents.models import Job
from apps.documents.tasks import run_job, send_job, sweep_jobs
from config.launcher.engines.throwaway import running
from config.launcher.engines.valkey import Valkey
from tests.documents.queues import queue_at
from tests.documents.slow_worker import KIND, take_steps
from tests.factories.documents import make_requester
from tests.support.database import current_database_url

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """A worker process in its own group, with its log."""

    def __init__(self, log):
        self.log = log
        self.process = None

    def start(self):
        variables = {"DATABASE_URL": current_database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.documents.slow_worker"],
                cwd=ROOT,
                env=os.environ | variables,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_for(lambda: " ready." in self.log.read_text(errors="replace"), 60, self.log)

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def worker(tmp_path):
    from config.celery import app

    app.control.purge()
    one = Worker(tmp_path / "worker.log")
    yield one
    if one.process:
        one.kill()


@pytest.fixture
def slow_job(tmp_path):
    """Order a job of ``n`` steps that writes to ``steps.txt``."""
    jobs.register(KIND, take_steps)

    def order(n=12, pause=0.15):
        arguments = {"path": str(tmp_path / "steps.txt"), "n": n, "pause": pause}
        return services.enqueue_job(
            KIND, title="慢任务", arguments=arguments, actor=make_requester(), at=timezone.now()
        )

    return order


def wait_for(condition, seconds, log=None, sweep=False):
    """Wait until the condition holds; sweep once a second as the scheduler does every ten."""
    deadline, swept = time.monotonic() + seconds, 0.0
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(log.read_text(errors="replace")[-4000:] if log else "waited in vain")
        if sweep and time.monotonic() - swept > 1:
            swept = time.monotonic()
            sweep_jobs()
        time.sleep(0.1)


def state_of(job):
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def steps(tmp_path):
    path = tmp_path / "steps.txt"
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def flush_queue():
    """FLUSHALL, as far as this test process' own numbered database goes."""
    from config.celery import app

    with app.connection_for_write() as queue:
        queue.default_channel.client.flushdb()


def test_killed_worker_is_replaced_and_the_job_goes_on(worker, slow_job, tmp_path):
    worker.start()
    job = slow_job()
    wait_for(lambda: len(steps(tmp_path)) >= 4, 30, worker.log)

    worker.kill()
    half = len(steps(tmp_path))
    worker.start()
    wait_for(lambda: state_of(job) == "done", 30, worker.log)

    assert 4 <= half < 12
    assert [int(step) for step, _ in steps(tmp_path)] == list(range(12))
    assert len({pid for _, pid in steps(tmp_path)}) == 2
    job.refresh_from_db()
    assert (job.n_done, job.n_total) == (12, 12)


def test_pool_process_killed_alone_is_replaced_by_its_worker(worker, slow_job, tmp_path):
    worker.start()
    job = slow_job()
    wait_for(lambda: len(steps(tmp_path)) >= 3, 30, worker.log)

    os.kill(int(steps(tmp_path)[0][1]), signal.SIGKILL)
    wait_for(lambda: state_of(job) == "done", 30, worker.log, sweep=True)

    assert [int(step) for step, _ in steps(tmp_path)] == list(range(12))


def test_flushed_queue_loses_no_job(worker, slow_job, monkeypatch):
    monkeypatch.setattr("apps.documents.selectors.RESEND_AFTER", timedelta(seconds=2))
    job = slow_job(n=2)
    assert Job.objects.get(pk=job.pk).sent_at is not None

    flush_queue()
    worker.start()
    flush_queue()
    wait_for(lambda: state_of(job) == "done", 30, worker.log, sweep=True)


def test_message_delivered_many_times_runs_the_job_once(worker, slow_job, tmp_path):
    job = slow_job(n=5)
    for _ in range(10):
        send_job(job.pk)

    worker.start()
    wait_for(lambda: state_of(job) == "done", 30, worker.log)
    time.sleep(1)

    assert [int(step) for step, _ in steps(tmp_path)] == list(range(5))


def test_lost_database_connection_is_survived(worker, slow_job, tmp_path):
    worker.start()
    job = slow_job()
    wait_for(lambda: len(steps(tmp_path)) >= 3, 30, worker.log)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_for(lambda: state_of(job) == "done", 40, worker.log, sweep=True)

    assert sorted({int(step) for step, _ in steps(tmp_path)}) == list(range(12))


def test_sweeper_leaves_a_slow_living_job_alone(worker, slow_job, tmp_path):
    worker.start()
    job = slow_job(n=2, pause=3)
    wait_for(lambda: state_of(job) == "running", 30, worker.log)

    for _ in range(4):
        assert services.release_lost_jobs() == []
        run_job(str(job.pk))
        time.sleep(0.5)
    wait_for(lambda: state_of(job) == "done", 30, worker.log)

    assert len(steps(tmp_path)) == 2


@pytest.mark.browser
def test_progress_page_renews_itself_until_the_job_is_done(worker, slow_job, live_server, page, client):
    job = slow_job(n=10, pause=0.6)
    client.force_login(job.requested_by, "django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    worker.start()

    page.goto(live_server.url + reverse("documents:job_detail", args=[job.pk]))
    page.evaluate("document.body.dataset.loadedOnce = 'yes'")
    page.get_by_text("进行中").wait_for()
    page.get_by_text(re.compile(r"[3-9]/10（[3-9]0%）")).wait_for()
    if "SPK_SHOTS" in os.environ:
        page.screenshot(path=os.environ["SPK_SHOTS"] + "/job-running.png")
    page.get_by_text("已完成").wait_for()

    assert page.evaluate("document.body.dataset.loadedOnce") == "yes"
    assert page.locator("[hx-get]").count() == 0
    assert page.get_by_text("10/10（100%）").count() == 1
    assert page.get_by_text("尚未结束").count() == 0


def test_killed_queue_server_is_outlived(worker, slow_job, tmp_path, monkeypatch):
    monkeypatch.setattr("apps.documents.selectors.RESEND_AFTER", timedelta(seconds=2))
    folder = Path(tempfile.mkdtemp(prefix="spkt-", dir="/tmp"))
    valkey = Valkey(folder, sockets=folder)

    with queue_at(valkey.url()):
        with running(valkey, folder / "1.log") as server:
            worker.start()
            first = slow_job(n=8)
            wait_for(lambda: len(steps(tmp_path)) >= 2, 30, worker.log)
            server.kill()
            server.wait()
            second = services.enqueue_job(
                KIND, title="后一个", arguments=first.arguments, actor=first.requested_by, at=timezone.now()
            )
            wait_for(lambda: state_of(first) == "done", 30, worker.log)
        with running(valkey, folder / "2.log"):
            wait_for(lambda: state_of(second) == "done", 60, worker.log, sweep=True)
            worker.kill()
    shutil.rmtree(folder)

    assert [int(step) for step, _ in steps(tmp_path)] == list(range(8))
