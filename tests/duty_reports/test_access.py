"""The rows of this app hold; the whole table is walked in tests/architecture."""

import pytest
from django.urls import reverse

from tests.access import ROLES
from tests.architecture.test_access import answer
from tests.duty_reports.access import ROWS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_rows_say(role, world, client):
    user = world.users.get(role)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    got = {
        name: answer(client, reverse(name, kwargs=row.kwargs(world)), row, world)
        for name, row in ROWS.items()
    }

    assert got == {name: row.expected(role) for name, row in ROWS.items()}
