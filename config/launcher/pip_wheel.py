"""Pip as a wheel: the one Python brings along, or one that is fetched where a Python came without (bare Debian).

A wheel that is fetched is named with its hash in the lock file; it comes from the index that `PIP_INDEX_URL` names.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

from config.launcher.errors import LaunchError

JSON = "application/vnd.pypi.simple.v1+json"  # PEP 691
SECONDS = 30
DEBIAN_WHEELS = Path("/usr/share/python-wheels")


def bundled() -> list[Path]:
    """Return the wheels that ensurepip would install from; Debian keeps them in a folder of its own."""
    spec = importlib.util.find_spec("ensurepip")
    folders = (
        [Path(folder) / "_bundled" for folder in (spec.submodule_search_locations or [])] if spec else []
    )
    return [wheel for folder in [*folders, DEBIAN_WHEELS] for wheel in sorted(folder.glob("pip-*.whl"))]


def fetch(folder: Path, lock: Path) -> Path:
    """Return a folder with an unpacked pip, whose hash stands in the lock file."""
    if "PIP_INDEX_URL" not in os.environ:
        raise LaunchError(
            "本机 Python 没有 pip；请安装 python3-venv（Debian：apt-get install python3-venv）后重试，"
            "或用 PIP_INDEX_URL 指明软件包镜像。"
        )
    version, hashes = _pinned(lock)
    target = folder / f"pip-{version}"
    if (target / "pip" / "__main__.py").exists():
        return target
    try:
        content = _download(f"pip-{version}-py3-none-any.whl")
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise LaunchError(
            f"本机 Python 没有 pip，也下载不到它（{error}）；请安装 python3-venv 后重试。"
        ) from None
    if hashlib.sha256(content).hexdigest() not in hashes:
        raise LaunchError("下载到的 pip 与锁文件中的校验值不符，未使用；请检查软件包镜像。")
    _unpack(content, target)
    return target


def _pinned(lock: Path) -> tuple[str, set[str]]:
    block = re.search(r"^pip==(\S+)((?:.*\\\n)+.*)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    if block is None:
        raise LaunchError(f"{lock.name} 中没有 pip。")
    return block[1], set(re.findall(r"sha256:([0-9a-f]{64})", block[2]))


def _download(name: str) -> bytes:
    index = os.environ["PIP_INDEX_URL"].rstrip("/") + "/pip/"
    with _open(index) as answer:
        page, kind = answer.read().decode(), answer.headers.get_content_type()
    links = (
        [file["url"] for file in json.loads(page)["files"]]
        if kind == JSON
        else re.findall(r'href="([^"]+)"', page)
    )
    for link in links:
        if urllib.parse.urlsplit(link).path.rpartition("/")[2] == name:
            with _open(urllib.parse.urljoin(index, link)) as answer:
                content: bytes = answer.read()
                return content
    raise ValueError(f"no {name} at {index}")


def _open(url: str):  # type: ignore[no-untyped-def] # noqa: ANN202 -- urllib's answers have no common public type
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"unsupported address {url}")
    request = urllib.request.Request(url, headers={"Accept": f"{JSON}, text/html;q=0.5"})  # noqa: S310 -- checked above
    return urllib.request.urlopen(request, timeout=SECONDS)  # noqa: S310 -- checked above


def _unpack(content: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    wheel, fresh = target.with_suffix(".whl"), target.with_name(target.name + ".new")
    wheel.write_bytes(content)
    shutil.rmtree(fresh, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(fresh)
    wheel.unlink()
    fresh.rename(target)
