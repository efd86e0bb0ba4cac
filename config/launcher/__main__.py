"""Entry: find a Python that is new enough, then run the command."""

import os
import shutil
import sys

OLDEST = (3, 11)


def use_newer_python() -> None:
    """Start over with a newer interpreter if there is one. This file itself runs on any Python 3."""
    for minor in range(14, OLDEST[1] - 1, -1):
        program = shutil.which("python3.%d" % minor)  # noqa: UP031 -- runs on old Pythons too
        if program:
            os.execv(program, [program, "-m", "config.launcher"] + sys.argv[1:])  # noqa: RUF005, S606 -- as above
    sys.exit("✗ 需要 Python 3.11 以上，本机是 %d.%d；请先安装较新的 Python。" % sys.version_info[:2])  # noqa: UP031


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        use_newer_python()
    from config.launcher.commands import main

    sys.exit(main(sys.argv[1:]))
