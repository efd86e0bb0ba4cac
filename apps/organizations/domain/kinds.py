"""Kinds of Party organizations and the fields (领域) in which they are compared.

Source: the seed text names the seven fields; kinds follow the Party Constitution's primary-level organizations.
"""

from apps.common.domain.labels import LabelledEnum


class OrganizationKind(LabelledEnum):
    """Kind of a Party organization (党组织类型)."""

    COMMITTEE = "committee", "党委"
    WORK_COMMITTEE = "work_committee", "党工委"
    LEADING_GROUP = "leading_group", "党组"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"


class Field(LabelledEnum):
    """Field of Party-building work (领域): reviewees are ranked within one."""

    RURAL = "rural", "农区"
    URBAN = "urban", "城市"
    NEW = "new", "两新"
    AGENCY = "agency", "机关"
    SOE = "soe", "国企"
    HEALTH = "health", "卫健"
    EDUCATION = "education", "教育"
