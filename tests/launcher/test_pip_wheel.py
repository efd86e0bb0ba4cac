"""A Python without pip gets it from the index that pip would use: here a small one of our own."""

import hashlib
import http.server
import io
import json
import threading
import zipfile

import pytest

from config.launcher import pip_wheel
from config.launcher.errors import LaunchError

NAME = "pip-26.0-py3-none-any.whl"


def wheel():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("pip/__main__.py", "print('pip')\n")
    return buffer.getvalue()


@pytest.fixture
def index(monkeypatch):
    """Serve an index page of the given kind and one wheel."""
    content = wheel()
    pages = {"kind": "json"}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/simple/pip/":
                kind, body = _page(pages["kind"])
            else:
                kind, body = "application/octet-stream", content
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
    yield pages
    server.shutdown()
    server.server_close()


def _page(kind):
    if kind == "json":
        return pip_wheel.JSON, json.dumps({"files": [{"url": f"/files/{NAME}"}]}).encode()
    return "text/html", f'<a href="../../files/{NAME}#sha256=0">x</a>'.encode()


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "uv.txt"
    digest = hashlib.sha256(wheel()).hexdigest()
    path.write_text(
        f"pip==26.0 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{digest}\nuv==1 \\\n    --hash=x\n"
    )
    return path


@pytest.mark.parametrize("kind", ["json", "html"])
def test_pip_is_fetched_and_unpacked(index, lock, tmp_path, kind):
    index["kind"] = kind

    folder = pip_wheel.fetch(tmp_path / "cache", lock)

    assert (folder / "pip" / "__main__.py").read_text() == "print('pip')\n"


def test_wheel_with_another_hash_is_not_used(index, lock, tmp_path):
    lock.write_text(f"pip==26.0 \\\n    --hash=sha256:{'1' * 64}\n")

    with pytest.raises(LaunchError, match="与锁文件中的校验值不符"):
        pip_wheel.fetch(tmp_path / "cache", lock)

    assert not (tmp_path / "cache").exists()


def test_unreachable_index_is_one_clear_line(lock, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")

    with pytest.raises(LaunchError, match="请安装 python3-venv 后重试"):
        pip_wheel.fetch(tmp_path / "cache", lock)


def test_without_an_index_the_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)

    with pytest.raises(LaunchError, match="请安装 python3-venv"):
        pip_wheel.fetch(tmp_path, tmp_path / "uv.txt")
