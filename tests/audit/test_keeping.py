"""The log is checked, copied, exported, and cut no earlier than half a year later."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.audit.domain.chain import Head
from apps.audit.domain.lines import check_lines
from apps.audit.errors import CutRefused, NothingToExport
from apps.audit.models import AuditEntry, ChainCheck, LogCopy, LogCut
from apps.audit.services import (
    check_chain,
    copy_new_entries,
    cut_log,
    export_period,
    record_action,
    verify_chain,
)
from apps.audit.signals import chain_broken
from apps.audit.tasks import nightly
from tests.audit.test_services import append, tamper
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture(autouse=True)
def _copies(settings, tmp_path):
    settings.AUDIT_COPY_DIR = tmp_path / "copies"


def append_at(*moments):
    return [record_action("tests.done", None, actor=None, at=at, details={"字": "文"}) for at in moments]


def exported(since, until):
    out = BytesIO()
    export_period(out, since=since, until=until, actor=make_user("audit_admin"), at=NOW)
    return zipfile.ZipFile(out)


def test_export_of_a_period_can_be_checked_and_is_logged(tmp_path, capsys):
    append_at(NOW - timedelta(days=9), NOW - timedelta(days=2), NOW - timedelta(days=1), NOW)

    package = exported(date(2026, 11, 29), date(2026, 11, 30))

    lines = package.read("log.jsonl").decode().splitlines()
    report = check_lines(lines)
    assert (report.holds, report.n_checked, report.last_seq) == (True, 2, 3)
    assert package.read("head.txt").decode().strip() == f"3:{report.head}"
    assert (
        package.read("log.csv")
        .decode("utf-8-sig")
        .splitlines()[1]
        .startswith("2,2026-11-29T10:00:00+08:00,系统,")
    )
    entry = AuditEntry.objects.get(action="audit.exported")
    assert entry.details == {"since": "2026-11-29", "until": "2026-11-30", "n": 2, "head": report.head}
    path = tmp_path / "log.zip"
    path.write_bytes(package.fp.getvalue())
    call_command("verify_audit", file=str(path), head=f"3:{report.head}")
    assert "日志完好：2 条" in capsys.readouterr().out


def test_exported_file_that_was_touched_is_named(tmp_path, capsys):
    append_at(NOW, NOW, NOW)
    package = exported(date(2026, 12, 1), date(2026, 12, 1))
    path = tmp_path / "log.jsonl"
    path.write_bytes(package.read("log.jsonl").replace(b'"seq":2', b'"seq":2,"x":1'))

    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", file=str(path))

    assert end.value.code == 1
    assert "第 2 条断裂" in capsys.readouterr().err


def test_wrong_use_of_the_check_is_told_apart(tmp_path):
    (tmp_path / "x.jsonl").write_text("hello", encoding="utf-8")

    for options in ({"file": str(tmp_path / "x.jsonl")}, {"file": str(tmp_path / "none")}, {"head": "12"}):
        with pytest.raises(CommandError) as error:
            call_command("verify_audit", **options)
        assert error.value.returncode == 2


def test_period_without_entries_is_refused():
    with pytest.raises(NothingToExport):
        exported(date(2020, 1, 1), date(2020, 1, 2))


def test_copies_follow_one_another_without_gap(settings):
    append_at(NOW, NOW)
    first = copy_new_entries(at=NOW)
    append_at(NOW)
    second = copy_new_entries(at=NOW)

    names = sorted(path.name for path in settings.AUDIT_COPY_DIR.iterdir())
    lines = [
        line
        for name in names
        for line in (settings.AUDIT_COPY_DIR / name).read_text(encoding="utf-8").splitlines()
    ]
    assert (first.file_name, second.file_name) == (
        "log-000000001-000000002.jsonl",
        "log-000000003-000000003.jsonl",
    )
    assert check_lines(lines).n_checked == 3
    assert copy_new_entries(at=NOW) is None
    assert sorted(path.name for path in settings.AUDIT_COPY_DIR.iterdir()) == names


def test_nightly_task_checks_and_copies():
    last = append_at(NOW, NOW)[-1]

    nightly()

    assert ChainCheck.objects.values_list("n_checked", "last_seq", "head").get() == (2, 2, last.entry_hash)
    assert LogCopy.objects.get().head == last.entry_hash


def test_broken_chain_is_kept_told_and_logged():
    append()
    tamper("UPDATE audit_auditentry SET actor_label = '别人' WHERE seq = 3")
    told = []
    chain_broken.connect(lambda **kwargs: told.append(kwargs["seq"]), weak=False, dispatch_uid="test")
    try:
        check_chain(at=NOW)
    finally:
        chain_broken.disconnect(dispatch_uid="test")

    assert (told, ChainCheck.objects.get().broken_seq) == ([3], 3)
    assert AuditEntry.objects.filter(action="audit.chain_broken").count() == 1


def test_two_rows_swapped_are_named():
    append()
    tamper(
        "UPDATE audit_auditentry SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE seq IN (2, 3);"
        "UPDATE audit_auditentry SET seq = -seq WHERE seq < 0"
    )

    assert verify_chain().broken_seq == 2


def test_one_flipped_byte_in_any_column_is_named():
    append(3)
    columns = (
        "actor_label",
        "action",
        "object_type",
        "object_id",
        "object_label",
        "outcome",
        "origin",
        "request_id",
        "entry_hash",
        "previous_hash",
    )
    for column in columns:
        sid = transaction.savepoint()
        tamper(
            f"UPDATE audit_auditentry SET {column} = overlay({column} placing '~' from 1 for 1) WHERE seq = 2"
        )
        assert verify_chain().broken_seq == 2, column
        transaction.savepoint_rollback(sid)


# -- half a year


def test_younger_entries_cannot_be_cut(tmp_path):
    append_at(timezone.now() - timedelta(days=182))

    for days in (0, 100, 182):
        with pytest.raises(CutRefused):
            cut_log(before=NOW - timedelta(days=days), archive=tmp_path / "old.jsonl", at=NOW)

    assert AuditEntry.objects.count() == 1
    assert not (tmp_path / "old.jsonl").exists()


def test_database_keeps_half_a_year_even_when_the_log_may_be_cut():
    append_at(timezone.now() - timedelta(days=182))

    with (
        pytest.raises(DatabaseError, match="half a year"),
        pgtrigger.ignore("audit.AuditEntry:append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_auditentry")

    assert AuditEntry.objects.count() == 1


def test_cut_chain_goes_on_and_the_archive_holds(tmp_path):
    append_at(LONG_AGO, LONG_AGO, NOW)
    head = AuditEntry.objects.get(seq=2).entry_hash
    archive = tmp_path / "old.jsonl"

    cut = cut_log(before=NOW - timedelta(days=200), archive=archive, at=NOW)

    report = verify_chain()
    assert (cut.first_seq, cut.last_seq, cut.head) == (1, 2, head)
    assert check_lines(archive.read_text(encoding="utf-8").splitlines(), head=Head(2, head)).n_checked == 2
    assert (report.holds, report.n_checked, report.last_seq) == (True, 2, 4)
    assert verify_chain(head=Head(2, head)).holds
    assert AuditEntry.objects.get(seq=4).details["head"] == head
    with pytest.raises(CutRefused):
        cut_log(before=NOW - timedelta(days=200), archive=tmp_path / "again.jsonl", at=NOW)


def test_entries_that_vanish_without_an_archive_are_found_though_somebody_made_a_cut(tmp_path):
    entries = append_at(LONG_AGO, LONG_AGO, NOW)
    LogCut.objects.create(
        at=NOW,
        first_seq=1,
        last_seq=2,
        head=entries[1].entry_hash,
        until=LONG_AGO,
        file_name="x",
        sha256="0" * 64,
    )
    tamper("DELETE FROM audit_auditentry WHERE seq <= 2")

    assert verify_chain().broken_seq == 3


def test_cut_is_refused_while_the_chain_is_broken(tmp_path):
    append_at(LONG_AGO, LONG_AGO, NOW)
    tamper("UPDATE audit_auditentry SET action = 'x' WHERE seq = 1")

    with pytest.raises(CutRefused, match="断裂"):
        cut_log(before=NOW - timedelta(days=200), archive=tmp_path / "old.jsonl", at=NOW)


def test_command_cuts_and_refuses(tmp_path, capsys):
    append_at(LONG_AGO, timezone.now())
    archive = tmp_path / "old.jsonl"
    recent = (timezone.localdate() - timedelta(days=182)).isoformat()

    for options in ({"before": recent}, {"before": "2026-13-01"}):
        with pytest.raises(CommandError):
            call_command("cut_audit", archive=str(archive), **options)
    call_command(
        "cut_audit", archive=str(archive), before=(timezone.localdate() - timedelta(days=183)).isoformat()
    )

    assert "第 1–1 条已移入" in capsys.readouterr().out
    assert verify_chain().holds
