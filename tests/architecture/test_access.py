"""The table operation × role is complete, and every row of it is true on own and on foreign objects."""

import csv
import importlib
import io
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import ROLES

TESTS = Path(__file__).resolve().parents[1]
TABLES = [path for name in ("access", "api_access") for path in sorted(TESTS.glob(f"*/{name}.py"))]
MATRIX = TESTS / "access_matrix.csv"
# Served by libraries; their own tests say who may.
LIBRARIES = {"api-schema"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def rows():
    table = {}
    for path in TABLES:
        found = importlib.import_module(f"tests.{path.parent.name}.{path.stem}").ROWS
        assert not table.keys() & found.keys()
        table |= found
    return dict(sorted(table.items()))


def operations(patterns, prefix=""):
    """Return the name of each URL; one of the machine interface once per method, ``name METHOD`` but for GET."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from operations(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            methods = getattr(pattern.callback, "actions", None) or {"get": ""}
            for method in sorted(methods.keys() - {"head"}):  # which comes with GET
                suffix = "" if method == "get" else f" {method.upper()}"
                yield f"{prefix}{pattern.name}{suffix}"


def test_every_operation_stands_in_the_table():
    names = set(operations(get_resolver().url_patterns)) - LIBRARIES

    assert sorted(names - set(rows())) == []
    assert sorted(set(rows()) - names) == []


def test_the_matrix_spells_every_role_of_every_row_out():
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["operation", *ROLES])
    writer.writerows([name, *(row.expected(role) for role in ROLES)] for name, row in rows().items())
    if os.environ.get("SPK_WRITE_ACCESS"):
        MATRIX.write_text(text.getvalue(), encoding="utf-8")

    written = MATRIX.read_text(encoding="utf-8")

    assert written == text.getvalue(), (
        "SPK_WRITE_ACCESS=1 make test ARGS=tests/architecture/test_access.py, then read the diff"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(role, world, client):
    sign_in(client, world, role)

    wrong = []
    for name, row in rows().items():
        got = answer(client, name, row, world)
        if got != row.expected(role):
            wrong.append(f"{name}: {got} instead of {row.expected(role)}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_no_role_reaches_what_is_foreign(role, world, far_world):
    client = Client(raise_request_exception=False)
    sign_in(client, world, role)

    wrong = []
    for name, row in rows().items():
        if isinstance(row.foreign, str) or not row.kwargs(far_world):
            continue
        got = answer(client, name, row, far_world)
        if got not in row.expected_far(role):
            wrong.append(f"{name}: {got} instead of {row.expected_far(role)}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_no_own_object_is_tied_to_a_foreign_one(world, far_world, client):
    """Bodies name objects too: the own one in the address, a foreign one in what is sent."""
    sign_in(client, world, "head")

    wrong = []
    for name, row in rows().items():
        if not name.startswith("api-") or row.method == "get" or row.data(world) == row.data(far_world):
            continue
        got = answer(client, name, row, world, row.data(far_world))
        if got not in {403, 404}:
            wrong.append(f"{name}: {got}")

    assert not wrong, "\n".join(wrong)


def sign_in(client, world, role):
    if role != "anonymous":
        client.force_login(world.users[role], backend=BACKEND)


def answer(client, name, row, world, sent=None):
    """Return the status; what the request changed is rolled back so that rows do not disturb one another."""
    sid, cookies = transaction.savepoint(), client.cookies.copy()
    try:
        url = reverse(name.split()[0], kwargs=row.kwargs(world))
        data = row.data(world) if sent is None else sent
        if row.method == "get":
            return client.get(url, data).status_code
        is_json = name.startswith("api-") and not row.multipart
        kind = {"content_type": "application/json"} if is_json else {}
        return getattr(client, row.method)(url, data, **kind).status_code
    finally:
        transaction.savepoint_rollback(sid)
        client.cookies = cookies
