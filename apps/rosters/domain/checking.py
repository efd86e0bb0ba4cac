"""The whole check: cells and the stored roster in, a plan out. Pure, so pages, commands and tests run the same one."""

from collections.abc import Mapping, Sequence

from apps.rosters.domain.columns import ORGANIZATIONS, SECRETARIES
from apps.rosters.domain.organizations import OrganizationChecks
from apps.rosters.domain.plan import ImportPlan
from apps.rosters.domain.present import FieldWords, Mentioned, Reach, StoredRoster
from apps.rosters.domain.rows import (
    Findings,
    OrganizationRows,
    Problem,
    SecretaryRow,
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
        sorted(reasons, key=_place), found.notices, len(organizations.rows), len(secretaries)
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


def _mentioned(organizations: OrganizationRows, secretaries: Sequence[SecretaryRow]) -> Mentioned:
    offices = {row.organization_code for row in secretaries}
    superiors = {row.superior_code for row in organizations.rows if row.superior_code}
    return Mentioned(
        codes={row.code for row in organizations.rows} | superiors | offices,
        leaving={row.code for row in organizations.rows if row.abolished_on},
        offices=offices,
        names={row.name for row in secretaries},
        numbers={int(row.person_no) for row in secretaries if row.person_no.isdecimal()},
    )


def _place(problem: Problem) -> tuple[bool, int]:
    return problem.sheet != ORGANIZATIONS.name, problem.row_no
