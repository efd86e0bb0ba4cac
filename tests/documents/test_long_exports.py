"""A list too long for one request is written by a worker: the same rows, the same rights."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.accounts.models import RoleAssignment
from apps.documents import services
from apps.documents.errors import ExportRefused
from apps.documents.models import Job
from apps.documents.selectors import file_bytes
from apps.organizations.lists import OrganizationList
from tests.factories.accounts import make_user
from tests.factories.documents import AT
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
LIST = "/organizations/"


@pytest.fixture
def town():
    root = make_organization(name="区委")
    town = make_organization(superior=root, name="甲镇党委")
    for n in range(5):
        make_organization(superior=town, name=f"{n}村党支部")
    make_organization(superior=root, name="乙镇党委")
    return town


def rows_of(job):
    sheet = load_workbook(BytesIO(file_bytes(job.result))).active
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def order(clerk, query="export=xlsx&col=name&sort=code", path=LIST):
    job = services.order_list_export(path=path, query=query, actor=clerk, at=AT)
    return services.run_job(job.pk)


def test_the_page_offers_the_job_and_its_file_holds_every_row(client, town, monkeypatch):
    monkeypatch.setattr(OrganizationList, "max_export_rows", 3)
    clerk = make_user("clerk", town)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    offer = client.get(LIST, {"export": "xlsx", "col": "name"})
    ordered = client.post(
        offer.context["door"] and "/documents/exports/", {"path": LIST, "query": offer.context["query"]}
    )
    job = services.run_job(Job.objects.get().pk)

    assert ordered["Location"].endswith(f"/jobs/{job.pk}/")
    assert (job.state, job.title) == ("done", "导出党组织")
    rows = rows_of(job)
    assert "共 6 条" in rows[1][0]
    assert [row[0] for row in rows[3:]] == ["甲镇党委", *(f"{n}村党支部" for n in range(5))]
    assert client.get(f"/documents/files/{job.result_id}/").status_code == 200


def test_search_and_filters_hold_for_the_file(town):
    job = order(make_user("clerk", town), "export=xlsx&col=name&q=3村")

    assert rows_of(job)[2] == ["条件：搜索“3村”"]
    assert [row[0] for row in rows_of(job)[4:]] == ["3村党支部"]


def test_nobody_else_reads_the_file(client, town):
    job = order(make_user("clerk", town))
    client.force_login(make_user("clerk", town), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(f"/documents/files/{job.result_id}/").status_code == 404


def test_rights_lost_in_between_end_the_job_with_the_reason(town):
    clerk = make_user("clerk", town)
    job = services.order_list_export(path=LIST, query="export=xlsx", actor=clerk, at=AT)
    RoleAssignment.objects.filter(user=clerk).delete()

    job = services.run_job(job.pk)

    assert job.state == "failed"
    assert "不能查看这个列表" in job.error
    assert job.result is None


@pytest.mark.parametrize("path", ["/nowhere/", "/", "/organizations/tree/", "//elsewhere.example/", ""])
def test_what_is_no_list_is_refused(town, path):
    with pytest.raises(ExportRefused):
        services.order_list_export(path=path, query="", actor=make_user("clerk", town), at=AT)


def test_a_query_that_asks_for_the_page_is_refused(town):
    with pytest.raises(ExportRefused):
        services.order_list_export(path=LIST, query="q=a", actor=make_user("clerk", town), at=AT)


def test_the_same_order_twice_is_one_job(town):
    clerk = make_user("clerk", town)
    first = services.order_list_export(path=LIST, query="export=xlsx", actor=clerk, at=AT)

    assert services.order_list_export(path=LIST, query="export=xlsx", actor=clerk, at=AT) == first
