"""Jobs: done, done twice, each refusal, each kind of accident."""

import contextlib
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError
from apps.documents import services
from apps.documents.errors import JobNotWaiting, JobStillAlive
from apps.documents.kit import jobs
from apps.documents.models import Job
from apps.documents.selectors import jobs_to_send, jobs_visible_to
from apps.documents.services.running import GAVE_UP
from apps.documents.tasks import sweep_jobs
from tests.documents.queues import queue_at
from tests.factories.documents import AT, KIND, make_file, make_job, make_requester
from tests.factories.organizations import make_organization
from tests.support.database import current_database_url

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def another_session():
    """A database session that is not Django's."""
    with contextlib.closing(psycopg2.connect(current_database_url())) as session:
        session.autocommit = True
        yield session.cursor()


def test_enqueue_writes_row_and_one_audit_entry():
    user = make_requester()

    job = make_job(actor=user)

    assert (job.state, job.requested_by, job.queued_at, job.arguments) == ("queued", user, AT, {"n": 3})
    assert [e.action for e in AuditEntry.objects.all()] == ["documents.job_requested"]


def test_enqueue_refuses_unknown_kind():
    with pytest.raises(LookupError):
        services.enqueue_job("tests.nobody", title="", arguments={}, actor=None, at=AT)


def test_same_dedupe_key_returns_living_job_and_a_new_one_after_its_end():
    jobs.register(KIND, lambda context: None)
    order = {"title": "统计", "arguments": {}, "actor": make_requester(), "at": AT, "dedupe_key": "cycle 1"}

    first = services.enqueue_job(KIND, **order)
    twin = services.enqueue_job(KIND, **order)
    services.run_job(first.pk)
    later = services.enqueue_job(KIND, **order)

    assert twin == first
    assert later != first


def test_run_reports_progress_result_and_link():
    seen = []

    def handler(context):
        seen.append((dict(context.arguments), context.requested_by.username, context.at))
        for n in range(1, 4):
            context.progress(n, 3)
        context.attach(make_file(actor=context.requested_by))
        context.link("/cycles/1/")

    job = services.run_job(make_job(handler=handler).pk, clock=lambda: AT)

    assert seen == [({"n": 3}, "clerk-zhang", AT)]
    assert (job.state, job.n_done, job.n_total, job.n_tries) == ("done", 3, 3, 1)
    assert (job.result.name, job.result_url, job.finished_at) == ("反馈意见.pdf", "/cycles/1/", AT)


def test_run_twice_works_once():
    runs = []
    job = make_job(handler=runs.append)

    services.run_job(job.pk)
    services.run_job(job.pk)

    assert len(runs) == 1


def test_refusal_of_handler_fails_with_its_words():
    def handler(context):
        raise DomainError("本周期还没有定等次，不能生成反馈意见。")

    job = services.run_job(make_job(handler=handler).pk)

    assert (job.state, job.error) == ("failed", "本周期还没有定等次，不能生成反馈意见。")


def test_unexpected_exception_is_tried_three_times_then_fails_in_plain_words():
    tries = []

    def handler(context):
        tries.append(context.at)
        raise ZeroDivisionError

    job = make_job(handler=handler)
    states = [services.run_job(job.pk).state for _ in range(4)]

    assert states == ["queued", "queued", "failed", "failed"]
    assert len(tries) == 3
    assert Job.objects.get(pk=job.pk).error == GAVE_UP


def test_run_that_gets_on_has_its_tries_back():
    done = []

    def handler(context):
        done.append(len(done) + 1)
        context.progress(len(done), 6)
        if len(done) < 6:
            raise ZeroDivisionError

    job = make_job(handler=handler)
    states = [services.run_job(job.pk).state for _ in range(6)]

    assert states == ["queued"] * 5 + ["done"]


def test_run_that_gets_on_only_a_little_has_its_tries_back():
    """Each run begins by saying nought and dies a moment after the first step of its own."""
    done = []

    def handler(context):
        context.progress(0, 6)
        done.append(len(done) + 1)
        context.progress(len(done), 6)
        if len(done) < 6:
            raise ZeroDivisionError

    job = make_job(handler=handler)
    states = [services.run_job(job.pk).state for _ in range(6)]

    assert states == ["queued"] * 5 + ["done"]


def test_progress_writes_at_most_twice_a_second(django_assert_max_num_queries):
    def handler(context):
        for n in range(1000):
            context.progress(n, 2000)

    job = make_job(handler=handler)

    with django_assert_max_num_queries(15):
        services.run_job(job.pk)


def test_run_leaves_a_job_alone_that_another_session_is_at():
    runs = []
    job = make_job(handler=runs.append, state="running")

    with another_session() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [job.lock_key])
        services.run_job(job.pk)

    assert runs == []


def test_run_takes_over_a_running_job_whose_lock_is_free():
    runs = []
    job = make_job(handler=runs.append, state="running", n_tries=1)

    assert services.run_job(job.pk).state == "done"
    assert len(runs) == 1


def test_job_that_kills_its_worker_is_given_up_after_three_tries():
    runs = []
    job = make_job(handler=runs.append, state="running", n_tries=3)

    job = services.run_job(job.pk)

    assert (job.state, job.error, runs) == ("failed", GAVE_UP, [])


def test_run_that_lost_its_claim_writes_nothing_more():
    def handler(context):
        Job.objects.update(claim=None, n_done=77)
        context.progress(1, 2)

    job = services.run_job(make_job(handler=handler).pk)

    assert (job.state, job.n_done, job.n_total) == ("running", 77, 0)


def test_lock_is_free_after_a_run():
    job = make_job()
    services.run_job(job.pk)

    with another_session() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [job.lock_key])
        assert cursor.fetchone() == (True,)


def test_release_finds_only_jobs_without_a_living_run():
    lost = make_job(state="running", sent_at=AT)
    held = make_job(actor=lost.requested_by, state="running", sent_at=AT)

    with another_session() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [held.lock_key])
        released = services.release_lost_jobs()

    assert released == [lost.pk]
    assert [(j.state, j.sent_at) for j in Job.objects.order_by("queued_at", "sent_at")] == [
        ("running", AT),
        ("queued", None),
    ]


def test_jobs_to_send_are_the_unsent_and_those_whose_message_may_be_lost():
    user = make_requester()
    unsent = make_job(actor=user, at=AT)
    lost = make_job(actor=user, at=AT + timedelta(seconds=1), sent_at=AT)
    make_job(actor=user, at=AT, sent_at=AT + timedelta(seconds=15))
    make_job(actor=user, at=AT, state="done")

    assert jobs_to_send(at=AT + timedelta(seconds=30)) == [unsent.pk, lost.pk]


def test_message_goes_out_only_after_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        job = make_job()

    assert len(callbacks) == 1
    assert job.sent_at is None


def test_queue_down_keeps_the_job_for_the_sweeper(django_capture_on_commit_callbacks):
    with queue_at("redis+socket:///nowhere/at/all.sock"):
        with django_capture_on_commit_callbacks(execute=True):
            job = make_job()
        job.refresh_from_db()
        assert (job.state, job.sent_at) == ("queued", None)

    sweep_jobs()

    job.refresh_from_db()
    assert job.sent_at is not None


def test_cancel_waiting_job_and_cancel_twice():
    job = make_job()

    services.cancel_job(job.pk, actor=job.requested_by, at=AT)
    job = services.cancel_job(job.pk, actor=job.requested_by, at=AT)

    assert (job.state, services.run_job(job.pk).state) == ("cancelled", "cancelled")
    assert AuditEntry.objects.filter(action="documents.job_cancelled").count() == 1


@pytest.mark.parametrize("state", ["running", "done", "failed"])
def test_cancel_refuses_what_has_started(state):
    job = make_job(state=state)

    with pytest.raises(JobNotWaiting):
        services.cancel_job(job.pk, actor=job.requested_by, at=AT)


def test_retry_queues_again_from_the_start():
    job = make_job(state="failed", error="错", n_tries=3, n_done=2, sent_at=AT, finished_at=AT)

    services.retry_job(job.pk, actor=job.requested_by, at=AT + timedelta(hours=1))
    job = services.run_job(job.pk)

    assert (job.state, job.error, job.n_tries, job.queued_at) == ("done", "", 1, AT + timedelta(hours=1))


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_retry_refuses_what_lives_or_is_done(state):
    job = make_job(state=state)

    with pytest.raises(JobStillAlive):
        services.retry_job(job.pk, actor=job.requested_by, at=AT)


def test_retry_refuses_when_the_same_was_ordered_anew():
    job = make_job(state="failed", dedupe_key="cycle 1")
    make_job(actor=job.requested_by, dedupe_key="cycle 1")

    with pytest.raises(JobStillAlive):
        services.retry_job(job.pk, actor=job.requested_by, at=AT)


def test_staff_see_jobs_of_their_subtree_and_everybody_own_ones():
    root = make_organization()
    town = make_organization(superior=root)
    head = make_requester("head", role="head", scope=root)
    clerk = make_requester("clerk", role="clerk", scope=town)
    leader = make_requester("leader", role="leader", scope=root)
    of_head, of_clerk, of_leader = (make_job(actor=user) for user in (head, clerk, leader))

    assert set(jobs_visible_to(head)) == {of_head, of_clerk}
    assert set(jobs_visible_to(clerk)) == {of_clerk}
    assert set(jobs_visible_to(leader)) == {of_leader}


def test_connection_is_usable_after_a_run():
    services.run_job(make_job().pk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
