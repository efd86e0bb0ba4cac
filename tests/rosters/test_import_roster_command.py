"""``manage.py import_roster``: exit codes and words."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEntry
from apps.organizations.models import Organization
from apps.rosters.models import RosterImport
from tests.factories.rosters import BRANCH, HEAD, ROOT, TOWN, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook([ROOT, TOWN, BRANCH], [HEAD]))
    return path


def run(*args):
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("import_roster", *map(str, args), stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_it_imports_into_an_empty_roster(path):
    code, out, err = run(path)

    assert (code, err) == (0, "")
    assert out == "已导入：党组织 3 行，书记 1 行；新增 4，更新 0，不变 0，错误 0。\n"
    assert Organization.objects.count() == 3
    assert AuditEntry.objects.filter(action="rosters.confirmed", actor_label="系统").count() == 1


def test_check_writes_nothing(path):
    code, out, _ = run(path, "--check")

    assert (code, Organization.objects.count()) == (0, 0)
    assert out.startswith("预检通过：")


def test_wrong_rows_end_with_one(path):
    path.write_bytes(workbook([ROOT, ["T1", "镇", "X", "党委", "农区"]]))

    code, out, err = run(path)

    assert (code, Organization.objects.count()) == (1, 0)
    assert err == "党组织 第 3 行 上级编码“X”：没有编码为“X”的上级党组织：本表和系统里都没有\n"
    assert out.startswith("有错误行：")


def test_foreign_file_ends_with_one(path):
    path.write_bytes(b"<html></html>")

    code, _, err = run(path)

    assert code == 1
    assert "网页系统导出" in err
    assert RosterImport.objects.count() == 0


def test_missing_file_is_wrong_use(tmp_path):
    with pytest.raises(CommandError, match="没有这个文件") as error:
        call_command("import_roster", str(tmp_path / "没有.xlsx"))

    assert error.value.returncode == 2


def test_unknown_account_is_wrong_use(path):
    with pytest.raises(CommandError, match="没有这个账号") as error:
        call_command("import_roster", str(path), "--as", "nobody")

    assert error.value.returncode == 2


def test_account_is_held_to_its_scope(path, world):
    code, _, err = run(path, "--as", "outsider_clerk")

    assert code == 1
    assert "“区委”不在您的管理范围内" in err


def test_several_files_come_in_one_after_the_other_and_a_second_run_goes_on(path, tmp_path):
    wrong, last = tmp_path / "二.xlsx", tmp_path / "三.xlsx"
    wrong.write_bytes(workbook([["B2", "二村党支部", "X", "党支部", "农区"]]))
    last.write_bytes(workbook([["B3", "三村党支部", "T1", "党支部", "农区"]]))

    code, out, err = run(path, wrong, last)

    assert (code, Organization.objects.count()) == (1, 3)
    assert out.startswith("第 1 个，共 3 个：花名册.xlsx\n已导入：")
    assert "前面 1 个已经导入，这一个和后面 1 个没有导入" in err
    wrong.write_bytes(workbook([["B2", "二村党支部", "T1", "党支部", "农区"]]))
    assert run(path, wrong, last)[0] == 0
    assert Organization.objects.count() == 5
    counts = RosterImport.objects.order_by("pk").values_list("n_created", "n_unchanged")
    assert list(counts)[-3:] == [(0, 4), (1, 0), (1, 0)]
