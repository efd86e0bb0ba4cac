"""The two roles of the database: made and given their rights by the owner, again after each migration.

The application's role is no superuser, owns nothing and creates nothing; of the log it may read and append rows.
Source: security reference A1 row 10.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from psycopg2.extensions import encrypt_password  # type: ignore[attr-defined]  # re-exported, untyped
from psycopg2.sql import SQL, Composable, Identifier, Literal

from apps.audit.kit.rights import EVERYTHING, limited_tables
from apps.common.kit.quiet import QUIET


@contextmanager
def as_owner() -> Iterator[None]:
    """Use the owner's connection inside the block, if one is configured (``OWNER_DATABASE_URL``)."""
    owner, used = settings.OWNER_DATABASE, connection.settings_dict
    if owner is None:
        yield
        return
    before = {name: used[name] for name in owner}
    connection.close()
    used.update(owner)
    try:
        yield
    finally:
        connection.close()
        used.update(before)


def ensure_application_role() -> None:
    """Make the application's role if it is missing, with the password of ``DATABASE_URL``; take rights it must not have.

    :raises django.db.Error: it is missing and the owner may not make roles.
    """
    role, password = settings.APPLICATION_ROLE, settings.APPLICATION_PASSWORD
    if not role:
        return
    name = Identifier(role)
    if not _role_exists(role):
        _execute(SQL("CREATE ROLE {} LOGIN").format(name))
    if password and _may_make_roles():
        _execute(SQL("ALTER ROLE {} PASSWORD {}").format(name, Literal(_sealed(password, role))))


@transaction.atomic
def grant_rights() -> None:
    """Give the application's role what it needs and nothing else, whatever it had. Again changes nothing."""
    role = settings.APPLICATION_ROLE
    if not role:
        return
    name = Identifier(role)
    for statement in _general_rights(name):
        _execute(statement)
    there = set(connection.introspection.table_names())
    for table, rights in limited_tables().items():
        if table not in there:  # migrated backwards
            continue
        _execute(SQL("REVOKE ALL ON {} FROM {}").format(Identifier(table), name))
        _execute(_grant(rights, Identifier(table), name))
    _let_it_be_quiet(name)


def _general_rights(name: Identifier) -> list[Composable]:
    return [
        SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(name),
        SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name),
        _grant(EVERYTHING, SQL("ALL TABLES IN SCHEMA public"), name),
        SQL("GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
    ]


def _grant(rights: tuple[str, ...], tables: Composable, name: Identifier) -> Composable:
    statement: Composable = SQL("GRANT {} ON {} TO {}").format(SQL(", ".join(rights)), tables, name)
    return statement


def _let_it_be_quiet(name: Identifier) -> None:
    """Let the application keep its statements out of the server's log (apps/common/receivers.py), if the owner may."""
    for parameter in QUIET:
        try:
            with transaction.atomic():
                _execute(SQL("GRANT SET ON PARAMETER {} TO {}").format(_dotted(parameter), name))
        except Error:
            continue


def _dotted(parameter: str) -> Composable:
    dotted: Composable = SQL(".").join(Identifier(part) for part in parameter.split("."))
    return dotted


def _role_exists(role: str) -> bool:
    return bool(_asked("SELECT count(*) FROM pg_roles WHERE rolname = %s", [role]))


def _may_make_roles() -> bool:
    return bool(_asked("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user", []))


def _asked(sql: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def _sealed(password: str, role: str) -> str:
    """Return what the server stores of a password, so that the password itself is in no statement."""
    connection.ensure_connection()
    sealed: str = encrypt_password(password, role, scope=connection.connection, algorithm="scram-sha-256")
    return sealed


def _execute(statement: Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
