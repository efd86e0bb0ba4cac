"""T15: after the purge, two cards and an old backup of the database open nothing: the hold, outside the database, is gone.

The weak variant is the same backup while the hold is still there: it opens.
"""

from datetime import timedelta

import pytest

from apps.common.errors import DomainError
from apps.evaluations import services
from apps.evaluations.domain import key_cards, sealing
from apps.evaluations.errors import HoldMissing
from apps.evaluations.kit import holds
from apps.evaluations.models import Credential, EvaluationSession, UrnEntry
from apps.scoring.services import verify_session
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import cast_all, dice, make_number_hall
from tests.evaluations.attacks.scene import find
from tests.factories.evaluations import AT

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.xdist_group("attacked system")]


def open_old_backup(story, *, hold=""):
    """Restore the backup of the closed urn and open it there with two cards, by mistake or on purpose."""
    hall = story.scene.hall
    with story.scene.looking(), story.scene.restored(story.backups["closed"]):
        assert ask("SELECT count(*) FROM evaluations_openedmark") == [(0,)]
        services.open_urn(hall.session.pk, cards=hall.cards[1:], hold=hold, actor=hall.actor, at=AT)
        return ask("SELECT count(*) FROM evaluations_openedmark")[0][0]


def shred(story):
    """Do to the hold what the purge does."""
    with story.scene.looking():
        session = EvaluationSession.objects.get(pk=story.scene.hall.session.pk)
        return holds.shred_hold(session.pk, bytes(session.public_key))


def test_an_old_backup_opens_only_while_the_hold_is_there(story):
    story.opened()
    n_ballots = len(story.scene.hall.all_slips)
    kept = holds_kept(story)

    assert open_old_backup(story) == 2 * n_ballots

    assert shred(story)
    with pytest.raises(HoldMissing):
        open_old_backup(story)
    assert find(story.scene.files(), [kept.hex()]) == []
    assert [str(path) for path in story.scene.files() if kept in path.read_bytes()] == []


def holds_kept(story):
    with story.scene.looking():
        session = EvaluationSession.objects.get(pk=story.scene.hall.session.pk)
        return holds.find_hold(session.pk, bytes(session.public_key))


# -- the real purge, in one database


@pytest.mark.django_db(transaction=True)
def test_purge_takes_the_hold_and_leaves_nothing_that_opens(settings):
    hall = make_number_hall(6)
    cast_all(hall, dice(15), n_writers=2)
    hall.close()
    sealed = [bytes(one) for one in UrnEntry.objects.values_list("ciphertext", flat=True)]
    hall.open()
    verify_session(hall.session.pk, actor=hall.actor, at=AT)
    services.release_results(hall.session.pk, actor=hall.actor, at=AT)
    public_key = bytes(EvaluationSession.objects.get(pk=hall.session.pk).public_key)
    assert unsealed_by(hall, public_key, sealed) == len(sealed)

    services.purge_session(hall.session.pk, actor=hall.actor, at=AT + timedelta(days=60))

    assert unsealed_by(hall, public_key, sealed) == 0
    assert (UrnEntry.objects.count(), Credential.objects.count()) == (0, 0)
    assert list(settings.HOLDS_DIR.glob(f"{hall.session.pk}-*")) == []


def unsealed_by(hall, public_key, sealed):
    """The attacker has the cards and the old rows: return how many envelopes two cards and whatever hold is left open."""
    hold = holds.find_hold(hall.session.pk, public_key)
    try:
        key = key_cards.join_cards(
            hall.cards[:2], session_id=hall.session.pk, public_key=public_key, hold=hold
        )
    except DomainError:
        key = card_secret_alone(hall)
    return sum(sealing.unseal(key, one) is not None for one in sealed)


def card_secret_alone(hall):
    """Without the hold: what the cards give by themselves, taken for the key."""
    return key_cards._combined([key_cards.read_card(text) for text in hall.cards[:2]])
