"""Django's ``migrate`` as the owner of the tables, who then says what the application's role may do."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import Error

from apps.audit.services.roles import as_owner, ensure_application_role


class Command(MigrateCommand):
    def execute(self, *args: Any, **options: Any) -> str | None:
        """Checks ask the database already, so they are the owner's, too: the other role may not be there yet."""
        with as_owner():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ensure_application_role()
        except Error as error:
            raise CommandError(
                f"没有应用程序用的数据库角色，也不能建立它：{error}请让数据库管理员先建立（见 docs/operations.md）。"
            ) from error
        super().handle(*args, **options)
