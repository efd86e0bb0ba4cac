"""A roster as years leave it: the organizations and people of an import, posts that are vacant, elections to be held.

Organizations, people and appointments are written by the services an import calls. The indexes that only help reading are
taken away meanwhile and built in one go afterwards; the rows are the same.
"""

import contextlib
import random
from datetime import date, timedelta

from benchmarks.roster_import import GIVEN, SURNAMES

DAY = date(2026, 11, 28)
VACANT, NEVER_LED, NEVER_ELECTED = 0.02, 0.005, 0.02
LOADED = (
    "organizations_organization", "organizations_organizationchange", "organizations_organizationperiod",
    "secretaries_secretary", "secretaries_appointment", "secretaries_standing", "secretaries_election",
)  # fmt: skip
# All but those of keys and those that the writing itself reads.
FOR_READING = """
SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid)
FROM pg_index index
WHERE index.indrelid::regclass::text = ANY(%s) AND NOT index.indisunique
  AND NOT EXISTS (SELECT FROM pg_constraint one WHERE one.conindid = index.indexrelid)
  AND pg_get_indexdef(index.indexrelid) NOT LIKE '%%btree (organization_id)'
  AND pg_get_indexdef(index.indexrelid) NOT LIKE '%%btree (secretary_id)'
"""


def load(rows):
    """Write organizations, people and elections."""
    from django.db import connection

    from apps.organizations.services import save_roster_organizations

    dice = random.Random(3)
    with without_indexes():
        ids = save_roster_organizations(rows)
        save_people(dice, rows, ids)
        save_elections(dice, rows, ids)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextlib.contextmanager
def without_indexes():
    """Take the indexes for reading away and build them again afterwards."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FOR_READING, [list(LOADED)])
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in found:
            cursor.execute(definition)


def save_people(dice, rows, ids):
    """Write a secretary for each organization, some of whom have left; a few organizations never had one."""
    from apps.secretaries.domain.careers import AppointmentData, PersonData
    from apps.secretaries.services import save_roster_people

    people, posts = [], []
    for n, row in enumerate(rows):
        if dice.random() < NEVER_LED:
            continue
        name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
        born = date(1960, 1, 1) + timedelta(dice.randint(0, 12_000))
        left = DAY - timedelta(dice.randint(1, 900)) if dice.random() < VACANT else None
        people.append(PersonData(n, None, name, "male", born, ""))
        posts.append(AppointmentData(None, n, row.code, "党组织书记", began(dice), left))
    save_roster_people(people, posts, organization_ids=ids)


def began(dice):
    return date(2021, 3, 1) + timedelta(dice.randint(0, 900))


def save_elections(dice, rows, ids):
    """Write the last election of nearly all organizations; some are overdue. No import writes these, so rows are copied."""
    from apps.common.kit.copying import copy_new, new_ids
    from apps.secretaries.domain.terms import due_day, usual_term
    from apps.secretaries.models import Election

    held = [row for row in rows if dice.random() >= NEVER_ELECTED]
    elections = []
    for pk, row in zip(new_ids("secretaries_election", len(held)), held, strict=True):
        years = usual_term(row.kind)
        held_on = DAY - timedelta(dice.randint(90, years * 365 + 20))
        due_on = due_day(held_on, years)
        elections.append(
            Election(id=pk, organization_id=ids[row.code], held_on=held_on, term_years=years, due_on=due_on)
        )
    copy_new(elections)
