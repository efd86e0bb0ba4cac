"""Pages of imports, from upload to confirmation."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.documents.models import Job
from apps.documents.selectors import file_bytes
from apps.documents.services import run_job
from apps.organizations.models import Organization
from apps.rosters.models import RosterImport
from tests.factories.rosters import make_import, workbook

pytestmark = pytest.mark.django_db
NEW = ["B2", "甲镇二村党支部", "T1", "党支部", "农区"]
LIST_QUERIES = 6
DETAIL_QUERIES = 5


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


def test_script_gets_the_address_or_the_reason_as_json(client, clerk):
    scripted = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
    url = reverse("rosters:import_create")

    sound = client.post(url, {"file": SimpleUploadedFile("a.xlsx", workbook([NEW]))}, **scripted)
    foreign = client.post(url, {"file": SimpleUploadedFile("a.xls", b"<html>")}, **scripted)
    nothing = client.post(url, {}, **scripted)

    assert sound.json() == {"url": reverse("rosters:import_detail", args=[RosterImport.objects.get().pk])}
    assert (foreign.status_code, "网页系统导出" in foreign.json()["error"]) == (422, True)
    assert (nothing.status_code, "error" in nothing.json()) == (422, True)


@pytest.fixture
def small_limits(monkeypatch):
    """Let everything count as large."""
    monkeypatch.setattr("apps.rosters.views.CHECKED_AT_ONCE", 10)
    monkeypatch.setattr("apps.rosters.views.WRITTEN_AT_ONCE", 0)
    monkeypatch.setattr("apps.rosters.views.EXPORTED_AT_ONCE", 0)


def test_large_workbook_is_checked_and_written_by_a_worker(client, clerk, small_limits):
    url = upload(client, workbook([NEW])).url
    one = RosterImport.objects.get()
    waiting = client.get(url).content.decode()
    part = client.get(f"{url}progress/")
    assert (one.state, "正在预检" in waiting, "HX-Refresh" in part) == ("checking", True, False)

    run_job(one.job_id)
    assert client.get(f"{url}progress/")["HX-Refresh"] == "true"
    assert "甲镇二村党支部（B2）" in client.get(url).content.decode()
    client.post(f"{url}confirm/")
    client.post(f"{url}confirm/")
    assert "正在导入" in client.get(url).content.decode()
    one.refresh_from_db()
    run_job(one.job_id)

    assert "已于" in client.get(url).content.decode()
    assert Organization.objects.filter(code="B2").exists()
    assert Job.objects.filter(kind="rosters.confirm").count() == 1


def test_large_workbook_that_cannot_be_read_says_so_and_stays_on_reload(client, clerk, small_limits):
    url = upload(client, workbook([NEW], edit=lambda book: book["党组织"].__setitem__("B2", "=A1"))).url

    run_job(RosterImport.objects.get().job_id)

    for _ in range(2):
        page = client.get(url).content.decode()
        assert "没能读取这个文件" in page
        assert "工作表“党组织”的 B2" in page


def test_hostile_file_is_refused_before_it_is_kept(client, clerk, small_limits):
    answer = upload(client, b"PK\x03\x04" + b"x" * 100)

    assert "文件已损坏" in answer.content.decode()
    assert (RosterImport.objects.count(), Job.objects.filter(kind="rosters.check").count()) == (0, 0)


def test_changes_are_told_field_by_field_and_exported(client, clerk):
    one = make_import(actor=clerk, organizations=[["T1", "新名称", "R", "党委", "农区"]], secretaries=[])
    url = reverse("rosters:import_detail", args=[one.pk])

    page = client.get(url, {"kind": "changed"}).content.decode()
    sheet = load_workbook(BytesIO(client.get(f"{url}changes/", {"kind": "changed"}).content)).active

    assert "甲镇党委</del>" in page
    assert "新名称</ins>" in page
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows == [
        ["工作表", "行", "种类", "对象", "字段", "原内容", "新内容"],
        ["党组织", 2, "更新", "新名称（T1）", "名称", "甲镇党委", "新名称"],
    ]


def test_unchanged_and_missing_rows_can_be_looked_at(client, clerk):
    one = make_import(actor=clerk, organizations=[["T1", "甲镇党委", "R", "党委", "农区"]], secretaries=[])
    url = reverse("rosters:import_detail", args=[one.pk])

    assert "甲镇党委（T1）" in client.get(url, {"kind": "same"}).content.decode()
    gone = client.get(url, {"kind": "gone"}).content.decode()
    assert "导入不会删除它们" in gone
    assert "甲镇一村党支部（B1）" in gone


def test_export_is_a_filled_template_of_the_own_subtrees(client, clerk, world):
    content = b"".join(client.post(reverse("rosters:roster_export")).streaming_content)
    book = load_workbook(BytesIO(content))

    assert book.sheetnames == ["党组织", "书记", "填写说明"]
    assert [cell.value for cell in book["党组织"][2]][:5] == ["R", "区委", None, "党委", "机关"]
    assert len(book["党组织"].data_validations.dataValidation) == 2
    client.force_login(world.users["outsider_clerk"], backend="django.contrib.auth.backends.ModelBackend")
    other = b"".join(client.post(reverse("rosters:roster_export")).streaming_content)
    codes = [row[0].value for row in load_workbook(BytesIO(other))["党组织"].iter_rows(min_row=2)]
    assert codes == ["T2"]
    assert AuditEntry.objects.filter(action="rosters.exported").count() == 2


def test_large_export_is_written_by_a_worker(client, clerk, small_limits):
    answer = client.post(reverse("rosters:roster_export"))
    again = client.post(reverse("rosters:roster_export"))
    job = run_job(Job.objects.get(kind="rosters.export").pk)

    assert answer.url == again.url == reverse("documents:job_detail", args=[job.pk])
    assert (job.state, job.result.kind) == ("done", "rosters.export")
    assert load_workbook(BytesIO(file_bytes(job.result)))["党组织"]["A2"].value == "R"


@pytest.mark.parametrize("n_rows", [1, 3])
def test_result_costs_the_same_for_one_row_and_three(client, clerk, n_rows, django_assert_num_queries):
    rows = [[f"N{n}", f"村{n}", "T1", "党支部", "农区"] for n in range(n_rows)]
    one = make_import(actor=clerk, organizations=rows, secretaries=[])

    with django_assert_num_queries(DETAIL_QUERIES):
        client.get(reverse("rosters:import_detail", args=[one.pk]))
