from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import ChainCheck, LogCopy, LogFault
from apps.audit.services import check_chain, record_action
from apps.common.domain.self_checks import CheckState, met
from apps.common.kit import self_checks
from apps.security_checks.domain.requirements import REQUIREMENTS
from apps.security_checks.selectors import self_check
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def reader(client):
    user = make_user("audit_admin", display_name="蒋审")
    client.force_login(user, backend=BACKEND)
    return client


def state_of(key):
    return next(line.finding for line in self_check() if line.requirement.key == key)


@pytest.mark.parametrize("n_rows", [1, 30])
def test_page_costs_the_same_whatever_the_number_of_accounts(reader, n_rows, django_assert_max_num_queries):
    for _ in range(n_rows):
        make_user("clerk")

    with django_assert_max_num_queries(13):
        html = reader.get("/self-check/").content.decode()

    assert html.count("</tr>") - html.count("<thead") == len(REQUIREMENTS)
    assert "异地备份" in html


def test_workbook_holds_every_line_with_its_evidence(reader):
    sheet = openpyxl.load_workbook(BytesIO(reader.get("/self-check/?export=xlsx").content)).active

    texts = [[cell.value for cell in row] for row in sheet.iter_rows()]
    titles = {row[2] for row in texts}
    assert {one.title for one in REQUIREMENTS} <= titles
    assert all(row[5] for row in texts if row[2] in {one.title for one in REQUIREMENTS})


def test_honest_about_what_is_not_there():
    assert state_of("offsite_backup").state is CheckState.BAD
    assert state_of("backup").state is CheckState.BAD
    assert state_of("known_flaws").state is CheckState.UNKNOWN
    assert state_of("storage_secrecy").state is CheckState.NOT_APPLICABLE
    assert state_of("audit_chain").state is CheckState.BAD  # never checked


def test_backup_is_seen_where_the_setting_points(settings, tmp_path):
    (tmp_path / "spk.dump").write_bytes(b"x")
    settings.BACKUP_DIR = str(tmp_path)

    assert state_of("backup").state is CheckState.GOOD


def test_database_is_asked_what_the_application_may_do():
    """The suite owns its database, so both are red; as the application they are not."""
    owner = state_of("database_role"), state_of("audit_protected")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
        cursor.execute("SET LOCAL ROLE spk_app")
    application = state_of("database_role"), state_of("audit_protected")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")

    assert [one.state for one in owner] == [CheckState.BAD, CheckState.BAD]
    assert [one.state for one in application] == [CheckState.GOOD, CheckState.GOOD], application


def test_chain_and_faults_follow_what_happened():
    check_chain(at=timezone.now())
    assert state_of("audit_chain").state is CheckState.GOOD
    ChainCheck.objects.create(
        at=timezone.now(), n_checked=1, last_seq=1, head="a" * 64, broken_seq=2, reason="x"
    )
    assert state_of("audit_chain").state is CheckState.BAD
    assert state_of("audit_fails_closed").state is CheckState.GOOD
    LogFault.objects.create(at=timezone.now(), action="x", error="y")
    assert state_of("audit_fails_closed").state is CheckState.BAD


def test_accounts_are_counted():
    for role in ("system_admin", "security_admin", "audit_admin"):
        make_user(role)
    old = make_user("clerk", must_change_password=True)
    assert state_of("three_administrators").state is CheckState.GOOD
    assert state_of("stale_accounts").state is CheckState.GOOD
    assert state_of("two_factor").evidence == "3 名管理员中 0 名已绑定动态口令"

    User.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))

    assert state_of("stale_accounts").state is CheckState.BAD
    assert state_of("default_passwords").state is CheckState.BAD
    make_user("audit_admin")
    assert state_of("two_factor").evidence == "4 名管理员中 0 名已绑定动态口令"


@pytest.fixture
def sources(monkeypatch):
    monkeypatch.setattr(self_checks, "_own", [])
    return self_checks


def test_an_apps_own_answer_goes_before_the_general_one(sources):
    sources.offer(lambda: {"password_policy": met("本应用自己的证据")})

    assert state_of("password_policy").evidence == "本应用自己的证据"


def test_source_that_fails_makes_nothing_green(sources):
    def failing():
        raise OperationalError("server closed the connection")

    self_checks._general, kept = [failing], self_checks._general
    try:
        assert {line.finding.state for line in self_check()} <= {
            CheckState.UNKNOWN,
            CheckState.NOT_APPLICABLE,
        }
    finally:
        self_checks._general = kept


def test_copies_on_the_disk_of_the_database_are_red_though_the_folder_is_set(settings, tmp_path, monkeypatch):
    """What is set says nothing: the disk is looked at, of a folder that is not there yet, too."""
    settings.VAR_DIR, settings.AUDIT_COPY_DIR = tmp_path, tmp_path / "not yet" / "copies"
    record_action("tests.done", None, actor=None, at=timezone.now() - timedelta(days=3))
    LogCopy.objects.create(at=timezone.now(), first_seq=1, last_seq=1, head="", file_name="x", sha256="")

    same = state_of("audit_kept")
    monkeypatch.setitem(connection.settings_dict, "HOST", "db.example")
    other = state_of("audit_kept")

    assert (same.state, other.state) == (CheckState.BAD, CheckState.GOOD)
    assert f"副本现在写在 {tmp_path}" in same.remedy
    assert "SPK_AUDIT_COPY_DIR=/mnt/audit" in same.remedy
