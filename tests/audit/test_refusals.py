"""What an account was refused: one entry, with who, what, on what, from where and why."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import override_settings

from apps.audit.domain.outcomes import Outcome
from apps.audit.models import AuditEntry, LogFault
from apps.audit.services import record_action, record_refusal, verify_chain
from apps.common.errors import NotAllowedNow
from tests.factories.accounts import make_user
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def clerk(client):
    user = make_user("clerk", display_name="何秀英")
    client.force_login(user, backend=BACKEND)
    return user


def refused():
    return list(AuditEntry.objects.filter(outcome=Outcome.REFUSED.value).order_by("seq"))


def test_act_without_the_right_leaves_one_entry(client, clerk):
    other = make_user("leader", display_name="赵局长")

    answer = client.post(f"/accounts/{other.pk}/disable/", REMOTE_ADDR="172.16.3.9")

    assert answer.status_code in {403, 404}
    (entry,) = refused()
    assert (entry.actor_id, entry.actor_label) == (clerk.pk, "何秀英（" + clerk.username + "）")
    assert (entry.action, entry.origin) == ("accounts:user_disable", "172.16.3.9")
    assert (entry.object_type, entry.object_id) == ("accounts.user", str(other.pk))
    assert entry.details["path"] == f"/accounts/{other.pk}/disable/"
    assert len(entry.request_id) == 16
    assert verify_chain().holds


def test_page_without_the_right_leaves_one_entry_and_a_page_that_is_not_there_none(client, clerk):
    client.get("/audit/")
    client.get("/organizations/999999/")

    assert [entry.action for entry in refused()] == ["audit:entry_list"]


def test_refusal_that_a_view_shows_in_words_is_recorded_too(client, world):
    """A view that catches the refusal answers 302 or 200 like after success."""
    client.force_login(world.users["security_admin"], backend=BACKEND)
    own = world.users["security_admin"].roles.get()

    client.post(f"/accounts/roles/{own.pk}/revoke/")

    entries = refused()
    assert len(entries) == 1
    assert entries[0].details["reason"]


def foreign_choices(world):
    """Return forms whose choice was not offered to this account: who, where, what, and which field it is about."""
    far, clerk = make_organization(name="别区"), world.users["clerk"]
    return {
        "a role that is not one's to give": ("head", f"/accounts/{clerk.pk}/roles/grant/", {"role": "audit_admin"}, "角色"),
        "a scope outside the own": ("head", f"/accounts/{clerk.pk}/roles/grant/", {"role": "clerk", "scope": far.code}, "范围"),
        "a new account's scope": ("head", "/accounts/create/", {"username": "x1", "display_name": "甲", "scope": far.code}, "范围"),
        "a superior outside": ("outsider_clerk", "/organizations/new/", {"superior": world.town.code}, "上级党组织"),
        "a post outside": ("outsider_clerk", "/secretaries/new/", {"organization": world.town.name}, "党组织"),
        "a problem of another": ("outsider_clerk", "/rectification/problems/new/", {"organization": world.town.code}, "党组织"),
        "a merger with another": (
            "clerk", f"/organizations/{world.town.pk}/merge/", {"other_1": far.code}, "组织 1",
        ),
    }  # fmt: skip


def test_choice_that_was_not_offered_is_refused_and_leaves_one_entry(client, world):
    wrong = {}
    for case, (role, url, sent, field) in foreign_choices(world).items():
        client.force_login(world.users[role], backend=BACKEND)
        n_before = AuditEntry.objects.count()

        status = client.post(url, sent).status_code

        entries = [
            (one.outcome, one.actor_id, one.details["reason"])
            for one in AuditEntry.objects.order_by("seq")[n_before:]
        ]
        if status not in {200, 422} or entries != [
            ("refused", world.users[role].pk, f"“{field}”所选的内容不在可选范围内")
        ]:
            wrong[case] = (status, entries)

    assert wrong == {}


def test_address_with_a_nul_is_recorded_and_not_taken_for_a_broken_log(client, clerk):
    answer = client.post("/api/v1/nothing%00/")

    (entry,) = refused()
    assert (answer.status_code, entry.details["path"]) == (404, "/api/v1/nothing␀/")
    assert verify_chain().holds
    assert not LogFault.objects.exists()


def test_slip_of_the_hand_is_no_refusal(client, world):
    client.force_login(world.users["clerk"], backend=BACKEND)

    page = client.post("/organizations/new/", {"superior": "没有这个"})

    assert "您的范围内没有编码或名称为“没有这个”的党组织" in page.content.decode()
    assert refused() == []


def test_address_in_a_forged_header_is_not_believed(client, clerk):
    client.get("/audit/", REMOTE_ADDR="172.16.3.9", HTTP_X_FORWARDED_FOR="1.2.3.4")

    assert refused()[0].origin == "172.16.3.9"


@override_settings(TRUSTED_PROXIES=["10.0.0.1"])
def test_address_named_by_our_own_proxy_is_believed(client, clerk):
    client.get("/audit/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4")

    assert refused()[0].origin == "1.2.3.4"


def test_act_that_was_done_carries_the_address_of_its_request(client, clerk):
    entry = AuditEntry.objects.get(action="accounts.logged_in")

    client.post("/accounts/logout/", REMOTE_ADDR="172.16.3.9")

    assert (entry.origin, entry.outcome) == ("", Outcome.DONE.value)  # signed in without a request
    assert AuditEntry.objects.get(action="accounts.logged_out").origin == "172.16.3.9"


@pytest.mark.parametrize("method", ["get", "post"])
def test_evaluators_leave_no_trace_even_when_refused(client, clerk, method):
    n_before = AuditEntry.objects.count()

    getattr(client, method)("/evaluations/cast/999999")
    client.post("/evaluations/cast/999999/submit", "{}", content_type="application/json")
    client.get("/evaluations/hall/nobody/")

    assert AuditEntry.objects.count() == n_before


@transaction.atomic
def fail_after_recording(user):
    record_action("tests.done", None, actor=user, at=AT)
    raise NotAllowedNow("不行。")


@pytest.mark.django_db(transaction=True)
def test_refusal_asked_for_outside_a_request_outlives_the_rollback():
    user = make_user("clerk")

    with pytest.raises(NotAllowedNow):
        fail_after_recording(user)
    record_refusal("tests.done", make_organization(), actor=user, at=AT, reason="不行。")

    (entry,) = AuditEntry.objects.all()
    assert (entry.seq, entry.outcome, entry.details) == (1, "refused", {"reason": "不行。"})
