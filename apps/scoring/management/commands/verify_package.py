"""``manage.py verify_package FILE [--sealed FILE2]``: compute everything in a result package again by independent code.

With ``--sealed`` two key cards and the sealed page are read from standard input, one a line, and the urn itself is opened again;
nothing is stored. Exit code 0: agrees, 1: differs, 2: wrong use.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.views.decorators.debug import sensitive_variables

from apps.scoring.domain.sealed_verification import CardsRefusedError, verify_sealed
from apps.scoring.domain.verification import NotAPackageError, verify


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # it reads files only: no database, no settings of this house
    help = "独立复核结果包。--sealed 时从标准输入逐行读两张钥匙卡和封存页，重新开箱比对。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--sealed", type=Path, help="sealed export of the same session")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    @sensitive_variables("lines")
    def handle(self, *args: object, **options: Any) -> None:
        lines: list[str] = []
        if options["sealed"]:
            if sys.stdin.isatty():
                self.stderr.write("请逐行录入两张钥匙卡和封存页，录完按 Ctrl-D：")
            lines = sys.stdin.read().splitlines()
        try:
            content = options["file"].read_bytes()
            found = verify(content)
            if options["sealed"]:
                found += verify_sealed(options["sealed"].read_bytes(), content, lines)
        except (NotAPackageError, CardsRefusedError) as fault:
            self._end(str(fault))
        except OSError as fault:
            self._end(f"读不到文件：{fault.strerror}。")
        self._tell(found, as_json=options["json"], with_urn=bool(options["sealed"]))
        if found:
            sys.exit(1)

    def _tell(self, found: list[str], *, as_json: bool, with_urn: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"agrees": not found, "differences": found}))
        elif found:
            self.stdout.write("\n".join([f"复核不一致，共 {len(found)} 处：", *found]))
        else:
            what = "密封选票、台账、评分" if with_urn else "台账、评分"
            self.stdout.write(f"复核一致：{what}、各级得分、总分和名次都与结果包相同。")

    def _end(self, words: str) -> None:
        self.stderr.write(words)
        sys.exit(2)
