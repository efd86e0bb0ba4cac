"""F01, F03-F05, F20, F23, F24, F29, F30: one ballot on its way from one phone, over a network that lies, cuts and repeats."""

import contextlib
import datetime
import http.client
import json
import ssl
import threading

import pytest
from django.urls import reverse

from apps.evaluations import services
from apps.evaluations.models import UrnEntry
from tests.factories.accounts import make_user
from tests.factories.evaluations import make_hall
from tests.faults.injectors import FINE, PORTAL, Plan, Proxy
from tests.faults.invariants import check_invariants, settle
from tests.faults.phones import NOTHING, ask, at_once, deliver, parcel_of, post, send
from tests.faults.seeds import dice, rounds

pytestmark = pytest.mark.django_db(transaction=True)
FAST = 0.01


@pytest.fixture
def port(live_server, caplog):
    caplog.set_level("DEBUG")
    return live_server.thread.port


@pytest.fixture
def hall(transactional_db):
    return make_hall(n_slips=3, n_reviewees=2)


def test_f01_double_click_is_one_ballot(port, hall, caplog):
    parcel, luck = parcel_of(hall, hall.all_slips[0]), dice("F01")
    later = threading.Event()

    def second():
        later.wait(luck.uniform(0.003, 0.007))
        return send(port, parcel)

    answers = at_once(lambda: send(port, parcel), second)

    assert [one.proves(parcel) for one in answers] == [True, True]
    assert UrnEntry.objects.count() == 1
    settle(
        hall,
        acknowledged={parcel.selector: parcel.tracker},
        sent={parcel.selector: {parcel.tracker}},
        logs=caplog.text,
    )


def test_f03_two_devices_one_slip_one_ballot(port, hall, caplog):
    slip, other = hall.all_slips[:2]
    first, second = parcel_of(hall, slip, "good"), parcel_of(hall, slip, "poor")
    lone = parcel_of(hall, other)

    one_after_another = [send(port, parcel) for parcel in (first, second)]
    assert [one.status for one in one_after_another] == [200, 200]
    check_invariants(
        hall,
        acknowledged={slip.selector: second.tracker},
        sent={slip.selector: {first.tracker, second.tracker}},
    )
    answers = at_once(
        *(lambda parcel=parcel: send(port, parcel) for parcel in (first, second, lone, first, second))
    )

    assert [one.status for one in answers] == [200] * 5
    assert UrnEntry.objects.count() == 2
    both = {first.tracker, second.tracker}
    settle(
        hall,
        acknowledged={slip.selector: both, other.selector: lone.tracker},
        sent={slip.selector: both, other.selector: {lone.tracker}},
        logs=caplog.text,
    )


def test_f04_answer_lost_after_the_commit_is_found_again(port, hall, caplog):
    luck = dice("F04")
    slips = hall.all_slips
    parcels = [parcel_of(hall, slip) for slip in slips]
    sent = {one.selector: {one.tracker} for one in parcels}

    for n, parcel in enumerate(parcels):
        with Proxy(port, [Plan(cut_answer=luck.choice((0, 1, 12, 40, 200)))]) as network:
            assert send(network.port, parcel).proves(parcel) is False
            assert UrnEntry.objects.count() == n + 1
            told = ask(network.port, parcel)
            assert (told.status, told.content) == (200, {"state": "online", "tracker": parcel.tracker})
            assert deliver(network.port, parcel, luck, pace=FAST).proves(parcel)

    settle(hall, acknowledged={one.selector: one.tracker for one in parcels}, sent=sent, logs=caplog.text)


def test_f05_request_cut_anywhere_leaves_nothing(port, hall, caplog):
    """The line breaks after n bytes, for n over the whole request: never half a ballot, and the whole one still goes through."""
    luck = dice("F05")
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip)
    length = len(parcel.body) + 150
    places = sorted({0, 1, 60, length - 152, *(luck.randrange(length - 152) for _ in range(rounds(200, 25)))})

    for place in places:
        with Proxy(port, [Plan(cut_request=place)]) as network:
            assert send(network.port, parcel) == NOTHING
        assert UrnEntry.objects.count() == 0
        check_state = ask(port, parcel)
        assert check_state.content == {"state": "unused", "tracker": None}

    assert send(port, parcel).proves(parcel)
    settle(
        hall,
        acknowledged={parcel.selector: parcel.tracker},
        sent={parcel.selector: {parcel.tracker}},
        logs=caplog.text,
    )


def test_f05_body_shorter_than_announced_but_whole_line_is_refused(port, hall):
    """A proxy that ends the request in good order after half of it."""
    parcel = parcel_of(hall, hall.all_slips[0])

    answers = [
        post(port, parcel.path, parcel.body[:n]) for n in (1, len(parcel.body) // 2, len(parcel.body) - 1)
    ]

    assert [(one.status, one.content.get("code")) for one in answers] == [(400, "malformed")] * 3
    settle(hall, acknowledged={}, sent={parcel.selector: {parcel.tracker}})


def test_f20_expired_certificate_lets_nothing_through_and_loses_nothing(port, hall, tmp_path, caplog):
    parcel = parcel_of(hall, hall.all_slips[0])
    expired = make_certificate(tmp_path / "old", valid_until=-1)
    fresh = make_certificate(tmp_path / "new", valid_until=30)

    with (
        Proxy(port, certificate=expired) as network,
        pytest.raises(ssl.SSLCertVerificationError, match="expired"),
    ):
        send_over_tls(network.port, parcel, expired)
    assert (UrnEntry.objects.count(), ask(port, parcel).content["state"]) == (0, "unused")
    with Proxy(port, certificate=fresh) as network:
        answer = send_over_tls(network.port, parcel, fresh)

    assert answer == {"tracker": parcel.tracker}
    settle(
        hall,
        acknowledged={parcel.selector: parcel.tracker},
        sent={parcel.selector: {parcel.tracker}},
        logs=caplog.text,
    )


def make_certificate(folder, *, valid_until):
    """Make a certificate for this machine that ends so many days from now."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)  # noqa: TID251 -- certificates are judged by the real clock
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=40))
        .not_valid_after(now + datetime.timedelta(days=valid_until))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


def send_over_tls(port, parcel, certificate):
    """Send like a browser that trusts whoever signed the certificate, and looks at its dates."""
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    link = http.client.HTTPSConnection("localhost", port, timeout=30, context=trust)
    with contextlib.closing(link):
        link.request("POST", parcel.path, parcel.body, {"Content-Type": "application/json"})
        return json.loads(link.getresponse().read())


def test_f23_portal_that_answers_200_is_no_receipt(port, hall, caplog):
    """The page's own script is held to this in a browser; here that nothing but the tracker proves a ballot."""
    luck, parcel = dice("F23"), parcel_of(hall, hall.all_slips[0])
    fake = b'HTTP/1.1 200 OK\r\nContent-Length: 24\r\nConnection: close\r\n\r\n{"tracker":"0000000000"}'

    with Proxy(port, [Plan(answer=PORTAL), Plan(answer=fake)]) as network:
        assert [send(network.port, parcel).proves(parcel) for _ in range(2)] == [False, False]
        assert UrnEntry.objects.count() == 0
        network.plans += [Plan(answer=PORTAL)] * luck.randint(2, 5) + [FINE]
        assert deliver(network.port, parcel, luck, pace=FAST).proves(parcel)

    settle(
        hall,
        acknowledged={parcel.selector: parcel.tracker},
        sent={parcel.selector: {parcel.tracker}},
        logs=caplog.text,
    )


def test_f24_page_of_another_session_cannot_cast_here(port, hall, client, caplog):
    """A cache hands out another session's page: its ballots go to that session, where the slip is unknown."""
    other = make_hall(n_slips=2, n_reviewees=2)
    slip = hall.all_slips[0]
    own, foreign = (client.get(reverse("evaluations:cast", args=[one.session.pk])) for one in (hall, other))
    from_cached_page = parcel_of(other, slip)

    answer = send(port, from_cached_page)

    assert own["ETag"] != foreign["ETag"]
    assert "max-age=15" in own["Cache-Control"]
    assert own["Vary"] == foreign["Vary"] == "Accept-Encoding"
    assert (answer.status, answer.content["code"]) == (409, "unknown_slip")
    assert "您填写的内容还在本页" in answer.content["detail"]
    parcel = parcel_of(hall, slip)
    assert send(port, parcel).proves(parcel)
    settle(
        hall,
        acknowledged={slip.selector: parcel.tracker},
        sent={slip.selector: {parcel.tracker}},
        logs=caplog.text,
    )
    settle(other, acknowledged={}, sent={})


@pytest.mark.parametrize("days", [-1, 1])
def test_f29_device_clock_off_by_a_day_changes_nothing(port, hall, days):
    """Neither ballot nor answer holds a time; what a device says of its clock is not heard."""
    parcel = parcel_of(hall, hall.all_slips[0])
    said = datetime.datetime(2026, 12, 20, tzinfo=datetime.UTC) + datetime.timedelta(days=days)
    headers = {
        "Date": said.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "If-Modified-Since": said.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }

    answer = send(port, parcel, headers=headers)

    assert answer.content == {"tracker": parcel.tracker}
    assert "set-cookie" not in answer.headers
    settle(hall, acknowledged={parcel.selector: parcel.tracker}, sent={parcel.selector: {parcel.tracker}})


def test_f30_battery_dies_after_sending_and_the_steward_sees_it_has_arrived(port, hall, client):
    slip, unsent = hall.all_slips[:2]
    parcel = parcel_of(hall, slip)
    client.force_login(make_user("clerk", hall.session.cycle.host))
    with Proxy(port, [Plan(cut_answer=0)]) as network:
        send(network.port, parcel)

    said = [steward_says(client, hall, one) for one in (slip, unsent)]

    assert said == ["已交", "未交"]
    settle(hall, acknowledged={parcel.selector: parcel.tracker}, sent={parcel.selector: {parcel.tracker}})


def steward_says(client, hall, slip):
    path = reverse("evaluations:steward_slip", args=[hall.session.pk])
    return client.post(path, {"selector": slip.selector}).context["answer"][1]


def test_f30_rescanned_slip_gets_the_same_receipt(port, hall):
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip)
    with Proxy(port, [Plan(cut_answer=3)]) as network:
        send(network.port, parcel)

    told = ask(port, parcel)

    assert told.content == {"state": "online", "tracker": parcel.tracker}
    assert services.slip_status(hall.session.pk, selector=slip.selector, secret=slip.typed) == (
        "online",
        parcel.tracker,
    )
    settle(hall, acknowledged={}, sent={parcel.selector: {parcel.tracker}})
