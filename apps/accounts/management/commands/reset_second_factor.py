"""Take a lost second factor away, on the server. Exit code 0: done; 1: refused, with the reason."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.accounts.domain.usernames import canonical_username
from apps.accounts.models import User
from apps.accounts.services import reset_factor
from apps.common.errors import DomainError


class Command(BaseCommand):
    help = "解除账号绑定的验证器和恢复码（手机丢失又没有别的安全管理员时用），记入日志。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username", help="用户名")
        parser.add_argument("--reason", required=True, help="理由，记入日志")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=canonical_username(options["username"])).first()
        if user is None:
            self.stderr.write(f"没有用户名为“{options['username']}”的账号。")
            sys.exit(1)
        try:
            reset_factor(user.pk, reason=options["reason"], actor=None, at=timezone.now())
        except DomainError as refusal:
            self.stderr.write(refusal.message)
            sys.exit(1)
        self.stdout.write(f"已解除{user}（{user.username}）的二次验证，其全部登录已退出。")
