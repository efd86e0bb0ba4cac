"""`make test`, `make bench` and `make screenshots`."""

import os
import shlex
import subprocess

from config.launcher import virtualenv
from config.launcher.assets import ensure_assets, find_node, install_packages
from config.launcher.browser import browser_environment, ensure_browser
from config.launcher.console import complain, say
from config.launcher.errors import LaunchError
from config.launcher.locking import installing
from config.launcher.project import Project
from config.launcher.run import check_disk


def install_for_tests(project: Project, *, with_browser: bool = True) -> None:
    """Install what tests need besides what runs."""
    project.make_folders()
    check_disk(project)
    with installing(project):
        virtualenv.ensure_virtualenv(project)
        virtualenv.install(project, project.root / virtualenv.DEVELOPMENT)
        virtualenv.install_engines(project)
        if with_browser:
            install_packages(project, find_node(project), with_tests=True)  # axe-core, whatever the browser
            ensure_browser(project)
        ensure_assets(project)


def test_environment(project: Project) -> dict[str, str]:
    """The environment of a test run: engines of its own, never those of `make run`."""
    dropped = {"DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    env = {key: value for key, value in os.environ.items() if key not in dropped}
    return env | browser_environment(project) | {"PYTHONUTF8": "1", "SPK_VAR_DIR": str(project.var)}


def test(project: Project, arguments: list[str]) -> int:
    """Run the whole suite; the exit code is pytest's."""
    install_for_tests(project)
    words = arguments or shlex.split(os.environ.get("ARGS", ""))
    processes = os.environ.get("SPK_TEST_PROCESSES") or "2"
    command = [str(project.python), "-m", "pytest", "-n", processes, "--dist", "loadgroup", *words]
    os.chdir(project.root)
    os.execve(command[0], command, test_environment(project))  # noqa: S606 -- pytest has the last word


def bench(project: Project, arguments: list[str]) -> int:
    """Run the benchmarks named in NAME, or all of them; QUICK=1 makes it short."""
    install_for_tests(project, with_browser=False)
    folder = project.root / "benchmarks"
    every = [path.stem for path in sorted(folder.glob("[!_]*.py"))]
    names = arguments or os.environ.get("NAME", "").split() or every
    if unknown := [name for name in names if name not in every]:
        raise LaunchError(f"没有名为 {unknown[0]} 的基准；现有：{'、'.join(every) or '无'}。")
    quick = ["--quick"] if os.environ.get("QUICK") else []
    failed = 0
    for name in names:
        say(f"── {name} ──")
        command = [str(project.python), "-m", f"benchmarks.{name}", *quick]
        failed |= subprocess.run(
            command, cwd=project.root, env=test_environment(project), check=False
        ).returncode
    return 1 if failed else 0


def screenshots(project: Project, arguments: list[str]) -> int:
    """Take the pictures of the README anew."""
    install_for_tests(project)
    script = project.root / "tests" / "browser" / "screenshots.py"
    if not script.exists():
        complain("没有 tests/browser/screenshots.py。")
        return 1
    command = [str(project.python), "-m", "pytest", "-q", str(script), *arguments]
    return subprocess.run(command, cwd=project.root, env=test_environment(project), check=False).returncode
