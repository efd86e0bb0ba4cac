"""One readable log of all children: on the terminal and in var/log/run.log."""

import contextlib
import sys
import time
from pathlib import Path
from typing import TextIO

LARGEST = 10 * 1024 * 1024
WIDTH = 9
COLORS = {"web": 36, "worker": 32, "beat": 35, "postgres": 34, "valkey": 33}
CHATTER = {
    "postgres": ("LOG:", "is starting up"),
    "valkey": ("WARNING Memory overcommit", "signal-handler", "ready to exit"),
    "worker": ("Warm shutdown",),
}
"""Lines of engines that belong in the file, not on the terminal."""
FULL_DISK = "No space left on device"


class Logbook:
    """Writes lines with the name of the child in front."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.in_color = sys.stdout.isatty()
        self.file: TextIO | None = None
        self.diverted: dict[str, list[str]] = {}
        self.last: dict[str, str] = {}
        self._open()

    def _open(self) -> None:
        """Begin a new file when the old one is large; one older file is kept."""
        with contextlib.suppress(OSError):
            if self.file is not None:
                self.file.close()
            if self.path.exists() and self.path.stat().st_size > LARGEST:
                self.path.replace(self.path.with_suffix(".1.log"))
            self.file = self.path.open("a", encoding="utf-8", buffering=1)

    def divert(self, name: str, lines: list[str] | None) -> None:
        """Collect a child's lines instead of printing them (or print them again)."""
        if lines is None:
            self.diverted.pop(name, None)
        else:
            self.diverted[name] = lines

    def write(self, name: str, line: str) -> None:
        """Log one line of a child. A full disk is said in words, and is no reason to stop."""
        line = line.rstrip()
        if not line:
            return
        self.last[name] = line
        if name in self.diverted:
            self.diverted[name].append(line)
            return
        self._put(name, line)
        if FULL_DISK in line:
            self.note("磁盘已满：请尽快腾出空间，已确认的数据不受影响。")

    def note(self, line: str) -> None:
        """Log a line of our own."""
        self._put("述评考", line)

    def last_line(self, name: str) -> str:
        """Return the last thing a child said."""
        return self.last.get(name, "没有输出")

    def _put(self, name: str, line: str) -> None:
        label = name + " " * max(0, WIDTH - len(name.encode("gbk", "replace")))
        color = COLORS.get(name, 31 if name == "述评考" else 90)
        shown = f"\x1b[{color}m{label}\x1b[0m│ {line}" if self.in_color else f"{label}| {line}"
        if not any(word in line for word in CHATTER.get(name, ())):
            with contextlib.suppress(OSError, ValueError):
                print(shown, flush=True)
        with contextlib.suppress(OSError, ValueError):
            if self.file is not None:
                self.file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {label}| {line}\n")
                if self.file.tell() > LARGEST:
                    self._open()

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            if self.file is not None:
                self.file.close()
