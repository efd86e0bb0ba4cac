"""``manage.py open_urn`` and the process the web server starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.common.errors import DomainError
from apps.evaluations.kit import separate_process
from tests.factories.accounts import give_role, make_user
from tests.factories.evaluations import make_hall
from tests.support.database import application_database_url

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def run(session_id, *lines, actor="clerk_f", json_answer=False):
    command = [
        sys.executable,
        "manage.py",
        "open_urn",
        str(session_id),
        "--actor",
        actor,
        *(["--json"] if json_answer else []),
    ]
    environment = os.environ | {"DATABASE_URL": application_database_url(), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command,
        check=False,
        input="\n".join(lines),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.slow
def test_command_opens_once_refuses_in_words_and_knows_wrong_use():
    hall = make_hall(n_slips=1, n_reviewees=1)
    give_role(hall.actor, "clerk", hall.session.cycle.host)
    hall.cast(hall.all_slips[0])
    hall.close()
    stranger = make_user(role="clerk").username

    refused = run(hall.session.pk, hall.cards[0])
    refused_for_programs = run(hall.session.pk, "rubbish", hall.cards[0], json_answer=True)
    unknown = run(10**9, *hall.cards[:2])
    outsider = run(hall.session.pk, *hall.cards[:2], actor=stranger)
    opened = run(hall.session.pk, *hall.cards[1:])

    assert [done.returncode for done in (refused, unknown, outsider, opened)] == [1, 2, 2, 0]
    assert "不够两张" in refused.stdout
    assert json.loads(refused_for_programs.stdout)["code"] == "card_unreadable"
    assert "没有这个测评场次" in unknown.stdout
    hall.session.refresh_from_db()
    assert hall.session.state == "opened"


def test_cards_are_neither_in_arguments_nor_in_the_environment(tmp_path, monkeypatch):
    """The child writes down what others on the machine could see of it."""
    hall = make_hall(n_slips=1, n_reviewees=1)
    seen = tmp_path / "seen"
    spy = tmp_path / "python"
    spy.write_text(
        f"#!/bin/sh\ntr '\\0' '\\n' < /proc/$$/cmdline > {seen}\ntr '\\0' '\\n' < /proc/$$/environ >> {seen}\ncat > /dev/null\nexit 1\n"
    )
    spy.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(spy))

    with pytest.raises(DomainError) as refusal:
        separate_process.open_in_own_process(hall.session.pk, hall.cards[:2], hall.actor.username)

    text = seen.read_text()
    assert "open_urn" in text
    assert [card for card in hall.cards if card in text or card[10:20] in text] == []
    assert refusal.value.code == "opening_failed"


def test_process_that_hangs_leaves_the_urn_closed(monkeypatch):
    hall = make_hall(n_slips=1, n_reviewees=1)
    hall.close()
    monkeypatch.setattr(separate_process, "TIMEOUT", 0.01)

    with pytest.raises(DomainError) as refusal:
        separate_process.open_in_own_process(hall.session.pk, hall.cards[:2], hall.actor.username)

    hall.session.refresh_from_db()
    assert refusal.value.code == "opening_failed"
    assert hall.session.state == "closed"
