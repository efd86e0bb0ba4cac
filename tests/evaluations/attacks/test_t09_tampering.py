"""T9: somebody deletes, alters or adds envelopes behind the application's back after the voting was closed.

The attacker is a superuser of the database, but has neither the server's secret nor the key cards. Opening has to refuse, or
to say in its counts that an envelope was not valid; nothing may pass in silence.
"""

import pytest
from django.db import transaction

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError
from apps.evaluations.domain import ballots, sealing
from apps.evaluations.domain.trackers import merkle_root
from apps.evaluations.models import Credential, SessionClosing, UrnEntry
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import make_number_hall
from tests.evaluations.attacks.sql import as_superuser

pytestmark = pytest.mark.django_db(transaction=True)

N_CAST = 6


def closed_hall():
    hall = make_number_hall(N_CAST + 2)
    part, subject = hall.paper.parts[0].key, hall.paper.subject_ids[0]
    for n, slip in enumerate(hall.all_slips[:N_CAST]):
        hall.cast_marks(slip, {part: {subject: {"a": str(n)}}})
    hall.close()
    return hall


def forged_envelope(hall, selector, public_key=None):
    """Seal the best marks for a slip: the public key is public."""
    marks = {hall.paper.parts[0].key: {hall.paper.subject_ids[0]: {"a": "100"}}}
    text = ballots.ballot_text(hall.paper, selector, marks)
    return sealing.seal(
        public_key or bytes(hall.session.public_key), ballots.pad(text, hall.session.pad_bytes)
    )


def one(selector):
    return Credential.objects.get(selector=selector).pk


def delete_one(hall):
    ask("DELETE FROM evaluations_urnentry WHERE credential_id = %s", [one(hall.all_slips[0].selector)])


def alter_one(hall):
    envelope = forged_envelope(hall, hall.all_slips[0].selector)
    ask(
        "UPDATE evaluations_urnentry SET ciphertext = %s WHERE credential_id = %s",
        [envelope, one(hall.all_slips[0].selector)],
    )


def alter_one_with_tracker(hall):
    envelope = forged_envelope(hall, hall.all_slips[0].selector)
    ask(
        "UPDATE evaluations_urnentry SET ciphertext = %s, tracker = %s WHERE credential_id = %s",
        [envelope, sealing.tracker_of(envelope), one(hall.all_slips[0].selector)],
    )


def add_one(hall):
    slip = hall.all_slips[-1]
    envelope = forged_envelope(hall, slip.selector)
    ask(
        "INSERT INTO evaluations_urnentry (credential_id, ciphertext, tracker, voucher) VALUES (%s, %s, %s, %s)",
        [one(slip.selector), envelope, sealing.tracker_of(envelope), b"\x00" * 32],
    )
    ask("UPDATE evaluations_credential SET state = 'online' WHERE selector = %s", [slip.selector])


def swap_two(hall):
    """Two envelopes change places: the list of trackers stays the same."""
    first, second = UrnEntry.objects.filter(credential__selector__in=[s.selector for s in hall.all_slips[:2]])
    ask("DELETE FROM evaluations_urnentry WHERE credential_id IN (%s, %s)", [first.pk, second.pk])
    for place, entry in ((first.pk, second), (second.pk, first)):
        ask(
            "INSERT INTO evaluations_urnentry (credential_id, ciphertext, tracker, voucher) VALUES (%s, %s, %s, %s)",
            [place, bytes(entry.ciphertext), entry.tracker, bytes(entry.voucher)],
        )


def change_form(hall):
    ask(
        "UPDATE evaluations_evaluationsession SET form = jsonb_set(form, '{title}', '\"x\"') WHERE id = %s",
        [hall.session.pk],
    )


ALTERATIONS = (delete_one, alter_one, alter_one_with_tracker, add_one, swap_two, change_form)


def is_silent(hall, alter):
    """Alter, open, and tell whether everything looks well afterwards. The alteration is taken back."""
    with transaction.atomic():
        with as_superuser():
            alter(hall)
        try:
            hall.open()
            counts = SessionClosing.objects.get().opening_counts
            silent = (
                sum(row["valid"] for row in counts.values())
                == N_CAST
                == sum(row["returned"] for row in counts.values())
            )
        except DomainError:
            silent = False
        transaction.set_rollback(True)
    return silent


def nothing(hall):
    """What an honest hall looks like."""


def test_nothing_that_was_altered_passes_in_silence():
    hall = closed_hall()

    assert is_silent(hall, nothing)
    assert {alter.__name__: is_silent(hall, alter) for alter in ALTERATIONS} == {
        alter.__name__: False for alter in ALTERATIONS
    }


def test_who_also_rewrites_the_closing_is_found_by_the_chained_log():
    """One envelope and its slip vanish, and ledger, list and root are written anew to match."""
    hall = closed_hall()
    gone = hall.all_slips[0].selector

    with as_superuser():
        delete_one(hall)
        ask("UPDATE evaluations_credential SET state = 'unused' WHERE selector = %s", [gone])
        left = sorted(UrnEntry.objects.values_list("tracker", flat=True))
        closing = SessionClosing.objects.get()
        for line in closing.ledger["groups"]:
            line["n_online"], line["n_unused"] = line["n_online"] - 1, line["n_unused"] + 1
        closing.trackers, closing.merkle_root = left, merkle_root(left)
        closing.save()

    logged = AuditEntry.objects.get(action="evaluations.voting_closed", object_id=str(hall.session.pk))
    assert logged.details["merkle_root"] != SessionClosing.objects.get().merkle_root
    with pytest.raises(DomainError):
        hall.open()


# -- the weak variant: an opening that reads what lies there


def weak_opening(rows, private_key, paper):
    """Count everything that can be opened, without list, root or voucher."""
    verdicts = [
        ballots.judge(paper, selector, sealing.unseal(private_key, sealed)) for selector, sealed in rows
    ]
    return sum(verdict.marks is not None for verdict in verdicts)


def test_without_list_and_root_deleting_and_altering_are_silent():
    hall = make_number_hall(1)
    private, public = sealing.new_key_pair()

    def seal(selector, answer):
        marks = {hall.paper.parts[0].key: {hall.paper.subject_ids[0]: {"a": answer}}}
        return selector, sealing.seal(public, ballots.pad(ballots.ballot_text(hall.paper, selector, marks), hall.session.pad_bytes))  # fmt: skip

    honest = [seal(f"SL{n:02}", "1") for n in range(N_CAST)]
    altered = [seal("SL00", "100"), *honest[1:]]
    deleted = honest[1:]

    assert weak_opening(honest, private, hall.paper) == N_CAST
    assert weak_opening(altered, private, hall.paper) == N_CAST
    assert weak_opening(deleted, private, hall.paper) == len(deleted)
