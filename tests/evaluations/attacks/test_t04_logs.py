"""T4: no log names a slip, a secret, an envelope, a receipt or an answer, whatever goes wrong and however loud the logs are.

Every logger stands at DEBUG, the database logs every statement and every error with its details; the same ballot is sent again, under
another slip, malformed; the server fails, deadlocks, is refused by the database, its processes are killed.
"""

import re

import pytest

from tests.evaluations.attacks.acts import WEAK, WEAK_SLIP, answers, said, slip_needles

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.xdist_group("attacked system")]

WORD = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{4}(?![0-9A-Za-z])")


def selectors_in(logs, selectors):
    """Return the slips named in a log. Only those that cannot be a number, a word or a place in the write-ahead log."""
    telling = {one for one in selectors if re.search("[0-9]", one) and re.search("[G-Z]", one)}
    return sorted({word for text in logs.values() for word in WORD.findall(text)} & telling)


@pytest.mark.parametrize("step", ["voted", "opened"])
def test_no_log_names_a_slip_or_what_was_cast_under_it(story, step):
    logs = getattr(story, step)().logs[step]
    needles = slip_needles(story.scene)

    assert said(logs, needles) == []
    assert selectors_in(logs, needles) == []
    assert said(logs, {"answers": answers(story.scene)}) == []


def test_key_cards_and_the_hold_are_in_no_log(story):
    logs = story.opened().logs["opened"]
    secrets = [*story.scene.hall.cards, story.scene.hall.hold_text]

    assert len(secrets) == 4
    assert (
        said(logs, {"keys": [part for text in secrets for part in (text, text.replace("-", "")[20:50])]})
        == []
    )


def test_logs_were_loud_and_things_went_wrong(story):
    """Otherwise there was nothing to find."""
    text = "\n".join(story.voted().logs["voted"].values())

    assert "duration:" in text
    assert "deadlock detected" in text
    assert "voucher" in text or "UndefinedColumn" in text or "42703" in text
    assert "意外退出" in text
    assert text.count("DEBUG") > 20


def test_a_program_that_is_not_careful_is_found(story):
    """The weak variant wrote a slip's code and an answer through a connection like anybody's."""
    logs = story.voted().logs["voted"]

    assert {needle for _, needle in said(logs, {"weak": [WEAK, WEAK_SLIP]})} == {WEAK, WEAK_SLIP}
