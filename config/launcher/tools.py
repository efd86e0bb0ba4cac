"""Run installers and say in one line why one failed."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.launcher.errors import LaunchError
from config.launcher.project import Project

NO_SPACE = ("No space left on device", "ENOSPC", "os error 28")
NO_NETWORK = (
    "error sending request", "Failed to fetch", "dns error", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN",
    "Temporary failure in name resolution", "Connection refused", "Network is unreachable", "Max retries exceeded",
)  # fmt: skip
NO_WHEEL = (
    "has no wheels with a matching",
    "no wheels are available",
    "No matching distribution found",
    "no usable wheels",
)


class NoWheelError(LaunchError):
    """A package has no compiled file for this machine."""


def tool_environment(project: Project, *, index: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment for pip, uv and npm, with caches in var/ where the home folder cannot hold them."""
    variables = dict(os.environ) | {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "NO_COLOR": "1",
    }
    if not os.access(Path.home(), os.W_OK):
        cache = project.var / "cache"
        for name in ("UV_CACHE_DIR", "npm_config_cache", "PIP_CACHE_DIR", "XDG_CACHE_HOME"):
            variables.setdefault(name, str(cache / name.lower()))
        variables["HOME"] = str(cache)
    return variables | dict(index or {})


def run_tool(project: Project, command: Sequence[str | Path], what: str, env: Mapping[str, str]) -> str:
    """Run an installer quietly; its words go to var/log/install.log. Return its standard output."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=project.root, env=dict(env), capture_output=True, text=True, errors="replace", check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    with (project.log / "install.log").open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(words)}\n{done.stdout}{done.stderr}")
    if done.returncode != 0:
        raise explain_failure(done.stdout + done.stderr, what)
    return done.stdout


def explain_failure(output: str, what: str) -> LaunchError:
    """Turn an installer's words into one line."""
    flat = " ".join(output.split())
    if any(sign in flat for sign in NO_SPACE):
        return LaunchError(f"磁盘已满：{what}没有完成；请腾出至少 2 GB 后重试。")
    if any(sign in flat for sign in NO_WHEEL):
        return NoWheelError(
            f"{what}：{_line_with(output, NO_WHEEL)} —— 没有适合本平台和本 Python 版本的安装包。"
        )
    if any(sign in flat for sign in NO_NETWORK):
        return LaunchError(
            f"{what}：连不上软件包仓库；请检查网络，或用 PIP_INDEX_URL / npm_config_registry 指定镜像后重试。"
        )
    lines = [line for line in output.strip().splitlines() if line.strip()]
    return LaunchError(f"{what}失败：{lines[-1] if lines else '没有输出'}（详见 var/log/install.log）")


def _line_with(output: str, signs: Sequence[str]) -> str:
    for line in output.splitlines():
        if any(sign in line for sign in signs):
            return line.strip(" ╰─▶×│")
    return "缺少安装包"
