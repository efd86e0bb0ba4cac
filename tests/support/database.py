"""One database per test process, cloned from a template that is migrated once.

The template's name carries a hash of all models and migrations, so on a long-lived server it is made anew exactly
when they change. An advisory lock lets one process build it while the others wait.
"""

import contextlib
import hashlib
import os
import threading
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from config import env

ROOT = Path(__file__).resolve().parents[2]
LOCK = 7_190_411
APPLICATION = "spk_app"


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, request):
    """Clone the template for this process; drop the clone at the end."""
    name = f"test_{os.getpid()}"
    with django_db_blocker.unblock():
        _clone_for_this_process(name)
        use_database(name)
        _remember_fields()
        _let_the_application_use_what_tests_make()
        yield
        connections.close_all()
    with contextlib.closing(_maintenance()) as connection, connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _let_the_application_use_what_tests_make() -> None:
    """Tables that a test makes itself, such as those of the weak designs, are used in other threads as well."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}"
        )


FIELDS: list = []  # the rows a migration brings


def _remember_fields() -> None:
    """Emptying the tables after a test that commits takes the fields away as well; what Django sends then brings them back."""
    from apps.organizations.models import OrganizationField

    FIELDS[:] = OrganizationField.objects.all()
    post_migrate.connect(_put_fields_back, dispatch_uid="put_fields_back")


def _put_fields_back(sender, **kwargs) -> None:
    if sender.name == "apps.organizations":
        type(FIELDS[0]).objects.bulk_create(FIELDS, ignore_conflicts=True)


@pytest.fixture(autouse=True)
def _fields_as_installed():
    """What a process keeps of the fields does not outlive a test."""
    from apps.organizations.models import Field, kept_fields

    kept_fields.forget()
    if FIELDS:
        kept_fields.put({one.key: Field(one.key, one.label) for one in FIELDS})


def current_database_url() -> str:
    """Return the address of this process's test database."""
    return os.environ["DATABASE_URL"].replace("/" + _maintenance_name(), "/" + _settings()["NAME"], 1)


def application_database_url() -> str:
    """Return the same address for the application's role, as which programs beside the tests run."""
    url = current_database_url()
    if env.database()["PASSWORD"]:  # a server that is not ours: the role has no password there
        return f"{url}{'&' if '?' in url else '?'}options=-c%20role%3D{APPLICATION}"
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{APPLICATION}@{rest.rpartition('@')[2]}"


@receiver(connection_created)
def only_the_test_itself_owns_the_database(connection, **kwargs):
    """Live servers answer in threads of their own: like the running system, with the rights of the application."""
    if threading.current_thread() is not threading.main_thread():
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION AUTHORIZATION {APPLICATION}")


def use_database(name: str) -> None:
    """Point Django at another database of the same server."""
    connections.close_all()
    _settings()["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def _settings() -> dict:
    return connections.settings["default"]


def _maintenance_name() -> str:
    return env.database()["NAME"]


def _maintenance():
    """Connect outside of Django to the database the server came with."""
    given = env.database()
    connection = psycopg2.connect(
        dbname=given["NAME"],
        user=given["USER"],
        password=given["PASSWORD"],
        host=given["HOST"],
        port=given["PORT"],
    )
    connection.autocommit = True
    return connection


def _clone_for_this_process(name: str) -> None:
    template = f"spk_template_{_fingerprint()}"
    with contextlib.closing(_maintenance()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        _drop_leftovers(cursor)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            _build_template(cursor, template)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _build_template(cursor, template: str) -> None:
    """Migrate under a working name; only a finished one gets the name others look for."""
    building = f"spk_building_{os.getpid()}"
    cursor.execute(f'CREATE DATABASE "{building}"')
    try:
        use_database(building)
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
        _let_tests_empty_the_log()
        connections.close_all()
        cursor.execute(f'ALTER DATABASE "{building}" RENAME TO "{template}"')
    except BaseException:
        connections.close_all()
        cursor.execute(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
        raise


def _let_tests_empty_the_log() -> None:
    """Tests that commit are cleaned up by TRUNCATE, which the log refuses; its own test switches the refusal on again."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE '%never_emptied%' AND NOT tgisinternal"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")


def _drop_leftovers(cursor) -> None:
    """Drop the databases of test processes that were killed."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^(test|spk_building)_[0-9]+$'")
    for (name,) in cursor.fetchall():
        if not Path(f"/proc/{name.rpartition('_')[2]}").exists() and Path("/proc/self").exists():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _fingerprint() -> str:
    """Hash everything that shapes the schema."""
    digest = hashlib.sha256()
    files = [
        *ROOT.glob("apps/*/migrations/*.py"),
        *ROOT.glob("apps/*/models.py"),
        *ROOT.glob("apps/*/models/*.py"),
        *ROOT.glob("apps/*/apps.py"),
        ROOT / "apps/audit/services/roles.py",
    ]
    for path in sorted([*files, ROOT / "requirements.txt", ROOT / "config/settings/base.py"]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
