"""Writes of the organization tree.

Whoever changes its shape holds the tree lock, so no path is ever computed from a stale one. Each change is written twice: into
the tree as it is now, and into its history (``recording``), in the same transaction.
"""

from apps.organizations.services.closing import abolish_organization, reinstate_organization
from apps.organizations.services.editing import (
    EDITED,
    create_organization,
    edit_organization,
    rename_organization,
)
from apps.organizations.services.joining import merge_organizations, split_organization
from apps.organizations.services.moving import move_organization
from apps.organizations.services.rosters import save_roster_organizations
from apps.organizations.services.taking_back import take_back_last_act
from apps.organizations.services.tree import TREE_LOCK, lock_tree

__all__ = [
    "EDITED",
    "TREE_LOCK",
    "abolish_organization",
    "create_organization",
    "edit_organization",
    "lock_tree",
    "merge_organizations",
    "move_organization",
    "reinstate_organization",
    "rename_organization",
    "save_roster_organizations",
    "split_organization",
    "take_back_last_act",
]
