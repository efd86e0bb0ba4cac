"""New one-time passwords for the accounts of the demonstration district."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.portal.management.demo.district import renew_logins


class Command(BaseCommand):
    help = "给演示账号重新生成一次性口令（原口令失效）。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            logins = renew_logins(at=timezone.now())
        except ObjectDoesNotExist:
            raise CommandError("这里没有演示账号，没有改动任何口令。") from None
        for login in logins:
            self.stdout.write(login.line)
