"""Dangerous acts ask again who it is when the last confirmation lies further back than five minutes, and lose nothing by it."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from apps.accounts.models import KeptRequest
from apps.accounts.services import take_form
from apps.common.kit.reauthentication import CONFIRMED_AT, asks_again
from config.settings import base
from tests.access import ROLES
from tests.architecture.test_access import rows
from tests.factories.accounts import PASSWORD

BACKEND = "django.contrib.auth.backends.ModelBackend"
# The one list of dangerous acts (docs/accounts.md tells why these): each line is held to what happens, and nothing else may ask.
DANGEROUS = (
    "accounts:factor_remove",
    "accounts:recovery_codes_renew",
    "accounts:role_grant",
    "accounts:role_revoke",
    "accounts:secretary_accounts_create",
    "accounts:secretary_slips_renew",
    "accounts:token_create",
    "accounts:user_disable",
    "accounts:user_enable",
    "accounts:user_reset_factor",
    "accounts:user_reset_password",
    "accounts:user_unlock",
    "audit:log_export",
    "cycles:cycle_delete",
    "cycles:cycle_open",
    "evaluations:key_make",
    "evaluations:purge",
    "evaluations:release",
    "grading:deliberation_sign_off",
    "grading:reconsideration_decide",
    "official_documents:document_revoke",
    "organizations:organization_abolish",
    "organizations:organization_merge",
    "organizations:organization_split",
    "rosters:import_confirm",
    "rosters:roster_export",
    "secretaries:phone_export",
)
NOT_KEPT = {"evaluations:key_make"}  # the key stands in it
DANGEROUS_CALLS = (
    "api-account-disable POST",
    "api-account-enable POST",
    "api-account-grant POST",
    "api-account-revoke DELETE",
    "api-roster-import-confirm POST",
    "api-organization-abolish POST",
    "api-organization-merge POST",
    "api-organization-split POST",
    "api-roster-export POST",
)


def marked(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if asks_again(pattern.callback):
                yield f"{prefix}{pattern.name}"
        else:
            yield from marked(
                pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            )


@pytest.fixture(autouse=True)
def five_minutes(settings):
    """As in use; other tests have an hour (config/settings/test.py)."""
    settings.CONFIRMATION_LASTS = base.CONFIRMATION_LASTS


def late_client(user, *, seconds=301):
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    session[CONFIRMED_AT] -= seconds
    session.save()
    return client


def first_allowed(row, world):
    """Return somebody who may do it, who now has a password to confirm with."""
    role = next(role for role in ROLES[1:] if row.expected(role) not in {403, 404})
    user = world.users[role]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def fault(name, row, world):
    """Return what goes wrong when somebody does this six minutes after the last confirmation; empty: nothing."""
    user = first_allowed(row, world)
    client, url = late_client(user), reverse(name, kwargs=row.kwargs(world))
    sent = {key: str(value) for key, value in (row.data(world) if row.method == "post" else {}).items()} | {
        "probe": "原样"
    }
    asked = client.post(f"{url}?seen=1", sent)
    place = asked.headers.get("Location", "")
    if not place.startswith(reverse("accounts:confirm")):
        return f"does not ask: {asked.status_code} {place}"
    kept = KeptRequest.objects.filter(user=user).first()
    if name in NOT_KEPT:
        return "keeps what must not be stored" if kept else ""
    return fault_of_going_on(client, place, url, sent, kept)


def fault_of_going_on(client, place, url, sent, kept):
    with transaction.atomic():
        found = take_form(kept.pk, user=kept.user, at=kept.kept_at)
        transaction.set_rollback(True)
    if (found.path, found.query, found.fields) != (
        url,
        "seen=1",
        {key: [value] for key, value in sent.items()},
    ):
        return f"keeps something else: {found}"
    done = client.post(place, {"password": PASSWORD})
    is_answered = done.wsgi_request.path == url and done.wsgi_request.POST.dict() == sent
    if not is_answered or done.status_code in {403, 404}:
        return f"does not go on: {done.status_code} {done.wsgi_request.path}"
    return "is kept still" if KeptRequest.objects.filter(pk=kept.pk).exists() else ""


def test_what_asks_is_what_the_list_says():
    assert sorted(marked(get_resolver().url_patterns)) == sorted(DANGEROUS)


@pytest.mark.django_db
def test_a_confirmation_is_enough_for_five_minutes(world):
    row = rows()["organizations:organization_abolish"]
    url = reverse("organizations:organization_abolish", kwargs=row.kwargs(world))

    answer = late_client(first_allowed(row, world), seconds=290).post(url, {"reason": ""})

    assert answer.status_code == 200


@pytest.mark.django_db
def test_each_dangerous_act_asks_keeps_the_form_and_goes_on(world):
    table, wrong = rows(), []
    for name in DANGEROUS:
        sid = transaction.savepoint()
        if words := fault(name, table[name], world):
            wrong.append(f"{name}: {words}")
        transaction.savepoint_rollback(sid)

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_programs_in_a_late_session_are_refused_in_words(world):
    table, wrong = rows(), []
    for name in DANGEROUS_CALLS:
        row = table[name]
        client, url = (
            late_client(first_allowed(row, world)),
            reverse(name.split()[0], kwargs=row.kwargs(world)),
        )
        answer = getattr(client, row.method)(url, row.data(world), content_type="application/json")
        if (answer.status_code, answer.json().get("code")) != (403, "confirmation_needed"):
            wrong.append(f"{name}: {answer.status_code} {answer.content.decode()[:120]}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_a_form_shown_again_after_confirming_belongs_to_its_own_address(world):
    """Its form has no address of its own: the browser must not send the corrected one to the page that asked for the password."""
    row = rows()["organizations:organization_abolish"]
    client, url = (
        late_client(first_allowed(row, world)),
        reverse("organizations:organization_abolish", kwargs=row.kwargs(world)),
    )
    asked = client.post(url, {"reason": ""})

    page = client.post(asked["Location"], {"password": PASSWORD})

    assert f'data-address="{url}"' in page.content.decode()
