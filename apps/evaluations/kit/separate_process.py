"""Opening the urn in a process of its own: the web server hands the cards over on stdin and never holds the key.

Cards go through a pipe only: not in the arguments, not in the environment, not in a file.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.views.decorators.debug import sensitive_variables

from apps.common.errors import DomainError

TIMEOUT = 300  # seconds; 2,000 ballots of 40 reviewees take a few


@sensitive_variables("cards")
def open_in_own_process(session_id: int, cards: Sequence[str], actor_id: int) -> None:
    """Run ``manage.py open_urn`` with the cards on its stdin.

    :raises DomainError: what the command refused, in its own words and with its own code.
    """
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "open_urn",
        str(session_id),
        "--actor",
        str(actor_id),
        "--json",
    ]
    done = subprocess.run(  # noqa: S603 -- our own interpreter and command, two numbers
        command,
        input="\n".join(" ".join(card.split()) for card in cards),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": _database_url(), "PYTHONIOENCODING": "utf-8"},
    )
    _raise_refusal(done)


def _raise_refusal(done: "subprocess.CompletedProcess[str]") -> None:
    if done.returncode == 0:
        return
    try:
        answer = json.loads(done.stdout.strip().splitlines()[-1])
        refusal = DomainError(answer["message"], code=answer["code"])
    except (ValueError, LookupError):
        refusal = DomainError(
            "开箱程序没有正常结束，票箱没有打开，选票都完好。请再试一次；仍不行请系统管理员查看服务器日志。",
            code="opening_failed",
        )
    raise refusal


def _database_url() -> str:
    """Return the address of the database this process uses, so that both look at the same urn."""
    used: dict[str, Any] = connection.settings_dict
    user = quote(used["USER"] or "", safe="")
    password = f":{quote(used['PASSWORD'], safe='')}" if used["PASSWORD"] else ""
    options = {"host": used["HOST"], "port": used["PORT"], **used.get("OPTIONS", {})}
    known = {name: str(value) for name, value in options.items() if value and isinstance(value, str | int)}
    return f"postgresql://{user}{password}@/{quote(used['NAME'], safe='')}?{urlencode(known)}"
