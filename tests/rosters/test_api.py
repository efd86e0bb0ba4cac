"""Roster imports by machine."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from apps.organizations.models import Organization
from tests.factories.rosters import workbook

pytestmark = pytest.mark.django_db
BASE = "/api/v1/roster-imports/"
NEW = ["B2", "甲镇二村党支部", "T1", "党支部", "农区"]


@pytest.fixture
def clerk(world, client):
    client.force_login(world.users["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client, content, name="花名册.xlsx"):
    return client.post(BASE, {"file": SimpleUploadedFile(name, content)})


def test_upload_check_and_confirm(clerk):
    checked = upload(clerk, workbook([NEW]))
    url = f"{BASE}{checked.json()['id']}/"
    lines = clerk.get(f"{url}changes/", {"kind": "new"}).json()["results"]
    assert not Organization.objects.filter(code="B2").exists()

    done, again = (clerk.post(f"{url}confirm/").json() for _ in range(2))

    assert (checked.status_code, checked.json()["state"], checked.json()["n_created"]) == (201, "checked", 1)
    assert [(one["sheet"], one["kind"]) for one in lines] == [("党组织", "new")]
    assert (done["state"], done) == ("confirmed", again)
    assert Organization.objects.get(code="B2").superior.code == "T1"


def test_wrong_rows_come_back_with_reasons(clerk):
    refused = upload(clerk, workbook([[*NEW[:2], "NOWHERE", *NEW[3:]]])).json()

    errors = clerk.get(f"{BASE}{refused['id']}/errors/").json()["results"]
    confirmed = clerk.post(f"{BASE}{refused['id']}/confirm/")

    assert (refused["state"], refused["n_errors"], len(errors)) == ("refused", 1, 1)
    assert confirmed.status_code == 409


def test_what_is_no_workbook_is_refused_by_name(clerk):
    answer = upload(clerk, b"no workbook")

    assert answer.status_code == 409
    assert answer.json()["detail"]
    assert clerk.post(BASE, {}).status_code == 400


def test_template_and_export_are_workbooks(clerk, world):
    template = clerk.get("/api/v1/roster/template/")
    export = clerk.post("/api/v1/roster/export/")

    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(export.streaming_content)))
    codes = {row[0] for row in book.get_sheet_by_name("党组织").to_python()}
    assert load_workbook(BytesIO(template.content)).sheetnames[:2] == ["党组织", "书记"]
    assert {"R", "T1", "B1", "T2"} <= codes
