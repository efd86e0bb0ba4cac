"""Pages of organizations: the tree, one organization with its history, and the acts that change them."""

from apps.organizations.views.acts import (
    organization_abolish,
    organization_create,
    organization_edit,
    organization_move,
    organization_reinstate,
    organization_rename,
    organization_take_back,
)
from apps.organizations.views.cards import organization_detail, organization_history
from apps.organizations.views.joining import organization_merge, organization_split
from apps.organizations.views.options import organization_options
from apps.organizations.views.trees import organization_branch, organization_search, organization_tree

__all__ = [
    "organization_abolish",
    "organization_branch",
    "organization_create",
    "organization_detail",
    "organization_edit",
    "organization_history",
    "organization_merge",
    "organization_move",
    "organization_options",
    "organization_reinstate",
    "organization_rename",
    "organization_search",
    "organization_split",
    "organization_take_back",
    "organization_tree",
]
