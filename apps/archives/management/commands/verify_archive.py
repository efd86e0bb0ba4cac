"""``manage.py verify_archive FILE``: is an archive of a cycle as it was made? Needs neither database nor network.

Exit code 0: intact, 1: something was changed, is missing or was put in, 2: wrong use.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.archives.domain.verification import Findings, NotAnArchiveError, verify_archive


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # it reads one file only
    help = "核对归档包：内容有没有被改动，有没有缺少或多出的文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            found = verify_archive(options["file"])
        except NotAnArchiveError as fault:
            self._end(str(fault))
        except OSError as fault:
            self._end(f"读不到文件：{fault.strerror}。")
        self.stdout.write(_as_json(found) if options["json"] else _in_words(found))
        if not found.is_intact:
            sys.exit(1)

    def _end(self, words: str) -> None:
        self.stderr.write(words)
        sys.exit(2)


def _as_json(found: Findings) -> str:
    told = {
        "intact": found.is_intact,
        "files": found.n_files,
        "sha256": found.sha256,
        "broken": found.broken,
        "missing": found.missing,
        "extra": found.extra,
    }
    return json.dumps(told, ensure_ascii=False)


def _in_words(found: Findings) -> str:
    whole = f"归档包的 SHA-256：{found.sha256}"
    if found.is_intact:
        return f"归档包完好：{found.n_files} 个文件都与散列值清单一致，没有缺少和多出。\n{whole}"
    lines = found.lines()
    return "\n".join([f"归档包有 {len(lines)} 处问题，第一处是：{lines[0]}", *lines, whole])
