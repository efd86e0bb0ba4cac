"""Pages of imports, from upload to confirmation."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from apps.organizations.models import Organization
from apps.rosters.models import RosterImport
from tests.factories.rosters import make_import, workbook

pytestmark = pytest.mark.django_db
NEW = ["B2", "甲镇二村党支部", "T1", "党支部", "农区"]
LIST_QUERIES = 6


@pytest.fixture
def clerk(world, client):
    RosterImport.objects.all().delete()
    client.force_login(world.users["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    return world.users["clerk"]


def upload(client, content, name="花名册.xlsx"):
    return client.post(reverse("rosters:import_create"), {"file": SimpleUploadedFile(name, content)})


def test_upload_check_and_confirm(client, clerk):
    answer = upload(client, workbook([NEW]))
    one = RosterImport.objects.get()
    assert answer.url == reverse("rosters:import_detail", args=[one.pk])
    assert "甲镇二村党支部（B2）" in client.get(answer.url).content.decode()
    assert not Organization.objects.filter(code="B2").exists()

    page = client.post(reverse("rosters:import_confirm", args=[one.pk]), follow=True).content.decode()

    assert "已导入：新增 1 行，更新 0 行，不变 0 行。" in page
    assert Organization.objects.get(code="B2").superior.code == "T1"


def test_refused_file_stays_on_the_form_with_the_reason(client, clerk):
    answer = upload(client, b"<html><table></table></html>")

    assert answer.status_code == 200
    assert "从网页系统导出的表格" in answer.content.decode()
    assert RosterImport.objects.count() == 0


def test_errors_are_shown_and_sent_as_workbook(client, clerk):
    url = upload(client, workbook([["B2", "村", "X9", "党支部", "农区"]])).url

    assert "没有编码为“X9”的上级党组织" in client.get(url).content.decode()
    book = load_workbook(BytesIO(client.get(f"{url}errors/").content))
    assert book["党组织"]["I2"].value.startswith("上级编码：没有编码为“X9”")


def test_discard(client, clerk):
    one = make_import(actor=clerk, organizations=[NEW], secretaries=[])

    page = client.post(reverse("rosters:import_discard", args=[one.pk]), follow=True).content.decode()

    assert "已放弃这次导入" in page
    shown = client.get(reverse("rosters:import_detail", args=[one.pk])).content.decode()
    assert reverse("rosters:import_confirm", args=[one.pk]) not in shown


def test_head_sees_but_does_not_confirm_a_clerks_import(client, clerk, world):
    one = make_import(actor=clerk, organizations=[NEW], secretaries=[])
    client.force_login(world.users["head"], backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("rosters:import_detail", args=[one.pk])).status_code == 200
    assert client.post(reverse("rosters:import_confirm", args=[one.pk])).status_code == 403
    assert not Organization.objects.filter(code="B2").exists()


def test_changes_can_be_narrowed_to_a_kind(client, clerk):
    one = make_import(actor=clerk, organizations=[NEW], secretaries=[])

    page = client.get(reverse("rosters:import_detail", args=[one.pk]), {"kind": "gone"}).content.decode()

    assert "乙镇党委（T2）" in page
    assert "甲镇二村党支部（B2）" not in page


def test_template_download(client, clerk):
    answer = client.get(reverse("rosters:template_download"))

    assert load_workbook(BytesIO(answer.content)).sheetnames == ["党组织", "书记", "填写说明"]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_costs_the_same_for_one_row_and_three(client, clerk, n_rows, django_assert_num_queries):
    for _ in range(n_rows):
        make_import(actor=clerk, organizations=[NEW], secretaries=[])

    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("rosters:import_list")).content.decode()

    assert page.count("待确认") == n_rows
