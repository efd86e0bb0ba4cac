"""The whole check: typed rows and the present roster in, a plan out. Pure, so pages, commands and tests run the same one."""

from collections.abc import Sequence

from apps.rosters.domain.columns import ORGANIZATIONS, SECRETARIES
from apps.rosters.domain.organizations import OrganizationChecks, plan_organizations
from apps.rosters.domain.plan import ImportPlan
from apps.rosters.domain.present import PresentRoster, Reach
from apps.rosters.domain.rows import Findings, Problem, SheetCells, read_organizations, read_secretaries
from apps.rosters.domain.secretaries import SecretaryChecks, plan_secretaries

NOTHING = SheetCells({}, ())
ORDER = {"new": 0, "changed": 0, "same": 1, "gone": 2}  # new and changed ones stay in the order of the rows


def plan_import(
    sheets: dict[str, SheetCells], present: PresentRoster, reach: Reach, problems: Sequence[Problem] = ()
) -> ImportPlan:
    """Check the sheets and say what would be written. With problems, the plan holds them and nothing to write.

    ``problems`` are those of the form of the workbook, found when it was read.
    """
    found = Findings()
    organizations = read_organizations(
        sheets.get(ORGANIZATIONS.name, NOTHING), found, present.fields, present.retired
    )
    secretaries = read_secretaries(sheets.get(SECRETARIES.name, NOTHING), found)
    tree = OrganizationChecks(organizations, present, reach)
    people = SecretaryChecks(secretaries, present, reach, tree)
    plan = ImportPlan(n_organizations=len(organizations), n_secretaries=len(secretaries))
    plan.problems = [*problems, *found.problems, *tree.run(), *people.run()]
    plan.notices = found.notices
    if plan.problems:
        plan.problems.sort(key=_place)
    else:
        plan_organizations(tree, plan)
        plan_secretaries(people, plan)
        plan.changes.sort(key=lambda change: ORDER[change.kind])
    return plan


def _place(problem: Problem) -> tuple[bool, int]:
    return problem.sheet != ORGANIZATIONS.name, problem.row_no
