"""T10: whoever can write to the database fills the urn for slips nobody used, before the voting is closed.

The envelope is made as it has to be, with the public key and the right slip inside; only the voucher, which needs the server's
secret, can not be made.
"""

import pytest
from django.conf import settings

from apps.common.errors import DomainError
from apps.evaluations.domain import ballots, sealing
from apps.evaluations.kit.vouchers import is_vouched, voucher_for
from apps.evaluations.models import Credential, SessionClosing, UrnEntry
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import make_number_hall
from tests.evaluations.attacks.sql import as_superuser
from tests.evaluations.attacks.test_t09_tampering import forged_envelope

pytestmark = pytest.mark.django_db(transaction=True)

N_HONEST = 5


def half_used_hall():
    hall = make_number_hall(N_HONEST + 3)
    for slip in hall.all_slips[:N_HONEST]:
        hall.cast_marks(slip, {})
    return hall


def vouchers(hall):
    """What somebody who can read and write tables may try."""
    honest = bytes(UrnEntry.objects.first().voucher)
    return {"empty": b"", "nought": b"\x00" * len(honest), "another's": honest, "guessed key": None}


def stuff(hall, slip, voucher):
    """Put a ballot into the urn by SQL as the slip's holder would have cast it."""
    envelope = forged_envelope(hall, slip.selector)
    ask(
        "INSERT INTO evaluations_urnentry (credential_id, ciphertext, tracker, voucher) VALUES (%s, %s, %s, %s)",
        [Credential.objects.get(selector=slip.selector).pk, envelope, sealing.tracker_of(envelope), voucher],
    )
    ask("UPDATE evaluations_credential SET state = 'online' WHERE selector = %s", [slip.selector])
    return envelope


@pytest.mark.parametrize("name", ["empty", "nought", "another's"])
@pytest.mark.parametrize("past_triggers", [False, True])
def test_a_ballot_put_there_by_sql_does_not_count(name, past_triggers):
    hall = half_used_hall()
    voucher = vouchers(hall)[name]

    if past_triggers:
        with as_superuser():
            stuff(hall, hall.all_slips[-1], voucher)
    else:
        stuff(hall, hall.all_slips[-1], voucher)

    assert n_counted(hall) == N_HONEST


def n_counted(hall):
    """Close and open; return how many ballots count. A refusal counts nobody's and is told."""
    try:
        hall.close()
        hall.open()
    except DomainError:
        return N_HONEST
    counts = SessionClosing.objects.get().opening_counts
    assert sum(row["returned"] for row in counts.values()) == N_HONEST + 1
    best = ask("SELECT count(*) FROM evaluations_openedmark WHERE marks ->> 'a' = '100'")[0][0]
    assert best == 0
    return sum(row["valid"] for row in counts.values())


def test_a_voucher_of_another_servers_secret_is_none(settings):
    ours = settings.SECRET_KEY
    settings.SECRET_KEY = "guessed" * 10
    guessed = voucher_for(1, "ABCD", "T" * 16)
    settings.SECRET_KEY = ours

    assert not is_vouched(guessed, 1, "ABCD", "T" * 16)
    assert is_vouched(voucher_for(1, "ABCD", "T" * 16), 1, "ABCD", "T" * 16)


def test_the_servers_secret_is_not_in_the_database():
    half_used_hall()
    found = ask(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname LIKE 'evaluations_%%'"
    )

    for (table,) in found:
        rows = ask(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{settings.SECRET_KEY}%"])
        assert rows == [(0,)]
    assert len(found) > 8


# -- the weak variant: the opening believes every row


def test_without_vouchers_the_stuffed_ballot_counts():
    """The same forged envelope, judged as an opening would that knows no vouchers."""
    hall = make_number_hall(1)
    private, public = sealing.new_key_pair()
    slip = hall.all_slips[0]

    envelope = forged_envelope(hall, slip.selector, public)

    marks = ballots.judge(hall.paper, slip.selector, sealing.unseal(private, envelope)).marks
    assert marks == {hall.paper.parts[0].key: {hall.paper.subject_ids[0]: {"a": "100"}}}
