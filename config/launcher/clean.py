"""`make clean-data`: delete the data of this folder, after asking."""

import os
import shutil
import sys

from config.launcher.console import say
from config.launcher.errors import LaunchError
from config.launcher.locking import only_one
from config.launcher.project import Project

WORD = "删除"


def clean_data(project: Project) -> int:
    """Delete database, files, logs and the secret key. What was installed stays."""
    folders = [
        project.postgres,
        project.var / "postgres.new",
        project.var / "files",
        project.run,
        project.log,
    ]
    found = [path for path in [*folders, project.var / "secret"] if path.exists()]
    if not project.postgres.exists() and not (project.var / "files").exists():
        say("没有数据可删。")
        return 0
    with only_one(project, "clean-data"):
        _confirm(project)
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    say("数据已删除；下次 make run 会重新生成演示数据。")
    return 0


def _confirm(project: Project) -> None:
    """Ask for a word that nobody types by accident; ``CONFIRM=删除`` answers for a script."""
    say(f"将删除 {project.var} 中的全部数据（数据库、文件、日志），无法恢复。")
    answer = os.environ.get("CONFIRM", "")
    if not answer and sys.stdin.isatty():
        answer = input(f"输入“{WORD}”确认：").strip()
    if answer != WORD:
        raise LaunchError("没有确认，什么都没有删除。")
