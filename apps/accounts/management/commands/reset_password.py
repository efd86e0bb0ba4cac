"""A one-time password for any account, given on the server. Exit code 0: given; 1: no such account."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.accounts.domain.usernames import canonical_username
from apps.accounts.models import User
from apps.accounts.services import reset_password


class Command(BaseCommand):
    help = "给账号一个新的一次性密码（只显示这一次），并解除登录锁定。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username", help="用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=canonical_username(options["username"])).first()
        if user is None:
            self.stderr.write(f"没有用户名为“{options['username']}”的账号。")
            sys.exit(1)
        password = reset_password(user.pk, actor=None, at=timezone.now())
        self.stdout.write(f"{user}　用户名 {user.username}　一次性密码 {password}")
