"""A batch of 300 letters by real workers: killed in the middle, its queue emptied in the middle. Nothing is double, nothing half."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from apps.audit.models import AuditEntry
from apps.documents.kit.storage import UNFINISHED
from apps.documents.models import Job, StoredFile
from apps.documents.selectors import file_bytes
from apps.documents.tasks import sweep_jobs
from apps.official_documents import services
from apps.official_documents.models import IssuedDocument
from tests.factories.official_documents import order
from tests.support.database import current_database_url

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
N = 300
PATIENCE = 240


class Worker:
    """A real worker in its own process group."""

    def __init__(self, log):
        self.log, self.process = log, None

    def start(self):
        variables = {
            "DATABASE_URL": current_database_url(), "SPK_FILES_DIR": str(settings.MEDIA_ROOT),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }  # fmt: skip
        command = [
            "-m",
            "celery",
            "-A",
            "config.celery",
            "worker",
            "-c",
            "1",
            "--without-gossip",
            "--without-mingle",
        ]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command, "-l", "WARNING"], cwd=ROOT, env=os.environ | variables, stdout=output,
                stderr=output, start_new_session=True,
            )  # fmt: skip

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
def cycle():
    from benchmarks.documents import make_signed_cycle

    return make_signed_cycle(N)


def wait_for(condition, log):
    """Wait until the condition holds; sweep once a second as the scheduler does every ten."""
    deadline, swept = time.monotonic() + PATIENCE, 0.0
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(log.read_text(errors="replace")[-4000:])
        if time.monotonic() - swept > 1:
            swept = time.monotonic()
            sweep_jobs()
        time.sleep(0.05)


def state_of(job):
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def n_made():
    return IssuedDocument.objects.count()


def assert_whole(job):
    """Every letter is there once, with its number, its file and one entry of the log; the zip holds just them."""
    made = list(IssuedDocument.objects.select_related("pdf").order_by("number"))
    job.refresh_from_db()
    assert (job.state, job.error, job.n_done) == ("done", "", N)
    assert [one.number for one in made] == list(range(1, N + 1))
    assert {one.issue_no for one in made} == {1}
    assert len({one.reviewee_id for one in made}) == len({one.code for one in made}) == N
    kept = set(StoredFile.objects.filter(kind=services.DOCUMENT_FILE).values_list("pk", flat=True))
    assert kept == {one.pdf_id for one in made}
    assert StoredFile.objects.filter(kind=services.BUNDLE_FILE).count() == 1
    assert AuditEntry.objects.filter(action="official_documents.issued").count() == N
    with zipfile.ZipFile(BytesIO(file_bytes(job.result))) as bundle:
        assert bundle.namelist() == [one.pdf.name for one in made]
        assert all(bundle.read(one.pdf.name) == file_bytes(one.pdf) for one in made)
    assert all(file_bytes(one.pdf).rstrip().endswith(b"%%EOF") for one in made[:: N // 10])


def test_worker_killed_twice_in_a_batch_of_300(worker, cycle):
    job = order(cycle)
    worker.start()
    for least in (40, 150):
        wait_for(lambda least=least: n_made() >= least, worker.log)
        worker.kill()
        assert least <= n_made() < N
        worker.start()
    wait_for(lambda: state_of(job) not in {"queued", "running"}, worker.log)

    assert_whole(job)
    halves = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.suffix == UNFINISHED]
    assert (
        len(halves) <= 2
    )  # of the moment of the kill; no row knows them, and the sweeper of files removes them


def test_queue_emptied_in_a_batch_of_300(worker, cycle, monkeypatch):
    from datetime import timedelta

    from config.celery import app

    monkeypatch.setattr("apps.documents.selectors.RESEND_AFTER", timedelta(seconds=2))
    job = order(cycle)
    worker.start()
    wait_for(lambda: n_made() >= 60, worker.log)

    with app.connection_for_write() as queue:
        queue.default_channel.client.flushdb()
    wait_for(lambda: state_of(job) not in {"queued", "running"}, worker.log)

    assert_whole(job)
