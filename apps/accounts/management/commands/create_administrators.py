"""The first three accounts of a new installation. Exit code 0: made; 1: there are administrators already."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from apps.accounts.domain.roles import ADMIN_ROLES, Role
from apps.accounts.models import RoleAssignment
from apps.accounts.services import create_account, grant_role

NAMES = {
    Role.SYSTEM_ADMIN.value: "sysadmin",
    Role.SECURITY_ADMIN.value: "secadmin",
    Role.AUDIT_ADMIN.value: "auditadmin",
}


class Command(BaseCommand):
    help = "建立系统、安全、审计三个管理员账号，一次性密码只显示这一次。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if RoleAssignment.objects.filter(role__in=ADMIN_ROLES).exists():
            self.stderr.write("已有管理员账号，没有再建。遗忘密码请用 manage.py reset_password 用户名。")
            sys.exit(1)
        now = timezone.now()
        for role, username in NAMES.items():
            account = create_account(username, Role(role).label, actor=None, at=now)
            grant_role(account.user.pk, role=role, scope_id=None, actor=None, at=now)
            self.stdout.write(f"{Role(role).label}　用户名 {username}　一次性密码 {account.password}")
