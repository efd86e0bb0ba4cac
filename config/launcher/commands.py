"""The launcher's commands, one per target of the Makefile."""

import errno
import os
import sys
from collections.abc import Callable

from config.launcher import checks, clean, lock, manage, run, serve, testing
from config.launcher.console import complain
from config.launcher.errors import LaunchError
from config.launcher.project import Project, this_project

Command = Callable[[Project, list[str]], int]


def _serve(project: Project, arguments: list[str]) -> int:
    host, port, begun_at = arguments
    serve.serve(project, host, int(port), float(begun_at))
    return 0


COMMANDS: dict[str, Command] = {
    "run": lambda project, _: run.run(project),
    "serve": _serve,
    "test": testing.test,
    "check": lambda project, _: checks.check(project),
    "format": lambda project, _: checks.tidy(project),
    "lock": lock.lock,
    "bench": testing.bench,
    "screenshots": testing.screenshots,
    "clean-data": lambda project, _: clean.clean_data(project),
    "manage": manage.manage,
}


def main(arguments: list[str]) -> int:
    """Run one command. Whatever goes wrong is said in one line."""
    if not arguments or arguments[0] not in COMMANDS:
        complain(f"用法：python3 -m config.launcher {{{'|'.join(COMMANDS)}}}")
        return 2
    project = this_project()
    keep_bytecode(project)
    try:
        return COMMANDS[arguments[0]](project, arguments[1:])
    except LaunchError as error:
        complain(str(error))
    except KeyboardInterrupt:
        complain("已中断。")
        return 130
    except OSError as error:
        complain(_explain(error))
    return 1


def keep_bytecode(project: Project) -> None:
    """Let every program we start find compiled modules, whatever the machine says about writing them beside the sources.

    uv installs packages uncompiled; without this each process would compile all of Django anew, which takes longer than the rest
    of its start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(project.var / "cache" / "bytecode"))


def _explain(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"磁盘已满：{error.filename or ''} 无法写入；请腾出空间后重试。"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"没有权限：{error.filename or error}；它可能属于另一个用户（例如曾用 root 执行过），请改正属主后重试。"
    if error.errno == errno.EROFS:
        return f"{error.filename or ''} 所在的磁盘是只读的。"
    return f"{error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
