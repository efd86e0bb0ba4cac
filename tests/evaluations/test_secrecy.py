"""Attacks on the secrecy of the ballot against the real tables (ballot-secrecy.md A3.5, the thin set)."""

import json
import os
import random
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import ForeignKey
from django.test import override_settings

from apps.evaluations import services
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.models import Credential, OpenedMark, UrnEntry
from config.launcher.engines.postgres import find_programs
from tests.factories.evaluations import make_hall

SECRET_TABLES = (Credential, UrnEntry, OpenedMark)
TIMES_AND_SERIALS = (
    models.DateField, models.DateTimeField, models.TimeField, models.DurationField,
    models.GenericIPAddressField, models.AutoField, models.BigAutoField, models.SmallAutoField,
)  # fmt: skip
TELLING = (
    "_at",
    "_on",
    "time",
    "ip",
    "address",
    "agent",
    "device",
    "created",
    "updated",
    "serial",
    "user",
    "person",
    "phone",
)


@pytest.mark.parametrize("model", SECRET_TABLES)
def test_no_column_tells_when_where_or_who(model):
    columns = model._meta.concrete_fields

    assert [f.name for f in columns if isinstance(f, TIMES_AND_SERIALS)] == []
    assert [
        f.name for f in columns if any(part in f.name.split("_") or f.name.endswith(part) for part in TELLING)
    ] == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", SECRET_TABLES)
def test_database_has_no_such_column_either(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type, column_default FROM information_schema.columns WHERE table_name = %s",
            [model._meta.db_table],
        )
        rows = cursor.fetchall()

    bad = [
        row for row in rows if row[1].startswith(("time", "date", "inet", "interval")) or row[2] is not None
    ]
    assert bad == []


def ways_from(model):
    """All tables that can be reached from ``model`` along its foreign keys."""
    found, waiting = set(), [model]
    while waiting:
        for field in waiting.pop()._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model not in found:
                found.add(field.related_model)
                waiting.append(field.related_model)
    return found


def test_no_way_leads_from_a_mark_to_a_slip_or_back():
    assert ways_from(OpenedMark) & {Credential, UrnEntry} == set()
    assert OpenedMark not in ways_from(Credential) | ways_from(UrnEntry)
    pointing = [m for m in apps.get_models() if {Credential, UrnEntry, OpenedMark} & {
        f.related_model for f in m._meta.concrete_fields if isinstance(f, ForeignKey)}]  # fmt: skip
    assert pointing == [UrnEntry]


def test_slip_leads_to_no_account_and_no_person_who_votes():
    from apps.accounts.models import User

    direct = {f.related_model for f in Credential._meta.concrete_fields if isinstance(f, ForeignKey)}

    assert User not in direct
    assert {m.__name__ for m in direct} == {"EvaluationSession", "SessionGroup"}


def cast_everything():
    """60 people vote in a random order; everybody gives the only subject a mark of his own. Return slip -> mark."""
    hall = make_hall(n_slips=30, n_reviewees=1)
    items = [str(item.pk) for item in hall.session.cycle.scheme.ballot_items.all()]
    subject = str(hall.session.subjects.get().pk)
    grades = ("good", "fairly_good", "average", "poor")
    truth = {}
    slips = hall.all_slips
    random.Random(7).shuffle(slips)
    for n, slip in enumerate(slips):
        own = {item: grades[n // 4**place % 4] for place, item in enumerate(items)}
        services.cast_ballot(
            hall.session.pk, selector=slip.selector, secret=secret_text(slip.secret),
            ciphertext=hall.seal(slip, {subject: own}),
        )  # fmt: skip
        truth[slip.selector] = tuple(own[item] for item in items)
    hall.close()
    return hall, truth, items


def open_and_take_back(hall, look):
    """Open the urn, look at the tables, and undo it, so that the next shuffle can be looked at too."""
    with transaction.atomic():
        hall.open()
        seen = look()
        transaction.set_rollback(True)
    return seen


def table_order(table, order):
    columns = {
        "evaluations_credential": "selector",
        "evaluations_urnentry": "(SELECT selector FROM evaluations_credential c WHERE c.id = credential_id)",
        "evaluations_openedmark": "marks::text",
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns[table]} FROM {table} ORDER BY {order}")
        return [row[0] for row in cursor.fetchall()]


def transactions(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin::text, {column} FROM {table}")
        found = defaultdict(list)
        for xmin, value in cursor.fetchall():
            found[xmin].append(value)
    return found


MARK_ORDERS = ("ctid", "id", "xmin::text, ctid")
SLIP_ORDERS = ("ctid", "xmin::text::bigint", "ctid DESC")
OPENINGS = 40


@pytest.mark.django_db(transaction=True)
def test_marks_cannot_be_linked_to_slips_by_order():
    """300 of 300 fell to this attack in the plain design; a blind guess expects one hit an opening."""
    hall, truth, items = cast_everything()
    assert len(set(truth.values())) == len(truth) == 60
    sources = {
        (t, o): table_order(t, o)
        for t in ("evaluations_credential", "evaluations_urnentry")
        for o in SLIP_ORDERS
    }
    hits = defaultdict(list)

    for _ in range(OPENINGS):
        texts = open_and_take_back(
            hall, lambda: {o: table_order("evaluations_openedmark", o) for o in MARK_ORDERS}
        )
        for mark_order, rows in texts.items():
            marks = [tuple(json.loads(row)[item] for item in items) for row in rows]
            for source, slips in sources.items():
                found = sum(truth[slip] == mark for slip, mark in zip(slips, marks, strict=True))
                hits[source, mark_order].append(found)

    assert len(hits) == 18
    assert max(max(counts) for counts in hits.values()) <= 8
    assert max(sum(counts) / OPENINGS for counts in hits.values()) <= 1.8


@pytest.mark.django_db(transaction=True)
def test_marks_share_no_transaction_with_a_slip():
    hall, _, _ = cast_everything()

    hall.open()

    marks = transactions("evaluations_openedmark", "id").keys()
    assert len(marks) == 1
    assert marks & transactions("evaluations_credential", "id").keys() == set()
    assert marks & transactions("evaluations_urnentry", "credential_id").keys() == set()


@pytest.mark.django_db(transaction=True)
def test_the_attack_finds_everybody_in_the_design_it_was_made_for():
    """The same attack on slips and plain ballots written in one transaction each: it must not be blind."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE weak_slip (name text); CREATE TABLE weak_ballot (id uuid, mark text)")
        for n in range(30):
            cursor.execute(
                "BEGIN; INSERT INTO weak_slip VALUES (%s); INSERT INTO weak_ballot VALUES (gen_random_uuid(), %s); COMMIT",
                [str(n), str(n)],
            )
        slips, ballots = transactions("weak_slip", "name"), transactions("weak_ballot", "mark")
        cursor.execute("DROP TABLE weak_slip; DROP TABLE weak_ballot")

    assert sum(slips[xmin] == ballots[xmin] for xmin in slips) == 30


def backup():
    """What pg_dump writes of this database. The tool must not be older than the server."""
    settings = connection.settings_dict
    tools = [shutil.which("pg_dump"), *(str(found.folder / "pg_dump") for found in find_programs())]
    server = connection.pg_version // 10_000
    tool = next(t for t in tools if t and Path(t).exists() and _major(t) >= server)
    command = [tool, "-h", settings["HOST"], "-U", settings["USER"], "-d", settings["NAME"]]
    if settings["PORT"]:
        command += ["-p", str(settings["PORT"])]
    environment = os.environ | {"PGPASSWORD": settings["PASSWORD"] or ""}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def _major(tool):
    said = subprocess.run([tool, "--version"], check=True, capture_output=True, text=True).stdout
    return int(said.split()[2].split(".")[0])


@pytest.mark.django_db(transaction=True)
@override_settings(DEBUG=True)
def test_backup_before_opening_holds_no_answer_secret_or_key(caplog):
    """Canaries: secrets, typed codes, key cards and marks of a ballot cast in the loudest configuration."""
    caplog.set_level("DEBUG")
    hall = make_hall(n_slips=3)
    subject, item = hall.session.subjects.first(), hall.session.cycle.scheme.ballot_items.first()
    marks = f'"{subject.pk}":{{"{item.pk}":"average"'
    for slip in hall.all_slips:
        hall.cast(slip, "average")
    hall.close()

    text = backup()
    logged = caplog.text

    canaries = [marks, marks.encode().hex()]
    for slip in hall.all_slips:
        canaries += [slip.typed, slip.fragment, secret_text(slip.secret), slip.secret.hex()]
    for card in hall.cards:
        canaries += [card, card.replace("-", "")[14:40]]
    assert [c for c in canaries if c.lower() in text.lower()] == []
    assert [c for c in canaries if c in logged and c not in (marks, marks.encode().hex())] == []
    slip = hall.all_slips[0]
    assert Credential.objects.get(selector=slip.selector).slow_verifier in text
    assert UrnEntry.objects.get(credential__selector=slip.selector).tracker in text
