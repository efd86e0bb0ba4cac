"""A network between phones and server that does what networks do, by plan."""

import contextlib
import socket
import ssl
import struct
import threading
from dataclasses import dataclass

HEAD_END = b"\r\n\r\n"
PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 62\r\nConnection: close\r\n\r\n"
    b"<html><title>Welcome</title><body>Please log in</body></html>\r\n"
)


@dataclass(frozen=True)
class Plan:
    """What happens to one connection.

    ``cut_request``: bytes of the request that get through before the line breaks. ``cut_answer``: bytes of the answer
    that come back after the server has done its work. ``answer``: somebody else answers, the server hears nothing.
    ``wait``: an event that is awaited before the request goes on.
    """

    cut_request: int | None = None
    cut_answer: int | None = None
    answer: bytes | None = None
    wait: threading.Event | None = None


FINE = Plan()


class Proxy:
    """A TCP proxy on a port of its own. ``plans`` are used up one per connection, then everything is fine."""

    def __init__(self, port, plans=(), *, certificate=None):
        self.port_behind = port
        self.plans = list(plans)
        self.n_connections = 0
        self.certificate = certificate
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.threads = []

    def __enter__(self):
        self._spawn(self._accept)
        return self

    def __exit__(self, *raised):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(30)

    def _spawn(self, act, *arguments):
        thread = threading.Thread(target=act, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                with self.lock:
                    self.n_connections += 1
                    plan = self.plans.pop(0) if self.plans else FINE
                self._spawn(self._serve, client, plan)

    def _serve(self, client, plan):
        with contextlib.suppress(OSError), contextlib.closing(client):
            client.settimeout(30)
            if self.certificate:
                client = _over_tls(client, self.certificate)
            request = _whole_request(client)
            if plan.wait:
                plan.wait.wait(30)
            if plan.answer is not None:
                client.sendall(plan.answer)
                return
            answer = self._forward(request[: plan.cut_request])
            client.sendall(answer[: plan.cut_answer])
            if plan.cut_answer is not None or plan.cut_request is not None:
                _break(client)

    def _forward(self, request):
        """Hand the request to the server; a part of one is followed by a broken line, and no answer."""
        with contextlib.closing(socket.create_connection(("127.0.0.1", self.port_behind), 30)) as server:
            server.sendall(request)
            if not _is_whole(request):
                _break(server)
                return b""
            parts = []
            while part := server.recv(65536):
                parts.append(part)
            return b"".join(parts)


def _over_tls(client, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context.wrap_socket(client, server_side=True)


def _whole_request(client):
    request = b""
    while not _is_whole(request):
        part = client.recv(65536)
        if not part:
            break
        request += part
    return request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


def _is_whole(request):
    head, mark, body = request.partition(HEAD_END)
    place = head.lower().find(b"content-length:")
    if not mark:
        return False
    return place < 0 or len(body) >= int(head[place + 15 :].split(b"\r\n", 1)[0])


def _break(link):
    """Reset the line instead of closing it in good order."""
    with contextlib.suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()
