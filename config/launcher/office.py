"""A LibreOffice for the tests of workbooks and letters: the system's, or one from apt as root."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.launcher.console import step
from config.launcher.errors import LaunchError
from config.launcher.locking import installing
from config.launcher.project import Project
from config.launcher.tools import run_tool, tool_environment

NAMES = ("soffice", "libreoffice")
PACKAGES = ("libreoffice-calc-nogui", "libreoffice-writer-nogui")
SECONDS = 600
MISSING = (
    "没有 LibreOffice，没有检查生成的表格和文书能否正常打开。要检查请安装它（Debian：apt-get install libreoffice-calc-nogui libreoffice-writer-nogui），"
    "或设置 SPK_SOFFICE。"
)


@dataclass(frozen=True, slots=True)
class Office:
    """What turns a workbook or a letter into another file."""

    program: Path

    @property
    def opens_letters(self) -> bool:
        """Tell whether its word processor is installed too, which Debian packs apart."""
        return (self.program.resolve().parent / "libswlo.so").is_file()

    def convert(self, files: Sequence[Path], ending: str, folder: Path) -> list[Path]:
        """Open each file, save it as another kind (``ods``, ``pdf``) in the folder, and return the results in order.

        :raises LaunchError: LibreOffice could not open or save one of them.
        """
        folder.mkdir(parents=True, exist_ok=True)
        words = [str(self.program), "--headless", "--norestore", "--convert-to", ending, "--outdir", str(folder),
                 *map(str, files)]  # fmt: skip
        with tempfile.TemporaryDirectory() as profile:
            env = dict(os.environ) | {"HOME": profile}
            code, said = _run(words, env)
        made = [folder / f"{one.stem}.{ending}" for one in files]
        lost = [one.name for one in made if not one.is_file()]
        if code != 0 or lost:
            raise LaunchError(f"LibreOffice 打不开或转换不了：{'、'.join(lost)} {said[-500:]}")
        return made


def _run(words: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Return the exit code and what was said. After ``SECONDS`` the program is ended with all that it started."""
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=dict(env),
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as fault:
            os.killpg(process.pid, signal.SIGKILL)
            raise LaunchError(f"LibreOffice 用了 {SECONDS} 秒还没有转换完。") from fault
    return process.returncode, said


def ensure_office(project: Project) -> Office:
    """Return a LibreOffice that starts; as root, install Debian's if there is none.

    :raises LaunchError: names what is missing.
    """
    found = _installed()
    if found is not None and Office(found).opens_letters:
        return Office(found)
    if os.geteuid() == 0 and shutil.which("apt-get") and _install_by_apt(project):
        found = _installed()
    if found is None:
        raise LaunchError(MISSING)
    return Office(found)


def _installed() -> Path | None:
    given = os.environ.get("SPK_SOFFICE")
    places = (Path(found) for found in (given, *map(shutil.which, NAMES)) if found)
    return next((place for place in places if _starts(place)), None)


def _install_by_apt(project: Project) -> bool:
    """Try the distribution's package, without its windows."""
    env = tool_environment(project) | {"DEBIAN_FRONTEND": "noninteractive"}
    words = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]
    with installing(project), step("安装 LibreOffice（apt-get，只供测试）"):
        try:
            run_tool(project, ["apt-get", "update", "-q"], "apt-get update", env)
            run_tool(project, words, "apt-get", env)
        except LaunchError:
            return False
    return True


def _starts(program: Path) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"LibreOffice" in done.stdout
