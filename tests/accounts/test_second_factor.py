"""The second factor: who must have one, what passes, what does not, and the day the phone is lost."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from apps.accounts import services
from apps.accounts.domain.second_factor import CodeOutcome, provisioning_uri, typed_key
from apps.accounts.errors import FactorRequired, NotOnOneself, WrongCode
from apps.accounts.models import RecoveryCode, SecondFactor
from apps.audit.models import AuditEntry
from tests.architecture.test_access import rows
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ENROL, VERIFY = "/accounts/second-factor/", "/accounts/second-factor/verify/"


@pytest.fixture(autouse=True)
def _administrators_need_one(settings):
    settings.SECOND_FACTOR_ROLES = ["system_admin", "security_admin", "audit_admin"]


@pytest.fixture
def admin():
    return make_user("security_admin", username="anquan", password=PASSWORD)


def code_of(key, at):
    totp = TOTP(key)
    totp.time = at.timestamp()
    return f"{totp.token():06}"


def bind(user, at):
    """Bind an app a minute ago; return its key and the recovery codes."""
    key = services.offer_factor(actor=user, at=at)
    return key, services.bind_factor(
        code_of(key, at - timedelta(minutes=1)), actor=user, at=at - timedelta(minutes=1)
    )


def sign_in(client, user):
    client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    return client


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_administrator_with_a_password_only_reaches_nothing_but_enrolment(role, world, client):
    client.force_login(world.users[role], backend=BACKEND)
    open_pages = {"accounts:login", "accounts:logout", "accounts:password_change", "accounts:session_state",
                  "accounts:factor_enrol", "accounts:factor_verify", "portal:healthz"}  # fmt: skip
    reached = []
    for name, row in sorted(rows().items()):
        if row.anonymous != 302 or name in open_pages:
            continue
        savepoint = transaction.savepoint()  # the rows of the table arrange what they need
        send = client.get if row.method == "get" else client.post
        answer = send(reverse(name, kwargs=row.kwargs(world)), row.data(world))
        transaction.savepoint_rollback(savepoint)
        if answer.status_code != 302 or not answer["Location"].startswith(ENROL):
            reached.append(name)

    assert reached == []
    assert client.get(ENROL).status_code == 200


def test_steps_of_enrolment_are_read_from_the_top(client, admin):
    """The focus on the last field would scroll a phone past the picture to scan; after a wrong code it is right."""
    sign_in(client, admin)

    assert b"autofocus" not in client.get(ENROL).content
    assert b"autofocus" in client.post(ENROL, {"code": "000000"}).content


def links_of(page):
    """Return what the frame of a page leads to: bar, menu and navigation."""
    return re.findall(
        r'href="(/[^"]*)"', re.sub(r"(?s)<head>.*</head>|<main.*</main>", "", page.content.decode())
    )


@pytest.mark.parametrize("path", [ENROL, "/accounts/password/", "/nowhere/"])
def test_before_the_second_factor_no_page_offers_others(path, client, admin):
    sign_in(client, admin)

    assert links_of(client.get(path)) == ["/"]


def test_before_the_new_password_the_page_offers_no_others(client):
    sign_in(client, make_user("clerk", username="new", password=PASSWORD, must_change_password=True))

    assert links_of(client.get("/accounts/password/")) == ["/"]


def test_once_signed_in_wholly_pages_offer_the_others(client):
    sign_in(client, make_user("clerk", username="gongzuo", password=PASSWORD))

    assert {"/accounts/profile/", "/accounts/password/", "/organizations/"} <= set(links_of(client.get("/")))


def test_enrolment_shows_key_and_codes_once_and_opens_the_door(client, admin):
    sign_in(client, admin)
    page = client.get(ENROL).content.decode()
    key = services.offer_factor(actor=admin, at=timezone.now())

    answer = client.post(ENROL, {"code": code_of(key, timezone.now())}).content.decode()
    codes = re.findall(r'class="one-time">([a-z2-9-]{14})<', answer)

    assert typed_key(key) in page
    assert "data:image/svg+xml;base64," in page
    assert len(set(codes)) == 10
    assert client.get("/").status_code == 200
    assert client.get(ENROL)["Location"] == "/accounts/profile/"
    assert codes[0] not in client.get("/accounts/profile/").content.decode()


def test_neither_key_nor_codes_stand_in_the_database(admin):
    key, codes = bind(admin, timezone.now())

    factor = SecondFactor.objects.get()
    assert key not in bytes(factor.sealed_key)
    assert {row.digest.split("$")[0] for row in RecoveryCode.objects.all()} == {"argon2"}
    assert codes[0] not in str(list(AuditEntry.objects.values()))


def test_wrong_first_code_binds_nothing(admin):
    services.offer_factor(actor=admin, at=timezone.now())

    with pytest.raises(WrongCode):
        services.bind_factor("000000", actor=admin, at=timezone.now() - timedelta(days=9))

    assert SecondFactor.objects.get().confirmed_at is None


def test_code_is_asked_at_the_door_and_leads_on(client, admin):
    key, _ = bind(admin, timezone.now())
    sign_in(client, admin)

    asked = client.get("/accounts/profile/")
    wrong = client.post(VERIFY, {"code": "12345x"}).content.decode()
    right = client.post(VERIFY, {"code": code_of(key, timezone.now()), "next": "/accounts/profile/"})

    assert asked["Location"] == f"{VERIFY}?next=%2Faccounts%2Fprofile%2F"
    assert "验证码不对" in wrong
    assert right["Location"] == "/accounts/profile/"
    assert client.get("/accounts/profile/").status_code == 200


def test_code_passes_once(admin):
    now = timezone.now()
    key, _ = bind(admin, now)
    code = code_of(key, now)

    outcomes = [services.try_code(code, actor=admin, at=now) for _ in range(2)]

    assert outcomes == [CodeOutcome.PASSED, CodeOutcome.WRONG]


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(30, "passed"), (-30, "passed"), (90, "wrong"), (-90, "wrong")]
)
def test_clocks_may_differ_by_one_step(admin, seconds, outcome):
    now = timezone.now()
    key, _ = bind(admin, now - timedelta(hours=1))

    assert (
        services.try_code(code_of(key, now + timedelta(seconds=seconds)), actor=admin, at=now).value
        == outcome
    )


def test_recovery_code_passes_once_however_it_is_typed(admin):
    now = timezone.now()
    _, codes = bind(admin, now)
    typed = codes[3].upper().replace("-", " ")

    outcomes = [services.try_code(typed, actor=admin, at=now) for _ in range(2)]

    assert outcomes == [CodeOutcome.PASSED, CodeOutcome.WRONG]
    assert RecoveryCode.objects.count() == 9


def test_five_wrong_codes_pause_even_the_right_one(admin):
    now = timezone.now()
    key, codes = bind(admin, now)

    wrong = [services.try_code("aaaa", actor=admin, at=now) for _ in range(5)]
    during = services.try_code(codes[0], actor=admin, at=now + timedelta(minutes=14))
    later = now + timedelta(minutes=16)

    assert wrong == [CodeOutcome.WRONG] * 4 + [CodeOutcome.LOCKED]
    assert during == CodeOutcome.LOCKED
    assert services.try_code(code_of(key, later), actor=admin, at=later) == CodeOutcome.PASSED


def test_code_counts_where_the_password_is_asked_again(client, admin):
    key, _ = bind(admin, timezone.now())
    sign_in(client, admin)
    client.post(VERIFY, {"code": code_of(key, timezone.now())})
    session = client.session
    session["confirmed_at"] -= 3700
    session.save()

    answer = client.post("/accounts/second-factor/codes/")
    page = client.post(answer["Location"], {"password": PASSWORD}).content.decode()

    assert answer["Location"].startswith("/accounts/confirm/")
    assert page.count('class="one-time"') == 10


def test_others_may_have_one_and_give_it_up_but_not_administrators(client, admin):
    clerk = make_user("clerk", password=PASSWORD)
    bind(clerk, timezone.now())
    bind(admin, timezone.now())

    services.remove_own_factor(actor=clerk, at=timezone.now())
    with pytest.raises(FactorRequired):
        services.remove_own_factor(actor=admin, at=timezone.now())

    assert list(SecondFactor.objects.values_list("user", flat=True)) == [admin.pk]


def test_clerk_without_one_comes_in_with_the_password(client):
    assert sign_in(client, make_user("clerk", password=PASSWORD)).get("/").status_code == 200


def test_another_administrator_resets_it_with_a_reason(client, admin):
    lost = make_user("system_admin", username="xitong", password=PASSWORD)
    bind(lost, timezone.now())
    theirs = Client()
    sign_in(theirs, lost)
    key, _ = bind(admin, timezone.now())
    sign_in(client, admin)
    client.post(VERIFY, {"code": code_of(key, timezone.now())})

    client.post(f"/accounts/{lost.pk}/reset-second-factor/", {"reason": ""})
    assert SecondFactor.objects.filter(user=lost).exists()
    client.post(f"/accounts/{lost.pk}/reset-second-factor/", {"reason": "手机丢失，已当面核实"})

    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.details) == ("accounts.factor_reset", {"reason": "手机丢失，已当面核实"})
    assert theirs.get("/")["Location"].startswith("/accounts/login/")
    assert client.post(f"/accounts/{lost.pk}/reset-password/").status_code == 403


def test_nobody_resets_the_own_one(admin):
    bind(admin, timezone.now())

    with pytest.raises(NotOnOneself):
        services.reset_factor(admin.pk, reason="x", actor=admin, at=timezone.now())


def test_server_takes_a_lost_one_away(admin, capsys):
    bind(admin, timezone.now())

    call_command("reset_second_factor", "ANQUAN", "--reason", "手机丢失")

    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.latest("seq").actor_label == "系统"
    with pytest.raises(SystemExit) as refused:
        call_command("reset_second_factor", "anquan", "--reason", "手机丢失")
    assert refused.value.code == 1


def test_qr_tells_the_app_all_it_needs():
    parts = urlsplit(provisioning_uri("lina", b"12345678901234567890", "述评考"))

    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["述评考"], "algorithm": ["SHA1"],
        "digits": ["6"], "period": ["30"],
    }  # fmt: skip


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, first row, cut to six digits."""
    totp = TOTP(b"12345678901234567890")
    totp.time = 59

    assert f"{totp.token():06}" == "287082"
