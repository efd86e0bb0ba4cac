"""T2: no answer can be read anywhere before the urn is opened: data, write-ahead log, backups, queue, logs, temporary files.

Every ballot of the session bears the same comment and the same odd answers; some came from browsers without scripts, whose
answers the server had in its memory in the clear.
"""

from pathlib import Path

import pytest

from tests.evaluations.attacks.acts import WEAK, answers
from tests.evaluations.attacks.scene import find, spellings

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.xdist_group("attacked system")]


def test_no_answer_is_found_before_opening(story):
    story.voted()
    scene = story.scene

    assert scene.statuses.count(200) == len(scene.statuses) == len(scene.hall.all_slips)
    assert [found for found in story.found["voted"] if found[1] in answers(scene)] == []


def test_everything_was_searched(story):
    """The search went through the places the reference names."""
    files = [str(path) for path in story.voted().scene.files()]

    for place in ("/var/postgres/base/", "/var/postgres/pg_wal/", "/voted/base/", "/voted/pg_wal/", "/dump.sql", "/queue/dump.rdb", "/queue/appendonly", "/var/log/", "/output.txt"):  # fmt: skip
        assert [path for path in files if place in path] != [], place
    dump = Path(next(path for path in files if path.endswith("/dump.sql"))).read_text(encoding="utf-8")
    assert all(slip.selector in dump for slip in story.scene.hall.all_slips)


def test_web_server_leaves_no_core_behind(story):
    """A core dump would hold what was in memory."""
    story.voted()
    pids = [story.scene.stack.pid(name) for name in ("web", "worker", "postgres")]

    for pid in pids:
        limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines()
        core = next(line for line in limits if line.startswith("Max core file size")).split()
        assert core[4] == "0"


def test_an_answer_that_was_written_and_deleted_is_found(story):
    """The weak variant: a row that lived for a moment stands in the data, the log of writes and the server's log."""
    places = {found[0] for found in story.voted().found["voted"] if found[1] == WEAK}

    for place in ("/var/postgres/base/", "/var/postgres/pg_wal/", "/voted/", "/var/log/"):
        assert [path for path in places if place in path] != [], place


def test_answers_are_found_once_they_may_be(story):
    """After opening they are in their tables: the search is not blind."""
    story.opened()

    assert {text for _, text in story.found["opened"]} == {story.scene.canary}


@pytest.mark.parametrize("spelling", range(7))
def test_every_spelling_is_found(tmp_path, spelling):
    text = '{"a": "98", "d": "97 述"}'
    forms = sorted(spellings(text))
    (tmp_path / "log").write_bytes(b"x" * 1001 + forms[spelling] + b"y")

    assert find([tmp_path / "log"], [text]) == [(str(tmp_path / "log"), text)]
