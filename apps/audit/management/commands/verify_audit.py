"""Recompute the chain of the log. Exit code 0: holds; 1: broken; 2: wrong use."""

import sys
import zipfile
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.domain.chain import Head, read_head
from apps.audit.domain.findings import ChainReport
from apps.audit.domain.lines import check_lines
from apps.audit.services import verify_chain


class Command(BaseCommand):
    help = "核对日志的散列链：完好为 0，断裂为 1（并指出第一条不符的记录），用法不对为 2。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--head",
            default="",
            metavar="序号:散列",
            help="另行保存的末条；一并核对末尾没有被截短、之前没有被改写",
        )
        parser.add_argument(
            "--file",
            default="",
            metavar="文件",
            help="核对导出的压缩包、归档或副本（.zip、.jsonl），不看数据库",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._checked(options["file"], _head(options["head"]))
        if not report.holds:
            self.stderr.write(
                f"日志在第 {report.broken_seq} 条断裂：{report.reason}。此前 {report.n_checked} 条完好。"
            )
            sys.exit(1)
        self.stdout.write(f"日志完好：{report.n_checked} 条，末条 {report.last_seq}:{report.head}")

    def _checked(self, path: str, head: Head | None) -> ChainReport:
        if not path:
            return verify_chain(head=head)
        try:
            if not zipfile.is_zipfile(path):
                with Path(path).open(encoding="utf-8") as lines:
                    return check_lines(lines, head=head)
            with zipfile.ZipFile(path) as package, package.open("log.jsonl") as part:
                return check_lines(TextIOWrapper(part, encoding="utf-8"), head=head)
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{path} 不能核对：{error}", returncode=2) from error


def _head(words: str) -> Head | None:
    try:
        return read_head(words) if words else None
    except ValueError as error:
        raise CommandError(f"--head 应为 序号:散列，不能是 {error}", returncode=2) from error
