"""What happens to the scene, each step once: people vote while things go wrong, then the urn is opened.

After every step the administrator's findings are kept, because the next step makes some of them lawful.
"""

import contextlib
import threading

import psycopg2

from apps.evaluations.models import Credential
from tests.evaluations.attacks import evidence, weak
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import dice
from tests.evaluations.attacks.scene import JSON, PLAIN, find
from tests.support.database import APPLICATION

N_WEAK = 40
WAITING_FOR_LOCKS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


class Story:
    """The scene's steps. A step that was taken is not taken again."""

    def __init__(self, scene):
        self.scene = scene
        self.taken = {}
        self.logs, self.found, self.lsn, self.backups = {}, {}, {}, {}
        self.weak_truth = {}

    def _take(self, step, act):
        """Take a step once; a step that failed stays failed."""
        if step not in self.taken:
            self.taken[step] = None
            try:
                with self.scene.looking():
                    act()
            except BaseException as fault:
                self.taken[step] = fault
                raise
        if self.taken[step] is not None:
            raise AssertionError(f"the step “{step}” failed before") from self.taken[step]
        return self

    # -- people vote, and everything goes wrong that can

    def voted(self):
        return self._take("voted", self._vote)

    def _vote(self):
        self._prepare()
        self.scene.cast(beside=[self._weak_people, self._note_the_middle])
        self._faults()
        self._plain_text_beside()
        self.lsn["voted"] = ask("SELECT pg_current_wal_insert_lsn()::text")[0][0]
        ask("CHECKPOINT")
        self.backups["voted"] = self.scene.base_backup("voted")
        self.scene.dump()
        self.scene.queue_files()
        self.found["voted"] = find(self.scene.files(), [*answers(self.scene), WEAK])
        self.logs["voted"] = self.scene.logs()

    def _prepare(self):
        for name in ("pageinspect", "pg_walinspect"):
            ask(f"CREATE EXTENSION {name}")
        ask("CREATE TABLE weak_slip (id uuid PRIMARY KEY, name text, is_used boolean DEFAULT false)")
        ask("CREATE TABLE weak_ballot (id uuid PRIMARY KEY, mark text)")
        ask(f"GRANT SELECT, INSERT, UPDATE ON weak_slip, weak_ballot TO {APPLICATION}")
        self.weak_truth = weak.issue(N_WEAK)
        self.backups["empty"] = self.scene.base_backup("empty")

    def _weak_people(self):
        weak.cast(self.weak_truth, dice(13), weak.ONE_TRANSACTION, n_writers=2)

    def _note_the_middle(self):
        """Note a place in the write-ahead log while half of the ballots are in the urn."""
        half = len(self.scene.hall.all_slips) // 2
        self.scene.stack.wait_until(lambda: len(self.scene.statuses) >= half, 60)
        self.lsn["middle"] = self.scene.stack.ask("SELECT pg_current_wal_insert_lsn()::text")

    def _faults(self):
        """The same again, under another slip, malformed, too long, wrong codes, a deadlock, a server error, a killed process."""
        scene, stack = self.scene, self.scene.stack
        first, second, third = scene.hall.all_slips[scene.n_plain : scene.n_plain + 3]
        stolen = (
            scene.parcel(first, 0)
            .replace(first.selector, second.selector)
            .replace(secret_of(first), secret_of(second))
        )
        for body in (scene.parcel(first, 0), stolen, scene.parcel(second, 1)[:-40], "{" * 2000):
            stack.post(scene.path, body, JSON)
        stack.post(scene.path, scene.parcel(third, 2).replace(secret_of(third), "A" * 22), JSON)
        for code in (third.typed_code, third.typed_code[:-1] + "0"):
            stack.post(scene.path, f"code={code}&{scene.plain_form(third, 2)}", PLAIN)
        self._server_error(third)
        self._refused_by_the_database(third)
        self._deadlock(third)
        stack.kill("worker")
        stack.kill("web", at_once=True)
        stack.wait_restarted()
        stack.post(scene.path, scene.parcel(third, 2), JSON)

    def _server_error(self, slip):
        """The table is not what the program expects: the error's words quote the statement."""
        ask("ALTER TABLE evaluations_urnentry RENAME COLUMN voucher TO voucher_away")
        self._send_both_ways(slip)
        ask("ALTER TABLE evaluations_urnentry RENAME COLUMN voucher_away TO voucher")

    def _refused_by_the_database(self, slip):
        """A rule of the table is broken: the error's details quote the row."""
        ask("ALTER TABLE evaluations_urnentry ADD CONSTRAINT never CHECK (length(tracker) < 0) NOT VALID")
        self._send_both_ways(slip)
        ask("ALTER TABLE evaluations_urnentry DROP CONSTRAINT never")

    def _send_both_ways(self, slip):
        self.scene.stack.post(self.scene.path, self.scene.parcel(slip, 2), JSON)
        self.scene.stack.post(self.scene.path, self.scene.plain_form(slip, 2), PLAIN)

    def _deadlock(self, slip):
        """Somebody holds the slip's row and wants the session's lock, which the cast holds, which wants the row."""
        from apps.evaluations.services.locks import SESSION_LOCK

        with contextlib.closing(self.scene.stack.connect()) as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM evaluations_credential FOR UPDATE"
            )  # names no slip in the loud log
            sending = threading.Thread(target=self._send_both_ways, args=(slip,))
            sending.start()
            self.scene.stack.wait_until(lambda: ask(WAITING_FOR_LOCKS)[0][0], 20)
            with contextlib.suppress(psycopg2.OperationalError):
                cursor.execute("SET lock_timeout = '5s'")
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(%s)", [SESSION_LOCK + self.scene.hall.session.pk]
                )
            link.rollback()
            sending.join()

    def _plain_text_beside(self):
        """The weak variant of T2 and T4: a program that writes plain ballots, and removes them afterwards."""
        with contextlib.closing(self.scene.stack.connect()) as link:
            link.autocommit = True
            link.cursor().execute("CREATE TABLE weak_plain (slip text, words text)")
            link.cursor().execute("INSERT INTO weak_plain VALUES (%s, %s)", [WEAK_SLIP, WEAK])
            link.cursor().execute("DELETE FROM weak_plain")

    # -- the urn is opened

    def opened(self):
        self.voted()
        return self._take("opened", self._open)

    def _open(self):
        self.scene.hall.close()
        self.backups["closed"] = self.scene.base_backup("closed")
        self.scene.hall.open()
        ask("CHECKPOINT")
        self.lsn["opened"] = ask("SELECT pg_current_wal_insert_lsn()::text")[0][0]
        self.scene.archive()
        tables = [self.scene.stack.var / "postgres" / path for path in self._marks()]
        self.found["opened"] = find(tables, answers(self.scene))
        self.logs["opened"] = self.scene.logs()

    def _marks(self):
        return [
            ask(f"SELECT pg_relation_filepath('evaluations_{table}')")[0][0]
            for table in ("openedmark", "openedcomment")
        ]


WEAK = "WEAKanswer0123456789"
WEAK_SLIP = "WEAKslip9876543210"


def secret_of(slip):
    from apps.evaluations.domain.slips import secret_text

    return secret_text(slip.secret)


def answers(scene):
    """Return what stands in every ballot of the scene, as the ballot has it."""
    return [scene.canary, '{"a":"98","b":"99","d":"97"}', '{"a": "98", "b": "99", "d": "97"}']


def slip_needles(scene):
    """Return per slip what no log may hold: all that leads to it, and what is cast under it."""
    from apps.evaluations.domain.sealing import tracker_of

    with scene.looking():
        keys = dict(Credential.objects.values_list("selector", "id"))
        trackers = dict(ask("SELECT c.selector, u.tracker FROM evaluations_urnentry u JOIN evaluations_credential c ON c.id = u.credential_id"))  # fmt: skip
    needles = {}
    for slip in scene.hall.all_slips:
        sealed = scene.sealed.get(slip.selector, b"")
        own = [slip.typed, slip.typed_code, slip.fragment, secret_of(slip), slip.secret.hex(), str(keys[slip.selector]), trackers.get(slip.selector)]  # fmt: skip
        own += [sealed[40:70].hex(), base64_of(sealed)[80:120], tracker_of(sealed)] if sealed else []
        needles[slip.selector] = [one for one in own if one]
    return needles


def base64_of(raw):
    import base64

    return base64.b64encode(raw).decode()


def said(logs, needles):
    """Return ``(log, needle)`` for every needle a log holds."""
    return [
        (str(path), needle)
        for path, text in logs.items()
        for one in needles.values()
        for needle in one
        if needle in text
    ]


def look(table):
    sight = evidence.look_at_rows(table)
    evidence.look_at_dead_rows(table, sight)
    return sight
