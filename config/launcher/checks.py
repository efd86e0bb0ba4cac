"""`make check`: format, lint, imports, types, migrations, quick tests, in this order."""

import os
import subprocess
import time

from config.launcher.console import complain, say
from config.launcher.engines.throwaway import throw_away_engines
from config.launcher.project import Project, inside_virtualenv
from config.launcher.run import become
from config.launcher.testing import install_for_tests, test_environment

QUICK = "not browser and not journey and not slow"


def check(project: Project) -> int:
    """Run all checks; the first that fails ends it."""
    if not inside_virtualenv(project):
        install_for_tests(project, with_browser=False)
        become(project, "check")
    begin = time.monotonic()
    with throw_away_engines() as engines:
        env = test_environment(project) | {
            "TEST_DATABASE_URL": engines.postgres.url("postgres"),
            "TEST_REDIS_URL": engines.valkey.url(0).partition("?")[0],
            "DATABASE_URL": engines.postgres.url("postgres"),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }
        for name, module, *words in _steps():
            if not _passes(project, env, name, [module, *words]):
                return 1
    say(f"✓ 全部通过（{time.monotonic() - begin:.0f} 秒）")
    return 0


def _steps() -> list[list[str]]:
    return [
        ["格式", "-m", "ruff", "format", "--check", "-q", "."],
        ["规则", "-m", "ruff", "check", "-q", "."],
        ["导入", "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        ["类型", "-m", "mypy"],
        ["迁移", "manage.py", "makemigrations", "--check", "--dry-run"],
        ["测试", "-m", "pytest", "-q", "-n", str(n_processes()), "-m", QUICK],
    ]


def n_processes() -> int:
    """How many test processes: two, or what SPK_TEST_PROCESSES says."""
    return int(os.environ.get("SPK_TEST_PROCESSES") or 2)


def _passes(project: Project, env: dict[str, str], name: str, words: list[str]) -> bool:
    begin = time.monotonic()
    done = subprocess.run([project.python, *words], cwd=project.root, env=env, check=False)
    seconds = time.monotonic() - begin
    if done.returncode == 0:
        say(f"✓ {name}（{seconds:.1f} 秒）")
        return True
    complain(f"{name}没有通过。")
    return False


def tidy(project: Project) -> int:
    """Format the code and fix what can be fixed."""
    install_for_tests(project, with_browser=False)
    for words in (["check", "--fix", "-q", "."], ["format", "."]):
        done = subprocess.run([project.python, "-m", "ruff", *words], cwd=project.root, check=False)
    return done.returncode
