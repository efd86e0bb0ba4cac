"""A Chromium for the tests: the system's, one from apt as root, else the one npm ships."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from config.launcher.assets import find_node, install_packages
from config.launcher.console import step
from config.launcher.errors import LaunchError
from config.launcher.project import Project
from config.launcher.tools import run_tool, tool_environment

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Early releases of Python 3.11 do not know the filter; npm has checked the file's hash in any case."""
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def ensure_browser(project: Project) -> None:
    """Install a browser unless one is there; Chinese fonts come from npm in any case."""
    _write_fonts_conf(project)
    if find_browser(project) is not None:
        return
    if os.geteuid() == 0 and shutil.which("apt-get") and _install_by_apt(project):
        return
    _unpack_shipped(project)
    if find_browser(project) is None:
        raise LaunchError(
            "没有能用的 Chromium；请安装它（Debian：apt-get install chromium），或设置 SPK_CHROMIUM。"
        )


def find_browser(project: Project) -> Path | None:
    """Return a browser that starts."""
    given = os.environ.get("SPK_CHROMIUM")
    for found in (given, *map(shutil.which, NAMES), shipped_browser(project)):
        if found and Path(found).exists() and _starts(project, Path(found)):
            return Path(found)
    return None


def shipped_browser(project: Project) -> Path:
    """Where the browser from npm is unpacked."""
    return project.var / "chromium" / "chromium"


def _starts(project: Project, program: Path) -> bool:
    """Ubuntu's `chromium-browser` is only a pointer to a snap: it exists and does not start."""
    env = dict(os.environ)
    if program == shipped_browser(project):
        env["LD_LIBRARY_PATH"] = str(program.parent / "lib")
    try:
        done = subprocess.run([program, "--version"], capture_output=True, env=env, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"Chrom" in done.stdout


def browser_environment(project: Project) -> dict[str, str]:
    """Variables that let tests find the browser, and the browser the fonts."""
    found = find_browser(project)
    fonts = {"FONTCONFIG_FILE": str(_fonts_conf(project))}
    return fonts | ({"SPK_CHROMIUM": str(found)} if found else {})


def _fonts_conf(project: Project) -> Path:
    return project.var / "fonts.conf"


def _write_fonts_conf(project: Project) -> None:
    text = FONTS_CONF.format(fonts=project.fonts, cache=project.var / "cache" / "fontconfig")
    _fonts_conf(project).write_text(text, encoding="utf-8")


def _install_by_apt(project: Project) -> bool:
    """Try the distribution's package; on Ubuntu it is a snap and no help."""
    env = tool_environment(project) | {"DEBIAN_FRONTEND": "noninteractive"}
    with step("安装 Chromium（apt-get）"):
        try:
            run_tool(project, ["apt-get", "update", "-q"], "apt-get update", env)
            run_tool(
                project,
                ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"],
                "apt-get",
                env,
            )
        except LaunchError:
            return False
    return find_browser(project) is not None


def _unpack_shipped(project: Project) -> None:
    node = find_node(project)
    install_packages(project, node, with_tests=True)
    with step("解开 npm 附带的 Chromium"):
        script = project.root / "config" / "launcher" / "unpack_chromium.mjs"
        target = project.var / "chromium"
        run_tool(project, [node.program, script, target], "解开 Chromium", tool_environment(project))
        for name in ("al2023.tar", "swiftshader.tar"):
            with tarfile.open(target / name) as archive:
                folder = target if name == "al2023.tar" else target / "lib"
                archive.extractall(folder, **_SAFELY)  # noqa: S202 -- with the filter where Python knows it
            (target / name).unlink()
