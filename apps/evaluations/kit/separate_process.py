"""Opening the urn in a process of its own: the web server hands the cards over on stdin and never holds the key.

Cards go through a pipe only: not in the arguments, not in the environment, not in a file.
"""

import json
import logging
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

logger = logging.getLogger(__name__)
NOT_DONE = "开箱程序没有正常结束，票箱没有打开，选票都完好。请再试一次；仍不行请系统管理员查看服务器日志。"
TIMEOUT = 300  # seconds; 2,000 ballots of 40 reviewees take a few


@sensitive_variables("cards", "hold")
def open_in_own_process(session_id: int, cards: Sequence[str], username: str, *, hold: str = "") -> None:
    """Run ``manage.py open_urn`` with the cards, and the sealed page if it was needed, on its stdin.

    :raises DomainError: what the command refused, in its own words and with its own code.
    """
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "open_urn",
        str(session_id),
        "--actor",
        username,
        "--json",
    ]
    try:
        done = _run(command, [*cards, hold])
    except subprocess.TimeoutExpired:
        raise DomainError(NOT_DONE, code="opening_failed") from None
    _raise_refusal(done)


@sensitive_variables("lines")
def _run(command: Sequence[str], lines: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 -- our own interpreter and command, no shell
        command,
        input="\n".join(" ".join(line.split()) for line in lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": _database_url(),
            "SPK_HOLDS_DIR": str(settings.HOLDS_DIR),
            "PYTHONIOENCODING": "utf-8",
        },
    )


def _raise_refusal(done: "subprocess.CompletedProcess[str]") -> None:
    if done.returncode == 0:
        return
    refusal = _read_refusal(done.stdout)
    if refusal is None:
        logger.error("open_urn ended with %s: %s", done.returncode, _kind_of_fault(done.stderr))
        refusal = DomainError(NOT_DONE, code="opening_failed")
    raise refusal


def _read_refusal(stdout: str) -> DomainError | None:
    """Return what the command refused; ``None`` if it ended without a word of its own."""
    try:
        answer = json.loads(stdout.strip().splitlines()[-1])
        return DomainError(answer["message"], code=answer["code"])
    except (ValueError, LookupError, TypeError):
        return None


def _kind_of_fault(stderr: str) -> str:
    """Return the name of the exception only; its words might quote a row."""
    lines = stderr.strip().splitlines()
    return lines[-1].split(":")[0][:80] if lines else "no word"


def _database_url() -> str:
    """Return the address of the database this process uses, so that both look at the same urn."""
    used: dict[str, Any] = connection.settings_dict
    user = quote(used["USER"] or "", safe="")
    password = f":{quote(used['PASSWORD'], safe='')}" if used["PASSWORD"] else ""
    options = {"host": used["HOST"], "port": used["PORT"], **used.get("OPTIONS", {})}
    known = {name: str(value) for name, value in options.items() if value and isinstance(value, str | int)}
    return f"postgresql://{user}{password}@/{quote(used['NAME'], safe='')}?{urlencode(known)}"
