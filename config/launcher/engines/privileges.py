"""How a child gets rid of uid 0, which PostgreSQL refuses."""

import functools
import os
import signal
import subprocess
import sys
from pathlib import Path

from config.launcher.engines.as_child import NOBODY

SCRIPT = Path(__file__).with_name("as_child.py")


def child_command(
    command: list[str], *, mode: str = "same", on_parent_death: int = signal.SIGTERM
) -> list[str]:
    """Return ``command`` wrapped so that it ends with this process. ``on_parent_death=0`` lets it outlive us."""
    prefix = [sys.executable, "-I", "-S", str(SCRIPT), str(os.getpid()), str(int(on_parent_death)), mode]
    return [*prefix, *command]


@functools.cache
def unprivileged_mode() -> str:
    """Return how to run a program that refuses root: ``same``, ``namespace`` or ``nobody``."""
    if os.geteuid() != 0:
        return "same"
    probe = child_command(["true"], mode="namespace")
    done = subprocess.run(probe, capture_output=True, check=False)
    return "namespace" if done.returncode == 0 else "nobody"


def hand_over(folder: Path, mode: str) -> None:
    """Give a folder to the account the child will run as."""
    if mode == "nobody":
        os.chown(folder, NOBODY, NOBODY)


def can_reach(folder: Path, mode: str) -> bool:
    """Say whether the child's account can enter ``folder`` (matters only for ``nobody``)."""
    if mode != "nobody":
        return True
    probe = child_command(["test", "-x", str(folder)], mode=mode)
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0
