"""The whole check: typed rows and the present roster in, a plan out. Pure, so pages, commands and tests run the same one."""

from apps.rosters.domain.columns import ORGANIZATIONS, SECRETARIES
from apps.rosters.domain.organizations import OrganizationChecks, plan_organizations
from apps.rosters.domain.plan import ImportPlan
from apps.rosters.domain.present import PresentRoster, Reach
from apps.rosters.domain.rows import Problem, SheetCells, read_organizations, read_secretaries
from apps.rosters.domain.secretaries import SecretaryChecks, plan_secretaries

NOTHING = SheetCells({}, ())


def plan_import(sheets: dict[str, SheetCells], present: PresentRoster, reach: Reach) -> ImportPlan:
    """Check the sheets and say what would be written. With problems, the plan holds them and nothing to write."""
    plan = ImportPlan()
    organizations = read_organizations(sheets.get(ORGANIZATIONS.name, NOTHING), plan.problems)
    secretaries = read_secretaries(sheets.get(SECRETARIES.name, NOTHING), plan.problems)
    plan.n_organizations, plan.n_secretaries = len(organizations), len(secretaries)
    tree = OrganizationChecks(organizations, present, reach)
    people = SecretaryChecks(secretaries, present, reach, tree)
    plan.problems += [*tree.run(), *people.run()]
    if plan.problems:
        plan.problems.sort(key=_place)
    else:
        plan_organizations(tree, plan)
        plan_secretaries(people, plan)
        plan.changes.sort(key=lambda change: change.kind == "gone")
    return plan


def _place(problem: Problem) -> tuple[bool, int]:
    return problem.sheet != ORGANIZATIONS.name, problem.row_no
