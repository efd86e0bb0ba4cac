"""The whole check: cells and the stored roster in, a plan out. Pure, so pages, commands and tests run the same one."""

from collections.abc import Mapping, Sequence
from itertools import chain

from apps.rosters.domain.columns import ORGANIZATIONS, SECRETARIES
from apps.rosters.domain.organizations import OrganizationChecks
from apps.rosters.domain.plan import ImportPlan
from apps.rosters.domain.present import FieldWords, Mentioned, Reach, StoredRoster
from apps.rosters.domain.rows import (
    Findings,
    OrganizationRows,
    Problem,
    SecretaryRows,
    read_organizations,
    read_secretaries,
)
from apps.rosters.domain.secretaries import SecretaryChecks
from apps.rosters.domain.sheet_cells import SheetCells


def plan_import(
    sheets: Mapping[str, SheetCells],
    fields: FieldWords,
    stored: StoredRoster,
    reach: Reach,
    problems: Sequence[Problem] = (),
) -> ImportPlan:
    """Check the sheets and say what would be written. With problems, the plan holds them and nothing to write.

    ``problems`` are those of the form of the workbook, found when it was read. The cells are used up.
    """
    found = Findings()
    organizations = read_organizations(
        sheets.get(ORGANIZATIONS.name) or SheetCells(ORGANIZATIONS, {}), found, fields
    )
    secretaries = read_secretaries(sheets.get(SECRETARIES.name) or SheetCells(SECRETARIES, {}), found)
    present = stored.about(_mentioned(organizations, secretaries))
    tree = OrganizationChecks(organizations, fields, stored, present, reach)
    people = SecretaryChecks(secretaries, present, reach, tree)
    reasons = [*problems, *found.problems, *tree.run(), *people.run()]
    plan = ImportPlan(
        sorted(reasons, key=_place), found.notices, len(organizations.rows), len(secretaries.rows)
    )  # fmt: skip
    if not reasons:
        plan.notices = [*found.notices, *people.notices]
        plan.sheets = [tree.plan(stored), people.plan(stored)]
        plan.organizations, plan.people, plan.appointments = (
            tree.data,
            people.people_data,
            people.appointments_data,
        )
    return plan


def _mentioned(organizations: OrganizationRows, secretaries: SecretaryRows) -> Mentioned:
    """Return what the rows speak of; dictionaries, as sets of as many take thrice the memory."""
    superiors = filter(None, set(organizations.superiors))
    ways_out = zip(organizations.codes, organizations.abolished_on, strict=True)
    offices = dict.fromkeys(secretaries.organization_codes)
    return Mentioned(
        codes=dict.fromkeys(chain(organizations.codes, superiors, offices)),
        leaving=[code for code, abolished_on in ways_out if abolished_on],
        offices=offices,
        names=secretaries.names,
        phones=secretaries.phones,
        months=secretaries.months,
        numbers=[int(number) for number in secretaries.person_nos if number.isdecimal()],
    )


def _place(problem: Problem) -> tuple[bool, int]:
    return problem.sheet != ORGANIZATIONS.name, problem.row_no
