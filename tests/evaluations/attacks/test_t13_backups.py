"""T13: yesterday's backup is restored, the write-ahead log replayed to any place, and what is seen there laid beside the opened marks.

A backup is a look at the slips at a moment of the attacker's choice. In a design that writes plain ballots one look is enough.
"""

import pytest

from tests.evaluations.attacks import linking, odds, weak
from tests.evaluations.attacks.acts import N_WEAK, look
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.test_t01_links import MARKS, SLIPS, URN

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.xdist_group("attacked system")]


def look_back(story, backup, lsn=None):
    """Restore a backup up to a place in the log; return sights of slips, urn and of the weak tables, and what was in the urn."""
    with story.scene.restored(story.backups[backup], lsn=lsn):
        sights = {table.table: look(table) for table in (SLIPS, URN, weak.SLIPS, weak.BALLOTS)}
        return sights, ask("SELECT count(*) FROM evaluations_urnentry")[0][0]


def attack(story, sights):
    """Return attack -> hits against the opened marks."""
    with story.scene.looking():
        marks = look(MARKS_OF_FIRST)
    truth = story.scene.truth
    return {
        f"{table} {attack}": n
        for table in (SLIPS.table, URN.table)
        for attack, n in linking.hits(truth, sights[table], marks).items()
    }


MARKS_OF_FIRST = MARKS.among("subject_id = (SELECT min(id) FROM evaluations_sessionsubject)")


@pytest.mark.parametrize(
    ("backup", "place", "is_whole"),
    [("empty", "middle", False), ("empty", "opened", True), ("closed", None, True)],
)
def test_no_backup_links_slips_to_marks(story, backup, place, is_whole):
    story.opened()
    n_slips = len(story.scene.hall.all_slips)

    sights, n_in_urn = look_back(story, backup, story.lsn.get(place))
    found = attack(story, sights)

    assert (n_in_urn == n_slips) if is_whole else (n_slips // 3 < n_in_urn < n_slips)
    assert len(found) > 30
    assert {name: n for name, n in found.items() if n > odds.most_hits(3 * len(found))} == {}


def test_one_backup_is_enough_for_the_weak_design(story):
    story.opened()

    sights, _ = look_back(story, "empty", story.lsn["voted"])
    found = linking.hits(story.weak_truth, sights[weak.SLIPS.table], sights[weak.BALLOTS.table])

    assert found["transaction: xmin | xmin"] == N_WEAK
