"""The floor: pgbench doing the same writes as a ballot, in the plain way and without a web server."""

import re
import subprocess

TABLE = """
    CREATE TABLE bench_slip AS
        SELECT row_number() OVER () AS n, id FROM evaluations_credential WHERE session_id = %s;
    ALTER TABLE bench_slip ADD PRIMARY KEY (n);
    ANALYZE bench_slip;
"""
# The same rows as a ballot: lock, look, burn the slip, store the envelope. Look-ups by number stand in for the verifier.
SCRIPT = """\\set n random(1, {n_slips})
BEGIN;
SELECT pg_advisory_xact_lock_shared({lock});
SELECT state, pad_bytes FROM evaluations_evaluationsession WHERE id = {session};
UPDATE evaluations_credential SET state = 'online'
    WHERE id = (SELECT id FROM bench_slip WHERE n = :n) AND state IN ('unused', 'online');
INSERT INTO evaluations_urnentry (credential_id, ciphertext, tracker, voucher)
    SELECT id, '\\x{ciphertext}'::bytea, left(md5(random()::text), 16), '\\x{voucher}'::bytea FROM bench_slip WHERE n = :n
    ON CONFLICT (credential_id) DO UPDATE
    SET ciphertext = excluded.ciphertext, tracker = excluded.tracker, voucher = excluded.voucher;
END;
"""


class Floor:
    """pgbench of the running server's own installation."""

    def __init__(self, hall, folder):
        from django.db import connection

        from apps.evaluations.services.locks import SESSION_LOCK

        self.script = folder / "ballot.sql"
        self.script.write_text(
            SCRIPT.format(
                n_slips=len(hall.slips), session=hall.session.pk, lock=SESSION_LOCK + hall.session.pk,
                ciphertext=hall.sealed[0].hex(), voucher="00" * 32,
            )
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(TABLE, [hall.session.pk])
        self.address = connection.settings_dict
        self.program = _find_pgbench()

    def per_second(self, n_clients, seconds):
        """Return transactions per second of this many connections."""
        command = [
            str(self.program), "-n", "-h", self.address["HOST"], "-U", self.address["USER"], "-c", str(n_clients),
            "-j", "2", "-T", str(max(1, round(seconds))), "-f", str(self.script), self.address["NAME"],
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        if not found:
            raise SystemExit(f"pgbench failed:\n{done.stderr[-2000:]}")
        return float(found[1])


def _find_pgbench():
    from config.launcher.engines.postgres import find_programs

    for programs in find_programs():
        if (programs.folder / "pgbench").exists():
            return programs.folder / "pgbench"
    raise SystemExit("no installation of PostgreSQL here has pgbench")
