"""T3: no column tells when, where or who; no key carries a time; no way leads from an opened mark to a slip or a person.

The linter reads the database itself, not the models, so that a column added by hand shows as well.
"""

import uuid

import pytest
from django.apps import apps

from apps.evaluations.models import Credential, OpenedComment, OpenedMark, UrnEntry
from tests.evaluations.attacks.evidence import ask

pytestmark = pytest.mark.django_db

SECRET = tuple(model._meta.db_table for model in (Credential, UrnEntry, OpenedMark, OpenedComment))
OPENED = tuple(model._meta.db_table for model in (OpenedMark, OpenedComment))
SLIPS = tuple(model._meta.db_table for model in (Credential, UrnEntry))
PEOPLE = {"accounts_user"}
TELLING_TYPES = ("timestamp", "date", "time", "interval", "inet", "cidr", "macaddr", "oid", "xid")
TELLING_PARTS = {
    "at", "on", "time", "date", "when", "ip", "ua", "address", "agent", "device", "created", "updated", "modified", "serial",
    "seq", "user", "person", "phone", "voter", "name", "seat", "mac", "channel", "cookie",
}  # fmt: skip


def columns_of(table):
    return ask(
        "SELECT column_name, data_type, coalesce(column_default, ''), is_identity FROM information_schema.columns "
        "WHERE table_schema = current_schema AND table_name = %s ORDER BY ordinal_position",
        [table],
    )


def telling_columns(table):
    """Return the columns whose type, name or default tells when, where, who or in which order."""
    return [
        name
        for name, kind, default, identity in columns_of(table)
        if kind.startswith(TELLING_TYPES)
        or TELLING_PARTS & set(name.split("_"))
        or _counts(default)
        or identity == "YES"
    ]


def _counts(default):
    """Any default that is not a literal is made by the database at the moment of writing."""
    return "(" in default


def ways_from(table):
    """Return all tables that can be reached from ``table`` along foreign keys, itself left out."""
    links = ask(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    )
    found, waiting = set(), [table]
    while waiting:
        here = waiting.pop()
        new = {there for start, there in links if start == here} - found
        found |= new
        waiting += new
    return found - {table}


def pointing_at(table):
    rows = ask("SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = %s::regclass", [table])  # fmt: skip
    return {row[0] for row in rows}


@pytest.mark.parametrize("table", SECRET)
def test_no_column_tells_when_where_or_who(table):
    assert len(columns_of(table)) >= 4
    assert telling_columns(table) == []


@pytest.mark.parametrize("table", OPENED)
def test_no_way_leads_from_an_opened_mark_to_a_slip(table):
    assert ways_from(table) & set(SLIPS) == set()
    assert pointing_at(table) == set()


def test_no_way_leads_from_a_slip_to_an_opened_mark_or_an_account():
    direct = {
        confrelid
        for table in SLIPS
        for (confrelid,) in ask("SELECT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table])
    }  # fmt: skip

    assert direct & (PEOPLE | set(OPENED)) == set()
    assert pointing_at("evaluations_credential") == {"evaluations_urnentry"}
    assert pointing_at("evaluations_urnentry") == set()


def telling_keys(defaults):
    """Return what makes keys otherwise than at random. UUID versions 1, 6 and 7 hold the time."""
    return [default for default in defaults if default is not uuid.uuid4]


def test_keys_are_random():
    assert telling_keys(model._meta.pk.default for model in (Credential, OpenedMark, OpenedComment)) == []
    assert UrnEntry._meta.pk.remote_field.model is Credential
    assert uuid.uuid4().version == 4


def test_no_other_table_repeats_a_slip():
    """What is in the urn's or the slips' columns stands nowhere else under the same name."""
    names = {"selector", "ciphertext", "voucher", "fast_verifier", "slow_verifier", "tracker"}

    owners = {
        model._meta.db_table for model in apps.get_models() if names & {f.name for f in model._meta.fields}
    }

    assert owners <= {*SLIPS, "evaluations_paperentry"}


def test_the_server_does_not_keep_the_time_of_every_commit():
    assert ask("SHOW track_commit_timestamp") == [("off",)]


WEAK = (
    "created_at timestamptz",
    "n bigserial",
    "place bigint GENERATED ALWAYS AS IDENTITY",
    "ip inet",
    "key uuid DEFAULT gen_random_uuid()",
    "voter_id bigint",
    "day date",
)


@pytest.mark.parametrize("column", WEAK)
def test_a_telling_column_is_found(column):
    ask(f"CREATE TABLE weak_mark (id uuid, marks jsonb, state text DEFAULT 'x', {column})")

    assert telling_columns("weak_mark") == [column.split()[0]]


def test_a_way_back_is_found():
    ask("CREATE TABLE weak_parcel (id int PRIMARY KEY, slip uuid REFERENCES evaluations_credential)")
    ask("CREATE TABLE weak_mark (id uuid, parcel int REFERENCES weak_parcel)")

    assert "evaluations_credential" in ways_from("weak_mark")
    assert pointing_at("weak_parcel") == {"weak_mark"}


def test_a_key_with_a_time_is_found():
    assert telling_keys([uuid.uuid4, uuid.uuid1]) == [uuid.uuid1]
