"""Dangerous acts ask again who it is when the sign-in lies further back than a few minutes."""

import pytest
from django.urls import reverse

from apps.accounts.kit.reauthentication import CONFIRMED_AT
from tests.architecture.test_access import rows

BACKEND = "django.contrib.auth.backends.ModelBackend"
DANGEROUS = (
    "cycles:cycle_open",
    "cycles:cycle_delete",
    "evaluations:key_make",
    "evaluations:purge",
    "grading:deliberation_sign_off",
    "grading:reconsideration_decide",
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", DANGEROUS)
def test_a_dangerous_act_waits_for_the_password(name, world, client):
    client.force_login(world.users["head"], backend=BACKEND)
    session = client.session
    session[CONFIRMED_AT] = 0
    session.save()
    row = rows()[name]
    url = reverse(name, kwargs=row.kwargs(world))

    answer = client.post(url, row.data(world)) if row.method == "post" else client.get(url)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:confirm"))
