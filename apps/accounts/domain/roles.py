"""Roles and what they may combine.

Source: design.md section 2; separation of the three administrators (三权分立): GB/T 22239-2019.
"""

from apps.common.domain.labels import LabelledEnum


class Role(LabelledEnum):
    """What an account may do, within its scope."""

    CLERK = "clerk", "组织部经办"
    HEAD = "head", "组织部负责人"
    SECRETARY = "secretary", "党组织书记"
    LEADER = "leader", "点评领导"
    DISCIPLINE = "discipline", "纪检"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


DEPARTMENT_ROLES = (Role.CLERK.value, Role.HEAD.value)
ADMIN_ROLES = (Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value, Role.AUDIT_ADMIN.value)
SCOPED_ROLES = (Role.CLERK.value, Role.HEAD.value, Role.LEADER.value, Role.DISCIPLINE.value)
