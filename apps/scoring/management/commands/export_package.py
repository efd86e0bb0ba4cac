"""``manage.py export_package SESSION FILE [--sealed FILE2]``: write the result package, or the sealed urn, or both.

Exit code 0: written, 1: refused with reasons, 2: wrong use.
"""

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.common.errors import DomainError
from apps.evaluations.models import EvaluationSession
from apps.scoring.services import export_results, export_sealed


class Command(BaseCommand):
    help = "导出结果包（供监票人和组织部门复核，含未隐去的计票数据）；--sealed 另导出密封选票。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", type=int)
        parser.add_argument("file", type=Path, help="- for none: only the sealed export")
        parser.add_argument("--sealed", type=Path, help="also write the sealed envelopes here")

    def handle(self, *args: object, **options: Any) -> None:
        if not EvaluationSession.objects.filter(pk=options["session"]).exists():
            self._end("没有这个测评场次。", 2)
        wanted = [] if str(options["file"]) == "-" else [(options["file"], export_results)]
        wanted += [(options["sealed"], export_sealed)] if options["sealed"] else []
        if not wanted:
            self._end("没有指定要写的文件。", 2)
        for path, export in wanted:
            try:
                content = export(options["session"], actor=None, at=timezone.now())
                self._write(path, content)
            except DomainError as refusal:
                self._end(refusal.message, 1)
            except FileExistsError:
                self._end(f"{path} 已经存在，没有覆盖。请换一个文件名。", 2)
            except OSError as fault:
                self._end(f"{path} 写不进去：{fault.strerror}。", 2)
            self.stdout.write(f"已导出 {path}（{len(content)} 字节）。")

    def _write(self, path: Path, content: bytes) -> None:
        """Write a new file that only its owner can read."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)

    def _end(self, words: str, code: int) -> None:
        self.stderr.write(words)
        sys.exit(code)
