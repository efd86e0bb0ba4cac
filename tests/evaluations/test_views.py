"""Pages of a session: what staff sees, and what the public page gives to everybody alike."""

import base64
import json
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from apps.evaluations import services
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.models import OpenedMark, UrnEntry
from tests.factories.accounts import make_user
from tests.factories.evaluations import AT, make_hall, make_session, make_verified

pytestmark = pytest.mark.django_db


def url(name, session, **more):
    return reverse(f"evaluations:{name}", kwargs={"session_id": session.pk} | more)


def clerk_of(session):
    return make_user(role="clerk", scope=session.cycle.host)


@pytest.fixture
def hall():
    return make_hall()


@pytest.fixture
def staff(client, hall):
    client.force_login(clerk_of(hall.session), backend="django.contrib.auth.backends.ModelBackend")
    return client


def pdf_text(response):
    assert response["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def post_sealed(client, hall, slip, *grades, **changes):
    parcel = {
        "selector": slip.selector,
        "secret": secret_text(slip.secret),
        "ciphertext": base64.b64encode(hall.seal(slip, hall.marks(*(grades or ("good",))))).decode(),
    } | changes
    return client.post(url("cast_submit", hall.session), json.dumps(parcel), content_type="application/json")


def test_casting_page_is_the_same_for_everybody(client, staff, hall):
    anonymous = type(client)().get(url("cast", hall.session))
    signed_in = staff.get(url("cast", hall.session))

    assert anonymous.content == signed_in.content
    assert anonymous.cookies == {}
    assert anonymous["Cache-Control"] == "public, max-age=15"
    assert "Cookie" not in anonymous.get("Vary", "")
    assert anonymous["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in anonymous["Content-Security-Policy"]
    assert b"csrf" not in anonymous.content
    assert hall.session.title in anonymous.content.decode()


def test_casting_page_answers_304_until_the_state_changes(client, hall):
    first = client.get(url("cast", hall.session))

    again = client.get(url("cast", hall.session), headers={"if-none-match": first["ETag"]})
    hall.close()
    after = client.get(url("cast", hall.session), headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert after.status_code == 200
    assert "投票已经截止" in after.content.decode()
    assert "<form" not in after.content.decode()


def test_casting_page_of_a_draft_says_to_wait(client):
    response = client.get(url("cast", make_session()))

    assert "还没有准备好" in response.content.decode()
    assert "<form" not in response.content.decode()


def test_sealed_ballot_is_answered_with_its_tracker(client, hall):
    response = post_sealed(client, hall, hall.all_slips[0])

    assert response.json() == {"tracker": UrnEntry.objects.get().tracker}
    assert response["Cache-Control"] == "no-store"
    assert response.cookies == {}


def test_casting_costs_few_queries_and_no_session(client, hall, django_assert_num_queries):
    slip = hall.all_slips[0]
    sealed = base64.b64encode(hall.seal(slip, hall.marks("good"))).decode()
    parcel = json.dumps({"selector": slip.selector, "secret": secret_text(slip.secret), "ciphertext": sealed})

    with django_assert_num_queries(
        2
    ):  # a savepoint in the test's transaction; the ballot's one statement is not logged
        client.post(url("cast_submit", hall.session), parcel, content_type="application/json")


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", '{"selector": 1, "secret": "", "ciphertext": ""}', '{"selector": "A", "secret": "b", "ciphertext": "*"}',
     '{"selector": "\\u0000", "secret": "b", "ciphertext": ""}', "\\xff"],
)  # fmt: skip
def test_malformed_parcel_is_400(client, hall, body):
    response = client.post(url("cast_submit", hall.session), body, content_type="application/json")

    assert response.status_code == 400


def test_refusal_is_409_in_words(client, hall):
    response = post_sealed(client, hall, hall.all_slips[0], secret="x" * 22)

    assert response.status_code == 409
    assert response.json()["code"] == "unknown_slip"
    assert "监票人" in response.json()["detail"]


def plain_answers(hall, slip, grade="good"):
    fields = {
        f"m-{part}-{subject}-{item}": value
        for part, rows in hall.marks(grade).items()
        for subject, row in rows.items()
        for item, value in row.items()
    }
    return fields | {"code": slip.typed_code.lower()}


def test_plain_form_is_sealed_by_the_server(client, hall):
    slip = hall.all_slips[0]

    response = client.post(url("cast", hall.session), plain_answers(hall, slip))

    entry = UrnEntry.objects.get()
    assert response.status_code == 200
    assert "已计入箱" in response.content.decode()
    assert entry.tracker[:4] + "-" in response.content.decode()
    assert len(entry.ciphertext) == hall.session.pad_bytes + 49


def test_plain_form_with_a_wrong_code_keeps_the_answers(client, hall):
    answers = plain_answers(hall, hall.all_slips[0]) | {"code": "0000-0000-0000-0001"}

    response = client.post(url("cast", hall.session), answers)

    page = response.content.decode()
    assert response.status_code == 409
    assert "票码不对" in page
    assert page.count('value="good" checked') == len(answers) - 1
    assert not UrnEntry.objects.exists()


def test_plain_and_sealed_ballots_have_one_length(client, hall):
    client.post(url("cast", hall.session), {"code": hall.all_slips[0].typed_code})
    client.post(url("cast", hall.session), plain_answers(hall, hall.all_slips[1], "fairly_good"))
    post_sealed(client, hall, hall.all_slips[2], "poor")

    assert {len(entry.ciphertext) for entry in UrnEntry.objects.all()} == {hall.session.pad_bytes + 49}


def test_ledger_hides_who_is_missing_while_voting_goes_on(staff, hall):
    page = staff.get(url("ledger", hall.session)).content.decode()

    assert "未交</th>" not in page
    assert "线上</th>" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_urn_is_opened_in_its_own_process(client):
    hall = make_hall(n_slips=2)
    for slip in hall.all_slips:
        hall.cast(slip, "good", "average")
    hall.close()
    client.force_login(clerk_of(hall.session), backend="django.contrib.auth.backends.ModelBackend")

    one_card = client.post(url("urn_open", hall.session), {"card_1": hall.cards[0], "card_2": ""})
    foreign = client.post(
        url("urn_open", hall.session), {"card_1": hall.cards[0], "card_2": make_hall().cards[1]}
    )
    right = client.post(url("urn_open", hall.session), {"card_1": hall.cards[2], "card_2": hall.cards[0]})

    hall.session.refresh_from_db()
    assert (one_card.status_code, foreign.status_code) == (422, 422)
    assert "不够两张" in one_card.content.decode()
    assert "与本场次不符" in foreign.content.decode()
    assert right["Location"] == url("ledger", hall.session)
    assert hall.session.state == "opened"
    assert OpenedMark.objects.count() == 8
    record = pdf_text(client.get(url("record", hall.session)))
    assert "开箱与计票" in record.replace("\n", "")
    assert client.get(url("ledger", hall.session)).status_code == 200
    make_verified(hall.session)
    services.release_results(hall.session.pk, actor=hall.actor, at=AT)
    assert "已发布" in client.get(url("session_detail", hall.session)).content.decode()


def test_outsider_and_other_roles_stay_out(client, hall):
    outsider = make_user(role="clerk")
    client.force_login(outsider, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url("session_detail", hall.session)).status_code == 404
    client.force_login(make_user(role="system_admin"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url("session_detail", hall.session)).status_code == 403
