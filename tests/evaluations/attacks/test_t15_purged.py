"""T15: after the purge, two cards and an old backup of the database open nothing: the hold, outside the database, is gone.

The weak variant is the same backup while the hold is still there: it opens.
"""

import pytest

from apps.evaluations import services
from apps.evaluations.errors import HoldMissing
from apps.evaluations.kit import holds
from apps.evaluations.models import EvaluationSession
from tests.evaluations.attacks.evidence import ask
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
