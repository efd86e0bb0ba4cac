"""Pages of the archives: order, list, download, who took it."""

import pytest
from django.urls import reverse

from apps.documents.models import Job
from tests.factories.accounts import make_user
from tests.factories.archives import make_archive
from tests.factories.grading import make_signed_deliberation
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive():
    return make_archive(make_signed_deliberation().cycle)


@pytest.fixture
def desk(client, archive):
    client.force_login(
        make_user("clerk", archive.cycle.host), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_button_orders_the_archive_and_leads_to_the_job(desk, archive):
    answer = desk.post(reverse("archives:archive_request", args=[archive.cycle_id]))

    job = Job.objects.get(kind="archives.make", state="queued")
    assert answer.url == reverse("documents:job_detail", args=[job.pk])


@pytest.mark.parametrize("n", [1, 3])
def test_list_costs_the_same_for_few_and_more(desk, archive, django_assert_num_queries, n):
    from apps.archives.models import CycleArchive
    from tests.factories.documents import make_file, make_requester

    actor = make_requester()
    for number in range(n - 1):
        file = make_file(
            name=f"{number}.zip", kind="archives.archive", subject_id=archive.cycle_id, actor=actor
        )
        CycleArchive.objects.create(cycle=archive.cycle, file=file, n_files=1, made_at=archive.made_at)

    with django_assert_num_queries(8):
        answer = desk.get(reverse("archives:archive_list"))

    assert answer.context["page"].paginator.count == n


def test_download_is_logged_and_shown(desk, archive):
    page = reverse("archives:archive_detail", args=[archive.pk])
    assert "还没有人下载" in desk.get(page).content.decode()

    answer = desk.get(reverse("documents:file_download", args=[archive.file_id]))

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert content[:4] == b"PK\x03\x04"
    assert "还没有人下载" not in desk.get(page).content.decode()
    assert "已下载 1 次" in desk.get(reverse("archives:archive_list")).content.decode()


def test_others_may_not_take_it(client, archive):
    stranger = make_user("clerk", make_organization())
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("documents:file_download", args=[archive.file_id])).status_code == 404
    assert client.get(reverse("archives:archive_detail", args=[archive.pk])).status_code == 404
    assert client.get(reverse("archives:archive_list")).context["page"].paginator.count == 0
