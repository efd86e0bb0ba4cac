"""A whole cycle in one archive: everything is in it, twice the same, nothing changed unnoticed."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pypdfium2
import pytest
from django.core.management import call_command

from apps.archives.domain.hash_lists import HASH_LIST
from apps.archives.domain.verification import verify_archive
from apps.archives.errors import NothingToArchive
from apps.archives.models import CycleArchive
from apps.archives.selectors.reach import paths_to_cycle
from apps.archives.services import ARCHIVE_JOB, request_archive
from apps.audit.models import AuditEntry
from apps.documents.kit.storage import path_of
from apps.documents.services import run_job
from apps.rectification.models import Evidence
from tests.factories.archives import AT, make_archive, path_to
from tests.factories.cycles import make_cycle
from tests.factories.documents import make_file
from tests.factories.duty_reports import make_duty_report
from tests.factories.grading import make_signed_deliberation
from tests.factories.meetings import make_commentary, make_meeting
from tests.factories.rectification import make_item
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    cycle = make_signed_deliberation(("good", "average"), fields=("rural", "urban")).cycle
    reviewee = cycle.reviewees.first()
    make_duty_report(reviewee=reviewee, filled=True, state="submitted", submitted_at=AT)
    make_commentary(meeting=make_meeting(cycle=cycle), reviewee=reviewee, recorded_by=make_clerk(cycle))
    item = make_item(cycle=cycle, reviewee=reviewee)
    Evidence.objects.create(
        item=item, file=make_file(name="整改照片.pdf", kind="rectification.evidence", actor=make_clerk(cycle))
    )
    return cycle


def names_in(archive):
    with zipfile.ZipFile(path_to(archive)) as opened:
        return opened.namelist()


def part(archive, name):
    with zipfile.ZipFile(path_to(archive)) as opened:
        return opened.read(name)


def test_archive_holds_every_part_of_the_year(cycle):
    archive = make_archive(cycle)
    names = names_in(archive)

    for name in (
        "README.txt", "01 方案/方案.pdf", "01 方案/方案.json", "01 方案/述职对象.xlsx", "02 述职报告/审核记录.xlsx", "03 会议/点评.xlsx",
        "03 会议/会议记录附件.pdf", "05 得分/结果汇总表.pdf", "05 得分/结果汇总表.xlsx", "05 得分/考核得分和加减分.xlsx",
        "06 等次审定/农区领域 研究审定表.pdf", "06 等次审定/城市领域 研究审定表.xlsx", "06 等次审定/等次登记表.pdf", "08 整改/整改台账.xlsx",
        "08 整改/佐证材料/整改照片.pdf", "09 日志摘录/日志摘录.csv", "归档目录.pdf", "归档目录.xlsx", HASH_LIST,
    ):  # fmt: skip
        assert name in names
    assert [name for name in names if name.startswith("04 测评/") and name.endswith("结果包.zip")]
    assert len([name for name in names if name.startswith("05 得分/测评结果单/")]) == 2
    assert archive.n_files == len(names)
    assert names[0] == "README.txt"


def test_archive_is_found_intact_and_its_parts_can_be_read(cycle):
    archive = make_archive(cycle)

    found = verify_archive(path_to(archive))

    assert found.is_intact
    assert found.sha256 == archive.file.sha256
    assert json.loads(part(archive, "01 方案/方案.json"))["groups"]
    package = next(name for name in names_in(archive) if name.endswith("结果包.zip"))
    assert "marks.csv" in zipfile.ZipFile(io.BytesIO(part(archive, package))).namelist()
    index = pypdfium2.PdfDocument(part(archive, "归档目录.pdf"))
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in index)
    index.close()
    assert "方案.json" in text
    assert "verify_archive" in part(archive, "README.txt").decode("utf-8-sig")


def test_log_of_the_cycle_is_in_it_and_of_nothing_else(cycle):
    other = make_cycle(year=2020)
    archive = make_archive(cycle)

    rows = list(csv.DictReader(io.StringIO(part(archive, "09 日志摘录/日志摘录.csv").decode("utf-8-sig"))))

    assert {"grading.signed_off", "grading.grade_decided", "grading.decided_as_proposed"} & {
        row["事项代码"] for row in rows
    }
    assert all(AuditEntry.objects.get(seq=row["序号"]).entry_hash == row["本条散列"] for row in rows)
    assert not [
        row for row in rows if row["对象编号"] == str(other.pk) and row["对象类型"] == "cycles.reviewcycle"
    ]


def test_same_content_makes_the_same_archive_once(cycle):
    first = make_archive(cycle)

    second = make_archive(cycle, at=AT + timedelta(days=3))

    assert second == first
    assert CycleArchive.objects.count() == 1
    assert AuditEntry.objects.filter(action="archives.archive_made").count() == 1


def test_changed_content_makes_another_archive(cycle):
    first = make_archive(cycle)
    make_item(cycle=cycle, reviewee=cycle.reviewees.last())

    second = make_archive(cycle, at=AT + timedelta(days=3))

    assert second != first
    assert second.file.sha256 != first.file.sha256


def test_files_of_one_name_are_told_apart(cycle):
    for _ in range(2):
        item = make_item(cycle=cycle, reviewee=cycle.reviewees.last())
        Evidence.objects.create(
            item=item,
            file=make_file(name="整改照片.pdf", kind="rectification.evidence", actor=make_clerk(cycle)),
        )

    names = names_in(make_archive(cycle))

    assert [name for name in names if "整改照片" in name] == [
        "08 整改/佐证材料/整改照片.pdf", "08 整改/佐证材料/整改照片（2）.pdf", "08 整改/佐证材料/整改照片（3）.pdf",
    ]  # fmt: skip


def test_damaged_file_stops_the_archive_and_is_named(cycle):
    file = Evidence.objects.get().file
    path_of(file.pk).write_bytes(b"something else")
    clerk = make_clerk(cycle)

    job = request_archive(cycle.pk, actor=clerk, at=AT)
    for _ in range(4):
        run_job(job.pk, clock=lambda: AT)
    job.refresh_from_db()

    assert job.state != "done"
    assert "整改照片.pdf" in job.error
    assert not CycleArchive.objects.exists()


def test_same_order_is_not_queued_twice(cycle):
    clerk = make_clerk(cycle)

    assert request_archive(cycle.pk, actor=clerk, at=AT) == request_archive(cycle.pk, actor=clerk, at=AT)


def test_draft_cannot_be_archived():
    cycle = make_cycle(stage="draft")

    with pytest.raises(NothingToArchive, match="还没有启动"):
        request_archive(cycle.pk, actor=make_clerk(cycle), at=AT)


def test_cycle_that_has_just_begun_can_be_archived():
    cycle = make_cycle()

    archive = make_archive(cycle)

    assert verify_archive(path_to(archive)).is_intact
    assert "01 方案/方案.pdf" in names_in(archive)


def test_tables_of_the_year_are_found_by_their_keys():
    labels = {model._meta.label for model in paths_to_cycle()}

    assert {
        "rectification.Evidence",
        "grading.GradeDecision",
        "evaluations.SessionClosing",
        "assessments.Veto",
    } <= labels
    assert not {
        label
        for label in labels
        if label.startswith(("accounts.", "organizations.", "secretaries.", "archives."))
    }


def test_command_tells_intact_and_tampered(cycle, capsys, tmp_path):
    archive = make_archive(cycle)
    copy = tmp_path / "a.zip"
    content = bytearray(path_to(archive).read_bytes())
    copy.write_bytes(content)

    call_command("verify_archive", str(copy))
    assert "归档包完好" in capsys.readouterr().out

    with zipfile.ZipFile(copy) as opened:
        info = opened.getinfo("08 整改/佐证材料/整改照片.pdf")
    content[content.index(b"%PDF-1.4 test", info.header_offset)] ^= 1
    copy.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_archive", str(copy))
    assert ended.value.code == 1
    assert "第一处是：内容被改动或损坏：08 整改/佐证材料/整改照片.pdf" in capsys.readouterr().out


def test_command_refuses_what_is_no_archive(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("hello")

    for name in ("a.txt", "missing.zip"):
        with pytest.raises(SystemExit) as ended:
            call_command("verify_archive", str(tmp_path / name))
        assert ended.value.code == 2
    assert "不是归档包" in capsys.readouterr().err


def test_job_has_a_handler():
    from apps.documents.kit.jobs import handler_for

    assert handler_for(ARCHIVE_JOB) is not None
