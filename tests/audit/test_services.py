import threading
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from apps.audit.domain.chain import GENESIS
from apps.audit.models import AuditEntry
from apps.audit.services import record_action, verify_chain
from tests.factories.accounts import make_user
from tests.factories.organizations import make_organization

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def append(n_entries=5):
    user, thing = make_user("clerk"), make_organization(name="甲镇党委")
    return [
        record_action("tests.done", thing, actor=user, at=AT, details={"n": n, "字": "文"})
        for n in range(n_entries)
    ]


@transaction.atomic
def fail_after_recording():
    record_action("tests.failed", None, actor=None, at=AT)
    raise ValueError


def tamper(sql, *values):
    """What somebody with full rights on the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_entry_copies_what_it_tells_of():
    entry = append(1)[0]

    assert (entry.seq, entry.previous_hash) == (1, GENESIS)
    assert (entry.object_type, entry.object_label) == ("organizations.organization", "甲镇党委")
    assert record_action("tests.swept", None, actor=None, at=AT).actor_label == "系统"


@pytest.mark.django_db
def test_whole_chain_holds():
    last = append()[-1]

    report = verify_chain()

    assert report.holds
    assert (report.n_checked, report.head) == (5, last.entry_hash)


@pytest.mark.django_db
def test_empty_log_holds():
    assert verify_chain().head == GENESIS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE audit_auditentry SET actor_label = '别人' WHERE seq = 3", 3),
        ("UPDATE audit_auditentry SET at = at + interval '1 second' WHERE seq = 2", 2),
        ("UPDATE audit_auditentry SET details = '{}' WHERE seq = 4", 4),
        ("UPDATE audit_auditentry SET previous_hash = repeat('0', 64) WHERE seq = 5", 5),
        ("DELETE FROM audit_auditentry WHERE seq = 1", 1),
        ("DELETE FROM audit_auditentry WHERE seq = 3", 3),
    ],
)
def test_first_entry_that_was_touched_is_named(sql, broken, capsys):
    append()
    tamper(sql)

    report = verify_chain()

    assert (report.broken_seq, report.n_checked) == (broken, broken - 1)
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit")
    assert end.value.code == 1
    assert f"第 {broken} 条" in capsys.readouterr().err


@pytest.mark.django_db
def test_end_cut_off_is_found_by_the_head_that_was_kept(capsys):
    head = append()[-1].entry_hash
    call_command("verify_audit", head=head)
    tamper("DELETE FROM audit_auditentry WHERE seq = 5")

    call_command("verify_audit")
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", head=head)

    assert end.value.code == 1
    assert "截短" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditentry SET action = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
    ],
)
def test_database_refuses_every_change(sql):
    append(1)
    with connection.cursor() as cursor:  # off in tests, which are cleaned up by TRUNCATE
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_entry_vanishes_with_the_act_that_failed():
    append(1)

    with pytest.raises(ValueError):
        fail_after_recording()

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_the_same_time_keep_one_chain():
    n_threads, n_each = 4, 10

    def write():
        try:
            for _ in range(n_each):
                record_action("tests.raced", None, actor=None, at=AT)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    report = verify_chain()

    assert report.holds
    assert report.n_checked == n_threads * n_each


@pytest.mark.django_db
def test_entries_of_the_first_version_stay_valid():
    """Entry 1 is what the first version of the program wrote; it covers neither outcome nor origin."""
    first = AuditEntry(
        seq=1, at=AT, actor_id=7, actor_label="何秀英（he）", action="tests.done", object_type="", object_id="",
        object_label="", details={"n": 1, "字": "文"}, previous_hash=GENESIS,
        entry_hash="e8b93fdb7f23209f4c267c0391a3e8a946ed4c558bcd0b6e4cc06206e623faa5",
    )  # fmt: skip
    first.save(force_insert=True)
    second = record_action("tests.done", None, actor=None, at=AT)

    assert verify_chain().holds
    assert (first.version, second.version, second.previous_hash) == (1, 2, first.entry_hash)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["outcome", "origin", "request_id", "suite"])
def test_what_was_added_later_is_sealed_as_well(field):
    append(3)
    tamper(f"UPDATE audit_auditentry SET {field} = 'sm3' WHERE seq = 2")

    assert verify_chain().broken_seq == 2


@pytest.mark.django_db
def test_chain_goes_on_in_another_suite(settings):
    append(1)
    settings.AUDIT_HASH_SUITE = "sm3"
    append(1)

    assert [entry.suite for entry in AuditEntry.objects.order_by("seq")] == ["sha256", "sm3"]
    assert verify_chain().holds
