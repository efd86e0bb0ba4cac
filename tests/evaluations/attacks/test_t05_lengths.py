"""T5: a sealed ballot is as long as any other: empty or with the longest words, whatever is chosen, whoever sealed it."""

import base64
import json
import string

import pytest
from django.urls import reverse

from apps.evaluations import services
from apps.evaluations.domain import ballots, sealing
from apps.evaluations.domain.ballots import COMMENT
from apps.evaluations.domain.slips import secret_text
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import ITEMS, make_number_hall, numbers, with_comments
from tests.factories.evaluations import make_hall

pytestmark = pytest.mark.django_db

LONGEST = 60
WORDS = ("", "好", "x" * LONGEST, "述" * LONGEST, "𠮷" * LONGEST, '"' * LONGEST, "\\" * LONGEST)


def contents(hall):
    """Yield marks and words of very unlike length: nothing at all, everything short, everything long."""
    part, subjects = hall.paper.parts[0].key, hall.paper.subject_ids
    for answer in ("", "0", "7", "100"):
        row = dict.fromkeys(ITEMS, answer) if answer else {}
        marks = {part: dict.fromkeys(subjects, row)} if answer else {}
        for words in WORDS:
            texts = {part: {subject: {COMMENT: words} for subject in subjects}} if words else None
            yield marks, texts


def lengths(hall, seal):
    return {len(seal(hall, marks, texts)) for marks, texts in contents(hall)}


def request_of(hall, marks, texts):
    slip = hall.all_slips[0]
    parcel = {
        "selector": slip.selector,
        "secret": secret_text(slip.secret),
        "ciphertext": base64.b64encode(hall.seal(slip, marks, texts=texts)).decode(),
    }
    return json.dumps(parcel).encode()


def unpadded_request_of(hall, marks, texts):
    text = ballots.ballot_text(hall.paper, hall.all_slips[0].selector, marks, texts)
    return sealing.seal(bytes(hall.session.public_key), text)


def test_all_requests_have_one_length():
    hall = make_number_hall(1, n_reviewees=3, template=with_comments())

    assert len(lengths(hall, request_of)) == 1


def test_without_padding_the_length_tells():
    hall = make_number_hall(1, n_reviewees=3, template=with_comments())

    assert len(lengths(hall, unpadded_request_of)) > 15


def test_all_rows_and_answers_have_one_length(client):
    hall = make_number_hall(len(WORDS) * 4, n_reviewees=3, template=with_comments())
    url = reverse("evaluations:cast_submit", args=[hall.session.pk])
    answers = set()
    for slip, (marks, texts) in zip(hall.all_slips, contents(hall), strict=True):
        sealed = hall.seal(slip, marks, texts=texts)
        parcel = {"selector": slip.selector, "secret": secret_text(slip.secret), "ciphertext": base64.b64encode(sealed).decode()}  # fmt: skip
        answer = client.post(url, json.dumps(parcel), content_type="application/json")
        answers.add((answer.status_code, len(answer.content)))

    rows = ask("SELECT DISTINCT octet_length(ciphertext), pg_column_size(ciphertext), pg_column_size(u) FROM evaluations_urnentry u")  # fmt: skip

    assert len(answers) == 1
    assert len(rows) == 1
    assert rows[0][0] == hall.session.pad_bytes + sealing.OVERHEAD


def test_without_a_script_the_row_is_as_long():
    """The server seals: what lies in the urn has the same length as what a browser sealed."""
    hall = make_number_hall(5, n_reviewees=3, template=with_comments())
    slips = iter(hall.all_slips)
    every = list(contents(hall))
    for marks, texts in (every[0], every[-1], every[len(every) // 2]):
        slip = next(slips)
        services.seal_and_cast(
            hall.session.pk, selector=slip.selector, secret=slip.typed, marks=marks, texts=texts
        )
    hall.cast_marks(next(slips), every[-1][0], texts=every[-1][1])

    assert len(ask("SELECT DISTINCT pg_column_size(u) FROM evaluations_urnentry u")) == 1


def test_options_with_keys_of_any_length_make_no_difference():
    hall = make_hall(n_slips=1, n_reviewees=2)
    keys = [option.key for scale in hall.paper.parts[0].template.scales for option in scale.options]

    found = {
        len(request_of(hall, hall.marks(*grades), None))
        for grades in [*((k,) for k in keys), (None,), tuple(keys)]
    }

    assert len({len(key) for key in keys}) > 1
    assert len(found) == 1


def test_database_refuses_another_length():
    from django.db import IntegrityError, transaction

    hall = make_number_hall(2, template=numbers())
    hall.cast_marks(hall.all_slips[0], {})

    for change in ("substr(ciphertext, 2)", "ciphertext || '\\x00'::bytea"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(f"UPDATE evaluations_urnentry SET ciphertext = {change}")


def test_alphabet_of_receipts_has_one_length():
    hall = make_number_hall(3)

    trackers = [hall.cast_marks(slip, {}) for slip in hall.all_slips]

    assert {len(tracker) for tracker in trackers} == {16}
    assert set("".join(trackers)) <= set(string.digits + string.ascii_uppercase)
