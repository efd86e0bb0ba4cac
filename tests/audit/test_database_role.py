"""The application's database role, over a real connection: what it may do with the log, and what nobody may."""

import contextlib

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg2.errors import InsufficientPrivilege

from apps.audit.kit.rights import limited_tables
from apps.audit.models import AuditEntry
from apps.audit.services import record_action
from apps.audit.services.roles import grant_rights
from tests.audit.test_services import AT
from tests.support.database import application_database_url

pytestmark = pytest.mark.django_db(transaction=True)
FORBIDDEN = [
    "UPDATE audit_auditentry SET actor_label = '别人'",
    "UPDATE audit_auditentry SET actor_label = '别人' WHERE false",
    "DELETE FROM audit_auditentry",
    "TRUNCATE audit_auditentry",
    "MERGE INTO audit_auditentry USING (SELECT 1 AS seq) AS x ON audit_auditentry.seq = x.seq WHEN MATCHED THEN DELETE",
    "SELECT * FROM audit_auditentry FOR UPDATE",
    "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_auditentry DISABLE TRIGGER USER",
    "ALTER TABLE audit_auditentry ADD COLUMN x int",
    "ALTER TABLE audit_auditentry OWNER TO spk_app",
    "DROP TABLE audit_auditentry",
    "CREATE RULE x AS ON INSERT TO audit_auditentry DO INSTEAD NOTHING",
    "CREATE TRIGGER x BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "SET session_replication_role = replica",
    "CREATE TABLE public.mine (x int)",
    "CREATE ROLE another",
    "ALTER ROLE spk_app SUPERUSER",
    "SET ROLE spk",
    "DELETE FROM django_migrations",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
]


@pytest.fixture
def application():
    """A connection as web, worker and scheduler have it."""
    record_action("tests.done", None, actor=None, at=AT)
    with contextlib.closing(psycopg2.connect(application_database_url())) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            yield cursor


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_application_is_refused(application, sql):
    with pytest.raises(InsufficientPrivilege):
        application.execute(sql)

    assert AuditEntry.objects.get().action == "tests.done"


APPEND_ONLY = (
    "audit_auditentry",
    "audit_logcut",
    "grading_deliberationstep",
    "official_documents_templateversion",
    "organizations_organizationchange",
    "rectification_progressentry",
)
NEVER_DELETED = (
    "assessments_adjustmententry",
    "assessments_veto",
    "grading_reconsideration",
    "organizations_organizationfield",
)
NEVER_CHANGED = ("evaluations_openedcomment", "evaluations_openedmark")


@pytest.mark.parametrize(
    ("lost", "tables"),
    [
        ("UPDATE", APPEND_ONLY + NEVER_CHANGED),
        ("DELETE", APPEND_ONLY + NEVER_DELETED),
        ("TRUNCATE", APPEND_ONLY + NEVER_DELETED),
    ],
)
def test_what_a_trigger_keeps_the_application_has_no_right_to_touch(application, lost, tables):
    """Not even with the trigger set aside, which a setting of the connection does."""
    for table in tables:
        application.execute(
            f"SET pgtrigger.ignore = '{table}:append_only,{table}:kept,{table}:never_deleted'"
        )
        column = "seq" if table == "audit_auditentry" else "id"
        sql = {
            "UPDATE": f"UPDATE {table} SET {column} = {column}",
            "DELETE": f"DELETE FROM {table}",
            "TRUNCATE": f"TRUNCATE {table}",
        }
        with pytest.raises(InsufficientPrivilege):
            application.execute(sql[lost])
        application.execute(f"SELECT count(*) FROM {table}")


def test_rights_follow_the_triggers():
    tables = limited_tables()

    assert {name for name, rights in tables.items() if "UPDATE" not in rights} >= {
        *APPEND_ONLY,
        *NEVER_CHANGED,
    }
    assert {name for name, rights in tables.items() if "DELETE" not in rights} >= {
        *APPEND_ONLY,
        *NEVER_DELETED,
    }
    assert not tables.keys() & {
        "cycles_reviewscheme",
        "grading_deliberation",
    }  # theirs hold only once it is frozen or signed


def test_application_cannot_give_itself_what_it_lacks(application):
    application.execute("GRANT UPDATE ON audit_auditentry TO spk_app")  # the server only warns

    with pytest.raises(InsufficientPrivilege):
        application.execute("UPDATE audit_auditentry SET action = action")


def test_application_reads_and_appends(application):
    application.execute("SELECT count(*) FROM audit_auditentry")
    assert application.fetchone()[0] == 1

    application.execute(
        "INSERT INTO audit_auditentry SELECT 2, at, actor_id, actor_label, action, object_type, object_id, object_label,"
        " details, entry_hash, repeat('a', 64), origin, outcome, request_id, suite, version FROM audit_auditentry"
    )
    assert AuditEntry.objects.count() == 2


def test_break_glass_of_the_trigger_does_not_help_the_application(application):
    application.execute("SET pgtrigger.ignore = '{audit_auditentry:append_only}'")

    with pytest.raises(InsufficientPrivilege):
        application.execute("DELETE FROM audit_auditentry")


def test_application_uses_all_other_tables(application):
    tables = set(connection.introspection.table_names()) - set(limited_tables())
    application.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')"
        " AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')"
    )

    assert {name for (name,) in application.fetchall()} >= tables


def test_application_may_keep_its_statements_out_of_the_servers_log(application):
    application.execute("SELECT has_parameter_privilege('log_min_error_statement', 'SET')")

    assert application.fetchone()[0]


def test_rights_that_were_given_by_hand_are_taken_back(application):
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON audit_auditentry TO spk_app")
    application.execute("UPDATE audit_auditentry SET action = action WHERE false")

    grant_rights()
    grant_rights()

    with pytest.raises(InsufficientPrivilege):
        application.execute("UPDATE audit_auditentry SET action = action WHERE false")


def test_migrating_again_says_the_rights_anew(application):
    with connection.cursor() as cursor:
        cursor.execute("REVOKE ALL ON accounts_user FROM spk_app")

    call_command("migrate", verbosity=0, interactive=False)

    application.execute("SELECT count(*) FROM accounts_user")
