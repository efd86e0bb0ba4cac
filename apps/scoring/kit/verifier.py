"""Running the independent verifier: a process of its own, without this application in it."""

import json
import subprocess
import sys
from pathlib import Path

from apps.common.errors import DomainError
from apps.scoring.domain import verification

PROGRAM = Path(verification.__file__)
TIMEOUT = 600  # seconds
NOT_DONE = "复核程序没有正常结束，结果没有改动。请再复核一次；仍不行请系统管理员查看服务器日志。"


def differences_in(package: bytes) -> list[str]:
    """Return in words what the verifier finds wrong with a result package; empty if it agrees.

    The package goes through a pipe: it lies in no file.

    :raises DomainError: the verifier came to no result.
    """
    command = [sys.executable, "-I", str(PROGRAM), "-", "--json"]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and program, no shell
            command, input=package, capture_output=True, timeout=TIMEOUT, check=False
        )
        return [str(one) for one in json.loads(done.stdout)["differences"]]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        raise DomainError(NOT_DONE, code="verification_failed") from None
