"""Casting in one round trip: every way out, the same result as the plain way, and nothing told to a log."""

import base64
import contextlib
import json
import logging
import random
import threading

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction
from django.test import override_settings
from django.urls import reverse

from apps.common.errors import DomainError
from apps.evaluations import services
from apps.evaluations.domain import crockford, sealing, slips
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.domain.states import SessionState, SlipState
from apps.evaluations.errors import BallotRefused, CastingBusy, SlipRefused
from apps.evaluations.kit.vouchers import is_vouched, voucher_for
from apps.evaluations.models import Credential, EvaluationSession, UrnEntry
from apps.evaluations.services import putting
from apps.evaluations.services.locks import SESSION_LOCK
from apps.evaluations.services.putting import is_passing
from apps.evaluations.services.slips import typed_code_hasher
from tests.factories.evaluations import make_hall
from tests.support.database import current_database_url

LOCK_TIMEOUT = "ALTER FUNCTION evaluations_put_ballot SET lock_timeout = %s"


@pytest.fixture
def hall(db):
    return make_hall(n_slips=3, n_reviewees=1)


def cast(hall, slip, sealed, secret=None, **changes):
    given = {"selector": slip.selector, "secret": secret or secret_text(slip.secret), "ciphertext": sealed}
    return services.cast_ballot(hall.session.pk, **(given | changes))


def tables():
    """Slips and envelopes as they lie in the tables."""
    return (
        sorted(Credential.objects.values_list("selector", "state", "n_wrong")),
        sorted(
            (selector, bytes(ciphertext), tracker, bytes(voucher))
            for selector, ciphertext, tracker, voucher in UrnEntry.objects.values_list(
                "credential__selector", "ciphertext", "tracker", "voucher"
            )
        ),
    )


def force(model, rows, **values):
    """Write past the triggers, as nothing else can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        model.objects.filter(**rows).update(**values)
        cursor.execute("SET LOCAL session_replication_role = origin")


# The plain way: one statement after the other, as one would write it down.


def plain_cast(session_id, selector, secret, ciphertext):
    session = EvaluationSession.objects.filter(pk=session_id).first()
    slip = (
        Credential.objects.filter(session=session, selector=selector).first() if selector.isascii() else None
    )
    refusal = plain_refusal(session, slip, secret, ciphertext)
    if refusal:
        return refusal
    tracker = sealing.tracker_of(ciphertext)
    if UrnEntry.objects.filter(tracker=tracker).exclude(credential=slip).exists():
        return "ballot_refused"
    Credential.objects.filter(pk=slip.pk).update(state="online")
    voucher = voucher_for(session_id, selector, tracker)
    values = {"ciphertext": ciphertext, "tracker": tracker, "voucher": voucher}
    UrnEntry.objects.update_or_create(credential=slip, defaults=values)
    return tracker


def plain_refusal(session, slip, secret, ciphertext):
    state = session.state if session else "unknown"
    if state != "open":
        early = {
            "unknown": "unknown_slip",
            "draft": "not_open_yet",
            "keyed": "not_open_yet",
            "rehearsed": "not_open_yet",
        }
        return early.get(state, "voting_closed")
    if slip is None:
        return "unknown_slip"
    if not plain_proof(slip, slip.selector, secret):
        return "too_many_wrong" if plain_is_locked(slip, secret) else "unknown_slip"
    if len(ciphertext) != session.pad_bytes + 49 or ciphertext[:1] != b"\x01":
        return "ballot_refused"
    return "" if slip.state in {"unused", "online"} else f"slip_{slip.state}"


def plain_is_locked(slip, secret):
    is_typed = len(secret) == slips.TYPED_LENGTH and crockford.is_checked(slip.selector + secret)
    return is_typed and slip.n_wrong >= slips.MAX_WRONG


def plain_proof(slip, selector, secret):
    from_qr = slips.read_secret(secret)
    if from_qr is not None:
        return bytes(slip.fast_verifier) == slips.fast_verifier(slip.session_id, selector, from_qr)
    if len(secret) != slips.TYPED_LENGTH or not crockford.is_checked(selector + secret):
        return False
    if slip.n_wrong >= slips.MAX_WRONG:
        return False
    try:
        return typed_code_hasher.verify(slip.slow_verifier, secret)
    except Exception:  # noqa: BLE001 -- whatever argon2 says, the code is wrong
        Credential.objects.filter(pk=slip.pk, session__state="open").update(n_wrong=slip.n_wrong + 1)
        return False


def service_cast(session_id, selector, secret, ciphertext):
    try:
        return services.cast_ballot(session_id, selector=selector, secret=secret, ciphertext=ciphertext)
    except DomainError as refusal:
        return refusal.code


def looked_at(act, *given):
    """Return what ``act`` says and what it leaves in the tables, and undo it."""
    with transaction.atomic():
        said = act(*given)
        seen = tables()
        transaction.set_rollback(True)
    return said, seen


def wrong_code(slip):
    body = ("0" if slip.typed[0] != "0" else "1") + slip.typed[1:-1]
    return crockford.with_check(slip.selector + body)[slips.SELECTOR_LENGTH :]


def some_world(hall, luck):
    """Put session, slips and urn into some state, and return a parcel that may or may not fit."""
    first, second, *_ = hall.all_slips
    sealed = {
        slip.selector: hall.seal(slip, hall.marks(luck.choice(["good", "poor"]))) for slip in (first, second)
    }
    for slip in (first, second):
        if luck.random() < 0.4:
            cast(hall, slip, sealed[slip.selector])
    state = luck.choice([one.value for one in SlipState])
    if luck.random() < 0.6:
        force(Credential, {"selector": first.selector}, state=state, n_wrong=luck.choice([0, 4, 5]))
    if luck.random() < 0.3:
        force(
            EvaluationSession, {"pk": hall.session.pk}, state=luck.choice([one.value for one in SessionState])
        )
    own = sealed[first.selector]
    ciphertext = luck.choice(
        [own, own, hall_like(own), hall_like(own), sealed[second.selector], own[:-1], b"\x02" + own[1:], b""]
    )
    secret = luck.choice(
        [secret_text(first.secret)] * 4
        + [first.typed, first.typed, wrong_code(first), secret_text(second.secret), "x", first.typed[:-1]]
    )
    selector = luck.choice([first.selector] * 9 + ["0000", "", "ÄÖÜß", "\ud800" * 4])
    session_id = luck.choice([hall.session.pk] * 12 + [10**9, 10**40])
    return session_id, selector, secret, ciphertext


def hall_like(sealed):
    """Another ballot of the same length, as good as any to who cannot open it."""
    return sealed[:1] + random.Random(len(sealed)).randbytes(len(sealed) - 1)


@pytest.mark.parametrize("seed", range(4))
def test_one_round_trip_and_plain_way_agree(hall, seed):
    luck = random.Random(seed)
    said = set()

    for _ in range(60):
        with transaction.atomic():
            parcel = some_world(hall, luck)
            plain = looked_at(plain_cast, *parcel)
            ours = looked_at(service_cast, *parcel)
            transaction.set_rollback(True)
        assert ours == plain, parcel[:3]
        said.add(plain[0] if "_" in plain[0] else "counted")

    assert {"counted", "unknown_slip"} <= said


def test_envelope_lies_under_its_slip_with_its_voucher(hall):
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, hall.marks("good"))

    tracker = cast(hall, slip, sealed)

    entry = UrnEntry.objects.select_related("credential").get()
    assert (tracker, bytes(entry.ciphertext)) == (sealing.tracker_of(sealed), sealed)
    assert (entry.credential.selector, entry.credential.state) == (slip.selector, "online")
    assert is_vouched(bytes(entry.voucher), hall.session.pk, slip.selector, tracker)


def test_refused_copy_of_another_ballot_leaves_the_transaction_usable(hall):
    one, other = hall.all_slips[:2]
    sealed = hall.seal(one, {})
    cast(hall, one, sealed)

    with pytest.raises(BallotRefused):
        cast(hall, other, sealed)

    assert Credential.objects.get(selector=other.selector).state == "unused"
    assert UrnEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ballot_of_a_scanned_slip_asks_nothing_besides(django_assert_num_queries):
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, {})

    with django_assert_num_queries(0):  # its one statement goes past the list of queries
        cast(hall, slip, sealed)

    assert UrnEntry.objects.count() == 1


@pytest.fixture
def short_patience(transactional_db):
    """Wait for locks a tenth of a second only."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_TIMEOUT, ["100ms"])
        yield
        cursor.execute(LOCK_TIMEOUT, ["3s"])


def hold_session(session_id, is_held, may_go):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SESSION_LOCK + session_id])
            is_held.set()
            may_go.wait(60)
    finally:
        connections.close_all()


@contextlib.contextmanager
def session_held(session_id):
    """Somebody else has the session's lock until the block ends, or calls what it gets."""
    is_held, may_go = threading.Event(), threading.Event()
    thread = threading.Thread(target=hold_session, args=(session_id, is_held, may_go))

    def let_go():
        may_go.set()
        thread.join()

    thread.start()
    try:
        assert is_held.wait(30)
        yield let_go
    finally:
        let_go()


def test_busy_database_is_told_after_one_more_try(short_patience):
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, {})

    with session_held(hall.session.pk), pytest.raises(CastingBusy):
        cast(hall, slip, sealed)

    assert cast(hall, slip, sealed) == UrnEntry.objects.get().tracker


@contextlib.contextmanager
def at_first_failure(act):
    """Do ``act`` when the first try is logged to have failed, before the second begins."""

    def seen(_record):
        act()
        return True

    putting.logger.addFilter(seen)
    try:
        yield
    finally:
        putting.logger.removeFilter(seen)


def test_lock_that_is_free_by_the_second_try_is_not_noticed(short_patience, caplog):
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, {})

    with session_held(hall.session.pk) as let_go, at_first_failure(let_go):
        tracker = cast(hall, slip, sealed)

    assert UrnEntry.objects.get().tracker == tracker
    assert caplog.text.count("no ballot could be put") == 1


@pytest.mark.django_db(transaction=True)
def test_lost_connection_is_replaced_by_a_new_one():
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, {})
    lost = connection.connection.info.backend_pid
    end_backend(lost)

    tracker = cast(hall, slip, sealed)

    assert UrnEntry.objects.get().tracker == tracker
    assert connection.connection.info.backend_pid != lost


def end_backend(pid):
    with contextlib.closing(psycopg2.connect(current_database_url())) as link, link.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.fixture
def no_database(transactional_db):
    """Let the server be gone for a while, once the test says so."""
    there = connection.settings_dict["HOST"]

    def go():
        connection.close()
        connection.settings_dict["HOST"] = "/nowhere"

    yield go
    connection.settings_dict["HOST"] = there
    connection.close()


@pytest.mark.parametrize("is_typed", [False, True])
@pytest.mark.parametrize("name", ["cast_submit", "cast_status"])
def test_database_that_is_gone_answers_503_and_when_to_come_again(client, no_database, name, is_typed):
    hall = make_hall(n_slips=1, n_reviewees=1)
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip, secret=slip.typed if is_typed else secret_text(slip.secret))
    no_database()

    answer = post(client, name, hall, parcel)

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "2")
    assert answer["Cache-Control"] == "no-store"


# What became of a slip


def parcel_of(hall, slip, *, secret=None):
    return {
        "selector": slip.selector,
        "secret": secret or secret_text(slip.secret),
        "ciphertext": base64.b64encode(hall.seal(slip, hall.marks("good"))).decode(),
    }


def post(client, name, hall, parcel):
    address = reverse(f"evaluations:{name}", args=[hall.session.pk])
    return client.post(address, json.dumps(parcel), content_type="application/json")


def ask(client, hall, slip, secret=None):
    return post(
        client, "cast_status", hall, {"selector": slip.selector, "secret": secret or secret_text(slip.secret)}
    )


def test_slip_tells_its_holder_what_became_of_it(client, hall):
    slip, void, paper = hall.all_slips[:3]
    sealed = hall.seal(slip, {})
    force(Credential, {"selector": void.selector}, state="void")
    force(Credential, {"selector": paper.selector}, state="paper")

    before = ask(client, hall, slip)
    tracker = cast(hall, slip, sealed)
    answers = [before, ask(client, hall, slip), ask(client, hall, slip, slip.typed)]
    answers += [ask(client, hall, void), ask(client, hall, paper)]

    assert [answer.json() for answer in answers] == [
        {"state": "unused", "tracker": None},
        {"state": "online", "tracker": tracker},
        {"state": "online", "tracker": tracker},
        {"state": "void", "tracker": None},
        {"state": "paper", "tracker": None},
    ]
    assert {len(answer.content) for answer in answers} == {60}


def test_slip_tells_its_holder_even_after_closing(client, hall):
    slip = hall.all_slips[0]
    tracker = cast(hall, slip, hall.seal(slip, {}))
    hall.close()

    assert ask(client, hall, slip).json() == {"state": "online", "tracker": tracker}


@pytest.mark.parametrize("secret", ["x" * 22, "rubbish", ""])
def test_slip_tells_nobody_else(client, hall, secret):
    slip = hall.all_slips[0]

    answer = post(client, "cast_status", hall, {"selector": slip.selector, "secret": secret})

    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_slip")


def test_guesses_at_the_status_count_like_guesses_at_casting(client, hall):
    slip = hall.all_slips[0]
    wrong = wrong_code(slip)

    codes = [ask(client, hall, slip, wrong).json()["code"] for _ in range(6)]

    assert codes == ["unknown_slip"] * 5 + ["too_many_wrong"]
    with pytest.raises(SlipRefused) as refusal:
        cast(hall, slip, hall.seal(slip, {}), secret=slip.typed)
    assert refusal.value.code == "too_many_wrong"
    assert ask(client, hall, slip).status_code == 200


@pytest.mark.parametrize(
    "body", ["[]", "{}", "nothing", '{"selector": "0000"}', '{"selector": 1, "secret": ""}']
)
def test_malformed_question_is_400(client, hall, body):
    address = reverse("evaluations:cast_status", args=[hall.session.pk])

    answer = client.post(address, body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_body_that_is_too_long_is_413(client, hall):
    parcel = parcel_of(hall, hall.all_slips[0]) | {"ciphertext": "A" * 600_000}

    answer = post(client, "cast_submit", hall, parcel)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_long")


# The short way


def test_short_way_and_long_way_answer_the_same(client, hall, settings):
    slip = hall.all_slips[0]
    parcels = [parcel_of(hall, slip), parcel_of(hall, slip, secret="x" * 22), {}]
    names = ("cast_submit", "cast_status")
    short = [post(client, name, hall, parcel) for name in names for parcel in parcels]
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "short_way" not in one]

    long = [post(type(client)(), name, hall, parcel) for name in names for parcel in parcels]

    def shown(answer):
        kept = (
            "Content-Type",
            "Cache-Control",
            "Content-Length",
            "Content-Security-Policy",
            "Referrer-Policy",
        )
        return answer.status_code, answer.content, [answer.get(name) for name in kept]

    assert [shown(answer) for answer in short] == [shown(answer) for answer in long]
    assert [answer.status_code for answer in short] == [200, 409, 400] * 2


def test_hall_screen_gets_the_same_by_the_short_way(client, hall, settings):
    address = reverse("evaluations:hall_part", args=[hall.session.hall_key])
    first = client.get(address)
    tag = {"if-none-match": first["ETag"]}
    short = [first, client.get(address, headers=tag)]
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "short_way" not in one]

    long = [type(client)().get(address), type(client)().get(address, headers=tag)]

    def shown(answer):
        return answer.status_code, answer.content, answer["ETag"], answer["Cache-Control"]

    assert [shown(answer) for answer in short] == [shown(answer) for answer in long]
    assert [answer.status_code for answer in short] == [200, 304]


def test_unknown_hall_screen_takes_the_long_way(client, hall):
    answer = client.get(reverse("evaluations:hall_part", args=["nobody"]))

    assert answer.status_code == 404
    assert "default-src" in answer["Content-Security-Policy"]


def test_short_way_is_closed_where_https_is_demanded(client, hall, settings):
    settings.SECURE_SSL_REDIRECT = True

    answer = post(client, "cast_submit", hall, parcel_of(hall, hall.all_slips[0]))

    assert answer.status_code == 301
    assert not UrnEntry.objects.exists()


# Logs


@override_settings(DEBUG=True)
def test_no_log_line_names_a_slip_or_a_ballot(client, hall, caplog):
    for name in (None, "django.db.backends", "django.request", "apps"):
        caplog.set_level(logging.DEBUG, logger=name)
    one, two, three = hall.all_slips[:3]
    parcels = [
        parcel_of(hall, one),
        parcel_of(hall, two, secret=two.typed),
        parcel_of(hall, three, secret="x" * 22),
    ]
    parcels.append(
        parcels[0] | {"selector": three.selector, "secret": secret_text(three.secret)}
    )  # a copied ballot

    statuses = [post(client, "cast_submit", hall, parcel).status_code for parcel in parcels]
    asked = [ask(client, hall, slip).json() for slip in (one, two)]
    EvaluationSession.objects.get(pk=hall.session.pk)

    secrets = [slip.selector for slip in (one, two, three)] + [two.typed, secret_text(one.secret)]
    for parcel in parcels:
        ciphertext = base64.b64decode(parcel["ciphertext"])
        secrets += [ciphertext.hex()[:40], parcel["ciphertext"][:40], sealing.tracker_of(ciphertext)]
    assert (statuses, [one["state"] for one in asked]) == ([200, 200, 409, 409], ["online", "online"])
    assert "evaluations_evaluationsession" in caplog.text  # the SQL log is on
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_plain_copy_of_an_envelope_is_refused_by_the_table_too(hall):
    one, other = hall.all_slips[:2]
    cast(hall, one, hall.seal(one, {}))
    entry = UrnEntry.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        UrnEntry.objects.create(
            credential=Credential.objects.get(selector=other.selector), ciphertext=entry.ciphertext,
            tracker=entry.tracker, voucher=entry.voucher,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_bare_fault_of_the_driver_is_passing_and_what_the_server_refuses_is_not():
    """psycopg2 tells some ended connections as a bare DatabaseError; only the missing code tells it from a bug."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_function()")

    assert is_passing(DatabaseError("server closed the connection unexpectedly"))
    assert is_passing(OperationalError())
    assert not is_passing(refused.value)
    assert not is_passing(IntegrityError())
