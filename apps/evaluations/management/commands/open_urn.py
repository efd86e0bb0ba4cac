"""``manage.py open_urn SESSION --actor USERNAME``: open a closed urn with two key cards read from stdin, one card a line.

If the house's half of the key is lost, one more line takes the text of the sealed page (``SPKH-…``).

Exit code 0: opened (or was open already), 1: refused with reasons, 2: wrong use.
"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.evaluations.domain import crockford
from apps.evaluations.domain.key_cards import HOLD_PREFIX
from apps.evaluations.models import EvaluationSession
from apps.evaluations.policies import can_manage_session
from apps.evaluations.services import open_urn


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # scrutineers wait at the screen; the server has checked itself
    help = "Open a closed urn. Cards (and the sealed page) are read from standard input, one per line; they are not stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", type=int)
        parser.add_argument("--actor", required=True, help="user name of the account that opens, for the log")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    @sensitive_variables("lines", "cards", "hold")
    def handle(self, *args: object, **options: Any) -> None:
        actor = User.objects.filter(username__iexact=options["actor"], is_active=True).first()
        session = (
            EvaluationSession.objects.select_related("cycle__host").filter(pk=options["session"]).first()
        )
        if actor is None or session is None or not can_manage_session(actor, session):
            self._answer("wrong_use", "没有这个测评场次，或者这个账号不能管理它。", as_json=options["json"])
            sys.exit(2)
        if sys.stdin.isatty():
            self.stderr.write("请逐行录入两张钥匙卡（缺少封存钥匙时再录入封存页），录完按 Ctrl-D：")
        lines = [line for line in sys.stdin.read().splitlines() if line.strip()]
        hold = next((line for line in lines if crockford.tidy(line).startswith(HOLD_PREFIX)), "")
        cards = [line for line in lines if line != hold]
        try:
            open_urn(session.pk, cards=cards, hold=hold, actor=actor, at=timezone.now())
        except DomainError as refusal:
            self._answer(refusal.code, refusal.message, as_json=options["json"])
            sys.exit(1)
        self._answer("opened", "票箱已打开，评分已拆分打乱入库。", as_json=options["json"])

    def _answer(self, code: str, message: str, *, as_json: bool) -> None:
        self.stdout.write(json.dumps({"code": code, "message": message}) if as_json else message)
