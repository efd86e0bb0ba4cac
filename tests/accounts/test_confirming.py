"""Being asked again before a dangerous act, and going on with what was sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts import services
from apps.accounts.kit.sealing import seal, unseal
from apps.accounts.models import KeptRequest, RoleAssignment
from apps.accounts.services import SentForm
from apps.common.kit.reauthentication import CONFIRMED_AT
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def admin():
    return make_user("security_admin", password=PASSWORD)


@pytest.fixture
def late(client, admin):
    """A window whose user gave the password six minutes ago."""
    client.force_login(admin, backend=BACKEND)
    session = client.session
    session[CONFIRMED_AT] -= 3660
    session.save()
    return client


def grant(client, account, scope, **headers):
    data = {"role": "clerk", "scope": scope.code}
    return client.post(f"/accounts/{account.pk}/roles/grant/", data, headers=headers)


def test_act_waits_for_the_password_and_then_goes_on(late):
    account, town = make_user(), make_organization()

    asked = grant(late, account, town)
    before = RoleAssignment.objects.filter(user=account).count()
    page = late.get(asked["Location"]).content.decode()
    done = late.post(asked["Location"], {"password": PASSWORD})

    assert before == 0
    assert "刚才的操作还没有办理" in page
    assert done["Location"] == f"/accounts/{account.pk}/"
    assert RoleAssignment.objects.get(user=account).scope == town
    assert not KeptRequest.objects.exists()


def test_five_minutes_are_free(client, admin):
    account, town = make_user(), make_organization()
    client.force_login(admin, backend=BACKEND)

    assert grant(client, account, town)["Location"] == f"/accounts/{account.pk}/"


def test_wrong_password_does_nothing_and_keeps_the_form(late):
    account, town = make_user(), make_organization()
    asked = grant(late, account, town)

    wrong = late.post(asked["Location"], {"password": "x"})
    right = late.post(asked["Location"], {"password": PASSWORD})

    assert "输入的不对" in wrong.content.decode()
    assert right.status_code == 302
    assert RoleAssignment.objects.filter(user=account).count() == 1


def test_wrong_passwords_here_lock_the_name_too(late, admin):
    asked = grant(late, make_user(), make_organization())

    for _ in range(5):
        answer = late.post(asked["Location"], {"password": "x"})

    assert answer.status_code == 429


def test_sent_twice_is_done_once(late):
    account, town = make_user(), make_organization()
    asked = grant(late, account, town)
    late.post(asked["Location"], {"password": PASSWORD})
    RoleAssignment.objects.filter(user=account).delete()

    again = late.post(asked["Location"], {"password": PASSWORD})

    assert again["Location"] == "/"
    assert not RoleAssignment.objects.filter(user=account).exists()


def test_kept_form_is_its_senders_only(late, client, admin):
    asked = grant(late, make_user(), make_organization())
    client.force_login(make_user("security_admin", password=PASSWORD), backend=BACKEND)

    assert client.get(asked["Location"])["Location"] == "/"
    assert client.post(f"{asked['Location']}drop/").status_code == 404


def test_giving_up_leads_back_and_forgets(late):
    account = make_user()
    asked = grant(late, account, make_organization(), Referer=f"http://testserver/accounts/{account.pk}/?x=1")

    answer = late.post(f"{asked['Location']}drop/")

    assert answer["Location"] == f"/accounts/{account.pk}/?x=1"
    assert not KeptRequest.objects.exists()


def test_htmx_leaves_the_page_as_a_whole(late):
    answer = grant(late, make_user(), make_organization(), **{"HX-Request": "true"})

    assert answer["HX-Redirect"].startswith("/accounts/confirm/")


def test_right_lost_meanwhile_is_refused(late, admin):
    asked = grant(late, make_user(), make_organization())
    admin.roles.all().delete()

    assert late.post(asked["Location"], {"password": PASSWORD}).status_code == 404


def test_only_the_latest_ten_are_kept_and_old_ones_are_dropped(admin):
    now = timezone.now()
    form = SentForm("/accounts/", "", {"a": ["1"]})
    made = [services.keep_form(form, user=admin, at=now + timedelta(seconds=n)) for n in range(12)]

    assert KeptRequest.objects.count() == 10
    assert services.take_form(made[0].pk, user=admin, at=now) is None
    assert services.take_form(made[-1].pk, user=admin, at=now).fields == {"a": ["1"]}
    assert services.take_form(made[-1].pk, user=admin, at=now) is None
    assert services.take_form(made[-2].pk, user=admin, at=now + timedelta(hours=13)) is None
    assert services.drop_old_forms(at=now + timedelta(hours=13)) == 8


def test_kept_form_cannot_be_read_in_the_database(admin):
    services.keep_form(SentForm("/x/", "", {"text": ["canary"]}), user=admin, at=timezone.now())

    assert b"canary" not in bytes(KeptRequest.objects.get().sealed)


def test_sealed_content_opens_for_its_purpose_only(settings):
    sealed = seal("one", b"x")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new"

    assert unseal("one", sealed) == b"x"
    assert unseal("two", sealed) is None
    assert unseal("one", sealed[:-1] + bytes([sealed[-1] ^ 1])) is None


def test_batches_that_follow_one_another_are_not_interrupted(client):
    head = make_user("head", password=PASSWORD)
    client.force_login(head, backend=BACKEND)
    session = client.session
    session[CONFIRMED_AT] = began = session[CONFIRMED_AT] - 290
    session.save()

    client.post("/accounts/secretaries/renew/", {"as": "part"})

    assert client.session[CONFIRMED_AT] > began + 280
