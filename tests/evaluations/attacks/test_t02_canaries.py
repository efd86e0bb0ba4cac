"""T2: no answer can be read anywhere before the urn is opened: data, write-ahead log, backups, queue, logs, temporary files.

Every ballot of the session bears the same comment and the same odd answers; some came from browsers without scripts, whose
answers the server had in its memory in the clear.
"""

import resource
import subprocess
from pathlib import Path

import pytest

from tests.evaluations.attacks.acts import WEAK, answers
from tests.evaluations.attacks.scene import allow_core_files, find, spellings

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


def core_limit(pid):
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines()
    return next(line for line in limits if line.startswith("Max core file size")).split()[4]


def test_no_program_leaves_a_core_behind(story):
    """A core file would hold what was in memory: answers of browsers without scripts. The machine would allow it."""
    story.voted()
    programs = ("web", "worker", "postgres", "valkey")

    assert {name: core_limit(story.scene.stack.pid(name)) for name in programs} == dict.fromkeys(
        programs, "0"
    )


def test_a_program_that_may_leave_one_is_found():
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("this machine allows nobody a core file")
    with subprocess.Popen(["sleep", "20"], preexec_fn=allow_core_files) as process:  # noqa: PLW1509 -- one call
        limit = core_limit(process.pid)
        process.kill()

    assert limit != "0"


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
