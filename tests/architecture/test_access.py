"""The table URL × role is complete, and every row of it is true."""

import importlib
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import ROLES

APPS = sorted(p.parent.name for p in (Path(__file__).resolve().parents[1]).glob("*/access.py"))
# Served by libraries; their own tests say who may.
FOREIGN = {"api-schema"}


def rows():
    table = {}
    for app in APPS:
        table |= importlib.import_module(f"tests.{app}.access").ROWS
    return table


def url_names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_url_stands_in_the_table():
    names = set(url_names(get_resolver().url_patterns)) - FOREIGN

    assert sorted(names - set(rows())) == []
    assert sorted(set(rows()) - names) == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(role, world, client):
    wrong = []
    user = world.users.get(role)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for name, row in sorted(rows().items()):
        url = reverse(name, kwargs=row.kwargs(world))
        got = answer(client, url, row, world)
        if got != row.expected(role):
            wrong.append(f"{name}: {got} instead of {row.expected(role)}")

    assert wrong == []


def answer(client, url, row, world):
    """Return the status; what the request changed is rolled back so that rows do not disturb one another."""
    from django.db import transaction

    sid, cookies = transaction.savepoint(), client.cookies.copy()
    try:
        if row.method == "get":
            return client.get(url, row.data(world)).status_code
        return client.post(url, row.data(world)).status_code
    finally:
        transaction.savepoint_rollback(sid)
        client.cookies = cookies
