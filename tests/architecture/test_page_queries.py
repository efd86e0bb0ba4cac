"""No page of organizations, secretaries, rosters, accounts, log and self-check costs more than 8 queries, whoever opens it."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access import ROLES
from tests.architecture.test_access import BACKEND, rows
from tests.architecture.test_list_pages import MOST_QUERIES
from tests.browser.test_every_page import APPS


def n_queries(world, role, name, row):
    """Return what the page costs the role at its second visit; what the visits changed is rolled back."""
    before = transaction.savepoint()
    try:
        client = Client()
        client.force_login(world.users[role], backend=BACKEND)
        url, sent = reverse(name, kwargs=row.kwargs(world)), row.data(world)
        client.get(url, sent)
        with CaptureQueriesContext(connection) as captured:
            client.get(url, sent)
        return sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in captured.captured_queries)
    finally:
        transaction.savepoint_rollback(before)


@pytest.mark.django_db
def test_no_page_costs_more_than_eight_queries(world):
    dear = {}
    for name, row in rows().items():
        if name.partition(":")[0] not in APPS or row.method != "get":
            continue
        for role in ROLES[1:]:
            if row.expected(role) == 200:
                n = n_queries(world, role, name, row)
                dear |= {f"{name} as {role}": n} if n > MOST_QUERIES else {}

    assert dear == {}
