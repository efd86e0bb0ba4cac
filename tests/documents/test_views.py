"""Pages of jobs."""

import uuid

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from apps.documents import services
from apps.documents.models import Job
from tests.factories.documents import AT, make_file, make_job, make_requester

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def user(client):
    user = make_requester()
    client.force_login(user, BACKEND)
    return user


@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_costs_the_same_for_any_number_of_rows(client, user, n_rows, django_assert_num_queries):
    for _ in range(n_rows):
        make_job(actor=user)

    with django_assert_num_queries(6):
        response = client.get(reverse("documents:job_list"))

    assert response.content.decode().count("统计一件事") >= n_rows


@pytest.mark.parametrize(
    ("state", "is_polling", "buttons"),
    [
        ("queued", True, ["取消任务"]),
        ("running", True, []),
        ("done", False, []),
        ("failed", False, ["重试"]),
        ("cancelled", False, ["重试"]),
    ],
)
def test_progress_polls_while_alive_and_offers_what_fits(client, user, state, is_polling, buttons):
    job = make_job(actor=user, state=state, n_done=12, n_total=40)

    page = client.get(reverse("documents:job_progress", args=[job.pk])).content.decode()

    assert ('hx-trigger="every 2s"' in page) is is_polling
    assert [word for word in ("取消任务", "重试") if f">{word}<" in page] == buttons
    assert "12/40（30%）" in page
    assert job.get_state_display() in page


def test_detail_shows_reason_and_result(client, user):
    file = make_file(actor=user)
    failed = make_job(actor=user, state="failed", error="本周期还没有定等次。")
    done = make_job(actor=user, state="done", result=file, result_url="/cycles/1/")

    failed_page = client.get(reverse("documents:job_detail", args=[failed.pk])).content.decode()
    done_page = client.get(reverse("documents:job_detail", args=[done.pk])).content.decode()

    assert "本周期还没有定等次。" in failed_page
    assert reverse("documents:file_download", args=[file.pk]) in done_page
    assert 'href="/cycles/1/"' in done_page


def test_cancel_and_retry_by_button(client, user):
    job = make_job(actor=user)

    client.post(reverse("documents:job_cancel", args=[job.pk]))
    cancelled = Job.objects.get(pk=job.pk).state
    response = client.post(reverse("documents:job_retry", args=[job.pk]))

    assert (cancelled, Job.objects.get(pk=job.pk).state) == ("cancelled", "queued")
    assert response.url == reverse("documents:job_detail", args=[job.pk])


def test_refusal_is_told_on_the_page(client, user):
    job = make_job(actor=user)
    services.run_job(job.pk)

    response = client.post(reverse("documents:job_cancel", args=[job.pk]))

    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert told == ["任务“统计一件事”已经开始或结束，不能取消；已生成的内容不受影响。"]


def test_jobs_of_others_do_not_exist(client, user):
    job = make_job(actor=make_requester("other"), at=AT)
    names = ["documents:job_detail", "documents:job_progress"]

    statuses = [client.get(reverse(name, args=[job.pk])).status_code for name in names]
    statuses.append(client.post(reverse("documents:job_cancel", args=[job.pk])).status_code)
    statuses.append(client.get(reverse("documents:job_detail", args=[uuid.uuid4()])).status_code)

    assert statuses == [404] * 4


def test_list_export_holds_what_is_shown(client, user):
    make_job(actor=user)

    response = client.get(reverse("documents:job_list"), {"export": "xlsx"})

    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response.content[:2] == b"PK"
