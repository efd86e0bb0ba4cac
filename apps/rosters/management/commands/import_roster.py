"""``manage.py import_roster FILE… [--check] [--as USERNAME]``: the roster from the server's console.

Several workbooks are taken in the order given, each all or nothing on its own: superiors before subordinates. After a
refusal, or if the machine goes down, the same command goes on: what is in already is found unchanged.

Exit code 0: done (or the check found nothing wrong); 1: refused, the reasons are printed and nothing was written of that
workbook nor of those after it; 2: wrong use.
"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.rosters.domain.states import ImportState
from apps.rosters.models import RosterImport
from apps.rosters.services import check_workbook, import_workbook

PRINTED_ERRORS = 50
REFUSED, WRONG_USE = 1, 2


class Command(BaseCommand):
    help = "导入花名册工作簿，可以一次写几个，按先后逐个导入。--check 只检查不写入。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="file", help="花名册工作簿（.xlsx），上级在前")
        parser.add_argument("--check", action="store_true", help="只检查，不写入花名册")
        parser.add_argument(
            "--as", dest="username", default="", help="以这个账号的名义和范围导入；不写则为系统，不限范围"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [Path(name) for name in options["files"]]
        for path in paths:
            if not path.is_file():
                raise CommandError(f"没有这个文件：{path}", returncode=WRONG_USE)
        actor = self._actor(options["username"])
        for n_done, path in enumerate(paths):
            if len(paths) > 1:
                self.stdout.write(f"第 {n_done + 1} 个，共 {len(paths)} 个：{path.name}")
            if not self._take(path, actor, only_check=options["check"]):
                self._tell_rest(n_done, len(paths), only_check=options["check"])
                sys.exit(REFUSED)

    def _take(self, path: Path, actor: User | None, *, only_check: bool) -> bool:
        """Check or import one workbook and tell whether it was sound."""
        try:
            done = self._run(path, actor, only_check=only_check)
        except DomainError as error:
            self.stderr.write(error.message)
            return False
        self._print(done)
        return bool(done.state != ImportState.REFUSED.value)

    def _tell_rest(self, n_done: int, n_files: int, *, only_check: bool) -> None:
        if n_files > 1 and not only_check:
            self.stderr.write(
                f"前面 {n_done} 个已经导入，这一个和后面 {n_files - n_done - 1} 个没有导入。改好后再运行同样的命令即可，已导入的不会重复。"
            )

    def _actor(self, username: str) -> User | None:
        if not username:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"没有这个账号或已停用：{username}", returncode=WRONG_USE)
        return user

    def _run(self, path: Path, actor: User | None, *, only_check: bool) -> RosterImport:
        act = check_workbook if only_check else import_workbook
        return act(path.name, path.read_bytes(), actor=actor, at=timezone.now())

    def _print(self, done: RosterImport) -> None:
        for notice in done.notices:
            self.stdout.write(f"提示：{notice}")
        for error in done.row_errors.all()[:PRINTED_ERRORS]:
            self.stderr.write(
                f"{error.sheet} 第 {error.row_no} 行 {error.column}“{error.value}”：{error.reason}"
            )
        if done.n_errors > PRINTED_ERRORS:
            self.stderr.write(f"共 {done.n_errors} 处错误，只列出前 {PRINTED_ERRORS} 处。")
        self.stdout.write(
            f"{done.get_state_display()}：党组织 {done.n_organizations} 行，书记 {done.n_secretaries} 行；"
            f"新增 {done.n_created}，更新 {done.n_updated}，不变 {done.n_unchanged}，错误 {done.n_errors}。"
        )
