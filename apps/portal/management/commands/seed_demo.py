"""Build the demonstration district up to a stage of this year."""

import json
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.models import User
from apps.organizations.models import Organization
from apps.portal.management.demo.district import Login, build_district, renew_logins
from apps.portal.management.demo.year import STEPS, Year, report_year, run_year

STAGES = ("roster", "last_year", *STEPS)
DAYS_TO_MEETING = 2
DAYS_SINCE_MEETING = 20
LAST_MEETING = 300  # days ago


class Command(BaseCommand):
    help = "生成演示区：虚构的党组织、书记和上一年度的完整资料，本年度进行到 --until 所指阶段。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until", choices=STAGES, default="meeting", help="本年度进行到哪一步（默认：会议之前）"
        )
        parser.add_argument("--scale", type=int, default=1, help="支部数量的倍数（默认 1，约 300 个支部）")
        parser.add_argument("--json", action="store_true", help="用 JSON 输出登录名和口令，供程序读取")

    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.exists():
            raise CommandError("数据库中已有党组织，没有生成演示数据。演示数据只能生成在空的数据库里。")
        now = timezone.localtime()
        build_district(year=now.year - 1, scale=options["scale"], at=now - timedelta(days=420))
        if options["until"] != "roster":
            self._years(now, options["until"])
        # The district was opened a year ago; its one-time passwords would have expired.
        self._print(renew_logins(at=now), as_json=options["json"])

    def _years(self, now: datetime, until: str) -> None:
        clerk, head = (User.objects.get(username=name) for name in ("jingban", "fuze"))
        root = Organization.objects.get(superior=None)
        # Past the meeting, the demonstration's meeting lies far enough back for all that followed it.
        is_over = until in {"voting", "grading", "rectifying"}
        base = now + timedelta(days=-DAYS_SINCE_MEETING if is_over else DAYS_TO_MEETING)
        number = report_year(base)
        last = run_year(Year(now - timedelta(days=LAST_MEETING), number - 1, clerk, head, root))
        if until != "last_year":
            run_year(Year(base, number, clerk, head, root, previous=last.cycle), until=until)

    def _print(self, logins: list[Login], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({login.username: login.password for login in logins}))
            return
        for login in logins:
            self.stdout.write(login.line)
