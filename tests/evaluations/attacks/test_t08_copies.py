"""T8: somebody puts a copy of another person's sealed ballot under his own slip. It must not count."""

import pytest

from apps.evaluations import services
from apps.evaluations.domain import ballots, sealing
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.errors import BallotRefused, EnvelopesReplaced
from apps.evaluations.models import SessionClosing, UrnEntry
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import ITEMS, make_number_hall
from tests.evaluations.attacks.sql import as_superuser
from tests.factories.evaluations import AT

pytestmark = pytest.mark.django_db(transaction=True)

VICTIM = dict(zip(ITEMS, ("81", "32", "13"), strict=True))


def victim_and_thief():
    hall = make_number_hall(8)
    victim, thief, *others = hall.all_slips
    hall.cast_marks(victim, {hall.paper.parts[0].key: {hall.paper.subject_ids[0]: VICTIM}})
    for other in others:
        hall.cast_marks(other, {})
    return hall, victim, thief


def stolen(victim):
    return bytes(UrnEntry.objects.get(credential__selector=victim.selector).ciphertext)


def test_the_same_envelope_is_refused_under_another_slip():
    hall, victim, thief = victim_and_thief()

    with pytest.raises(BallotRefused):
        services.cast_ballot(
            hall.session.pk,
            selector=thief.selector,
            secret=secret_text(thief.secret),
            ciphertext=stolen(victim),
        )

    assert UrnEntry.objects.filter(credential__selector=thief.selector).count() == 0


def test_who_comes_before_the_victim_gains_nothing():
    """The envelope is caught on its way and arrives under the thief's slip first."""
    hall = make_number_hall(2)
    victim, thief = hall.all_slips
    caught = hall.seal(victim, {hall.paper.parts[0].key: {hall.paper.subject_ids[0]: VICTIM}})

    services.cast_ballot(
        hall.session.pk, selector=thief.selector, secret=secret_text(thief.secret), ciphertext=caught
    )
    hall.cast_marks(victim, {hall.paper.parts[0].key: {hall.paper.subject_ids[0]: VICTIM}})

    assert opened_copies(hall) == (1, "foreign")


def opened_copies(hall, **ways):
    """Close and open; return how often the victim's answers were counted, and why the other ballot was not."""
    services.close_voting(hall.session.pk, actor=hall.actor, at=AT, **ways)
    hall.open()
    counts = next(iter(SessionClosing.objects.get().opening_counts.values()))
    n = ask("SELECT count(*) FROM evaluations_openedmark WHERE marks ->> 'a' = %s", [VICTIM["a"]])[0][0]
    reasons = [name for name in ("foreign", "forged", "unreadable") if counts.get(name)]
    return n, " ".join(reasons)


def test_a_copy_made_in_the_database_does_not_count():
    """A superuser gives the copy another tracker, and then even the right one by dropping the rule that it is unique."""
    hall, victim, thief = victim_and_thief()
    hall.cast_marks(thief, {})
    with as_superuser():
        ask("ALTER TABLE evaluations_urnentry DROP CONSTRAINT IF EXISTS evaluations_urnentry_tracker_key")
        ask(
            "UPDATE evaluations_urnentry SET ciphertext = %s, tracker = %s WHERE credential_id = "
            "(SELECT id FROM evaluations_credential WHERE selector = %s)",
            [stolen(victim), sealing.tracker_of(stolen(victim)), thief.selector],
        )
    try:
        with pytest.raises(EnvelopesReplaced):
            hall.close()
        n, reason = opened_copies(hall, leave_out_replaced=True)
    finally:
        ask("TRUNCATE evaluations_urnentry")
        ask(
            "ALTER TABLE evaluations_urnentry ADD CONSTRAINT evaluations_urnentry_tracker_key UNIQUE (tracker)"
        )

    assert (n, reason) == (1, "")


# -- the weak variant: envelopes that do not say whose they are


def count_copies(seal, judge):
    """The attack in memory: seal for the victim, put it under both slips, count the victim's answers at opening."""
    envelope = seal("VICT")
    return sum(judge(slip, envelope) == VICTIM for slip in ("VICT", "THFF"))


@pytest.mark.parametrize("is_bound", [True, False])
def test_without_the_slip_inside_a_copy_counts(is_bound):
    hall = make_number_hall(1)
    paper = hall.paper
    private, public = sealing.new_key_pair()
    marks = {paper.parts[0].key: {paper.subject_ids[0]: VICTIM}}

    def seal(selector):
        text = ballots.ballot_text(paper, selector if is_bound else "", marks)
        return sealing.seal(public, ballots.pad(text, hall.session.pad_bytes))

    def judge(selector, envelope):
        verdict = ballots.judge(paper, selector if is_bound else "", sealing.unseal(private, envelope))
        return verdict.marks and verdict.marks[paper.parts[0].key][paper.subject_ids[0]]

    assert count_copies(seal, judge) == (1 if is_bound else 2)
