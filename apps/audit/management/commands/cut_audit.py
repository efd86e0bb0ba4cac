"""Move old entries into an archive file. Exit code 0: done; 1: refused, with the reason; 2: wrong use."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone

from apps.audit.errors import CutRefused
from apps.audit.selectors import start_of
from apps.audit.services import cut_log
from apps.audit.services.roles import as_owner


class Command(BaseCommand):
    help = "把某日之前的日志移入归档文件（至少保留 183 天；须用表的属主账号，见 OWNER_DATABASE_URL）。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--before", required=True, metavar="YYYY-MM-DD", help="这一天之前的移走")
        parser.add_argument(
            "--archive", required=True, metavar="文件", help="归档文件（.jsonl），请存到别处妥善保管"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = date.fromisoformat(options["before"])
        except ValueError as error:
            raise CommandError(f"--before 不是日期：{options['before']}", returncode=2) from error
        try:
            with as_owner():
                cut = cut_log(before=start_of(day), archive=Path(options["archive"]), at=timezone.now())
        except CutRefused as refusal:
            raise CommandError(refusal.message) from refusal
        except (Error, OSError) as error:
            raise CommandError(f"没有归档，什么都没有动：{error}") from error
        self.stdout.write(
            f"第 {cut.first_seq}–{cut.last_seq} 条已移入 {options['archive']}（SHA-256 {cut.sha256}），末条 {cut.last_seq}:{cut.head}"
        )
