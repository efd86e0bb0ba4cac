"""Recompute the chain of the log. Exit code 0: holds; 1: broken; 2: wrong use."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.audit.selectors import contains_hash
from apps.audit.services import verify_chain


class Command(BaseCommand):
    help = "核对日志的散列链：完好为 0，断裂为 1（并指出第一条不符的记录）。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--head", default="", help="另行保存的末条散列；给出时一并核对末尾没有被截短")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_chain()
        if not report.holds:
            self.stderr.write(
                f"日志在第 {report.broken_seq} 条断裂：{report.reason}。此前 {report.n_checked} 条完好。"
            )
            sys.exit(1)
        if options["head"] and not contains_hash(options["head"]):
            self.stderr.write(
                f"日志中没有散列为 {options['head']} 的记录：末尾可能被截短。现有 {report.n_checked} 条。"
            )
            sys.exit(1)
        self.stdout.write(f"日志完好：{report.n_checked} 条，末条散列 {report.head}")
