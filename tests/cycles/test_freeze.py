"""The database itself keeps a frozen scheme, whoever writes."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.cycles import make_cycle

pytestmark = pytest.mark.django_db

PARTS = {
    "cycles_votergroup": "weight = 1",
    "cycles_schemepaper": "preset = 'x'",
    "cycles_graderule": "from_total = 1",
    "cycles_schemecomponent": "weight = 1",
    "cycles_reportsection": "max_chars = 9999",
}


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def refused(sql, *params):
    try:
        with transaction.atomic():
            run(sql, *params)
    except DatabaseError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("table", PARTS)
def test_part_of_a_frozen_scheme_cannot_be_changed_by_sql(table):
    scheme = make_cycle().scheme

    assert "the scheme is frozen" in refused(
        f"UPDATE {table} SET {PARTS[table]} WHERE scheme_id = %s", scheme.pk
    )
    assert "the scheme is frozen" in refused(f"DELETE FROM {table} WHERE scheme_id = %s", scheme.pk)


@pytest.mark.parametrize("table", PARTS)
def test_part_of_a_draft_can_be_changed_by_sql(table):
    scheme = make_cycle(stage="draft").scheme

    assert run(f"UPDATE {table} SET {PARTS[table]} WHERE scheme_id = %s", scheme.pk) > 0


def test_row_cannot_be_added_to_a_frozen_scheme():
    scheme = make_cycle().scheme
    sql = "INSERT INTO cycles_votergroup (scheme_id, order_no, name, weight, n_expected) VALUES (%s, 9, 'C', 1, 0)"

    assert "the scheme is frozen" in refused(sql, scheme.pk)


def test_row_cannot_be_moved_out_of_a_frozen_scheme():
    frozen, draft = make_cycle().scheme, make_cycle(stage="draft").scheme
    sql = "UPDATE cycles_votergroup SET scheme_id = %s, name = name || 'x' WHERE scheme_id = %s"

    assert "the scheme is frozen" in refused(sql, draft.pk, frozen.pk)


@pytest.mark.parametrize("change", ["k_min = 9", "frozen_at = NULL", "good_quota = 1"])
def test_frozen_scheme_itself_cannot_be_changed_or_thawed(change):
    scheme = make_cycle().scheme

    assert "Cannot update or delete rows" in refused(
        f"UPDATE cycles_reviewscheme SET {change} WHERE id = %s", scheme.pk
    )


def test_frozen_scheme_cannot_be_deleted():
    scheme = make_cycle().scheme

    assert refused("DELETE FROM cycles_reviewscheme WHERE id = %s", scheme.pk) != ""
