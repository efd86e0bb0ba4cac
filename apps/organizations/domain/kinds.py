"""Kinds of Party organizations.

Source: they follow the Party Constitution's primary-level organizations.
"""

from apps.common.domain.labels import LabelledEnum


class OrganizationKind(LabelledEnum):
    """Kind of a Party organization (党组织类型)."""

    COMMITTEE = "committee", "党委"
    WORK_COMMITTEE = "work_committee", "党工委"
    LEADING_GROUP = "leading_group", "党组"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
