"""Who may change the tree: department staff, inside their own subtree."""

from apps.common.domain.actors import Actor
from apps.organizations.domain.tree import depth_of, is_within
from apps.organizations.models import Organization


def can_edit_organizations(user: Actor) -> bool:
    """Tell whether the account may change any organization at all."""
    return bool(user.department_paths())


def can_edit_organization(user: Actor, organization: Organization) -> bool:
    return is_within(organization.path, user.department_paths())


def can_place_organization(user: Actor, organization: Organization) -> bool:
    """Tell whether the account may move or abolish it: its superior must be in the account's hands as well."""
    superior_path = organization.path.removesuffix(f"{organization.pk}/")
    return bool(superior_path) and is_within(superior_path, user.department_paths())


def can_see_fields(user: Actor) -> bool:
    """Tell whether the account may look at the list of fields: whoever acts as department staff anywhere."""
    return bool(user.department_paths())


def can_edit_fields(user: Actor) -> bool:
    """Tell whether the account may change the fields: only the department's head of the whole tree, whom all below follow."""
    return any(depth_of(path) == 0 for path in user.paths_of("head"))
