"""Every act leaves one entry, done or refused: generated over the table of URL × role, so that a new URL is in it at once."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.domain.outcomes import Outcome
from apps.audit.kit import unlogged
from apps.audit.kit.labels import label_of
from apps.audit.kit.unlogged import is_unlogged
from apps.audit.models import AuditEntry
from apps.audit.selectors import chain_head
from tests.access import ROLES
from tests.architecture.test_access import rows
from tests.audit.exemptions import NOT_ONE_ENTRY

BACKEND = "django.contrib.auth.backends.ModelBackend"
REFUSED, FORBIDDEN = {403, 404, 409}, 403
ADDRESS = "172.16.3.9"
POSTS = {name: row for name, row in rows().items() if row.method != "get"}


def asked(client, name, row, world):
    """Return the status and the entries a request left; what it did is rolled back."""
    url, (last, _) = reverse(name.split()[0], kwargs=row.kwargs(world)), chain_head()
    kind = {"content_type": "application/json"} if name.startswith("api-") and not row.multipart else {}
    sid, cookies = transaction.savepoint(), client.cookies.copy()
    try:
        status = getattr(client, row.method)(url, row.data(world), REMOTE_ADDR=ADDRESS, **kind).status_code
        return status, list(AuditEntry.objects.filter(seq__gt=last).order_by("seq"))
    finally:
        transaction.savepoint_rollback(sid)
        client.cookies = cookies  # one of the acts is signing out


def fault_of_refusal(entries, user, name):
    """Return what is missing of: who, when, what, on what, from where, why, and that it was refused."""
    if len(entries) != 1:
        return f"{len(entries)} entries: {[one.action for one in entries]}"
    entry = entries[0]
    told = {
        "outcome": entry.outcome == Outcome.REFUSED.value,
        "who": (entry.actor_id, entry.actor_label) == (user.pk, f"{user.display_name}（{user.username}）"),
        "when": abs(timezone.now() - entry.at) < timedelta(minutes=5) and entry.at.utcoffset() is not None,
        "what": entry.action == name.split()[0] or "." in entry.action,
        "on what": bool(entry.object_id) or bool(entry.details.get("path")),
        "from where": entry.origin == ADDRESS and bool(entry.request_id),
        "why": bool(entry.details.get("reason")),
    }
    return ", ".join(word for word, is_there in told.items() if not is_there)


def fault(name, status, entries, user):
    if is_unlogged(name):
        return "left a trace" if entries else ""
    if status in REFUSED:
        return fault_of_refusal(entries, user, name)
    n_wanted, _ = NOT_ONE_ENTRY.get(name, (1, ""))
    return (
        "" if len(entries) in {1, n_wanted} else f"{status}: {[(one.action, one.outcome) for one in entries]}"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_each_request_that_would_change_something_leaves_one_entry(role, world):
    user, client, wrong = world.users[role], Client(), []
    client.force_login(user, backend=BACKEND)

    for name, row in sorted(POSTS.items()):
        status, entries = asked(client, name, row, world)
        if words := fault(name, status, entries, user):
            wrong.append(f"{name}: {words}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_pages_asked_for_without_the_right_leave_one_entry(world):
    user, client, wrong = world.users["leader"], Client(), []
    client.force_login(user, backend=BACKEND)

    for name, row in sorted(rows().items()):
        if row.method == "get" and row.expected("leader") == FORBIDDEN:
            status, entries = asked(client, name, row, world)
            if words := fault_of_refusal(entries, user, name):
                wrong.append(f"{name} {status}: {words}")

    assert not wrong, "\n".join(wrong)


def test_exemptions_are_of_urls_that_exist_and_say_why():
    assert sorted(set(NOT_ONE_ENTRY) - set(POSTS)) == []
    assert [name for name, (_, reason) in NOT_ONE_ENTRY.items() if len(reason) < 10] == []
    assert {name.partition(":")[0] for name in unlogged._unlogged} == {"evaluations"}
    assert [name for name, reason in unlogged._unlogged.items() if not reason] == []


def test_refused_requests_are_told_in_chinese():
    named = [label_of(name.split()[0]) for name in rows()]

    assert [label for label in named if re.search(r"[a-z]", label)] == []
