"""Children of a supervisor that was killed: noted by number and start time, ended at the next start."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

SECONDS = 5.0


class Register:
    """The process numbers of the running system, in a file that outlives us."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noted: dict[str, tuple[int, str]] = {}

    def note(self, name: str, pid: int) -> None:
        """Remember a child."""
        self.noted[name] = (pid, started(pid))
        self._write()

    def forget(self, name: str) -> None:
        """Forget a child that has ended as it should."""
        self.noted.pop(name, None)
        self._write()

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            self.path.write_text(json.dumps(self.noted), encoding="utf-8")

    def clear(self) -> None:
        """Forget all children: they have ended in good order."""
        self.noted = {}
        self.path.unlink(missing_ok=True)

    def end_orphans(self) -> list[str]:
        """End what a killed supervisor left running, except engines, which look after themselves."""
        names = []
        for name, (pid, moment) in self._read().items():
            if name != "postgres" and moment and started(pid) == moment:
                names.append(name)
                _end_group(pid, moment)
        self.clear()
        return names

    def _read(self) -> dict[str, tuple[int, str]]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return {str(name): (int(pid), str(moment)) for name, (pid, moment) in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


def started(pid: int) -> str:
    """Return when a process started, as the system writes it; empty if there is none.

    Together with the number this names a process for good: numbers alone are used again.
    """
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            return "" if fields[0] == "Z" else fields[19]
        except (OSError, IndexError):
            return ""
    done = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _end_group(pid: int, moment: str) -> None:
    """Ask a group of processes to end, then insist."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS
        while started(pid) == moment and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(pid, signal.SIGKILL)
