"""A crowd of phones in one thread: raw sockets and epoll, so that the crowd costs little of the machine it measures.

Requests are bytes made beforehand. A latency runs from the instant a request is due, not from when it could be sent.
"""

import math
import resource
import select
import socket
import time
from collections import deque
from dataclasses import dataclass, field

PATIENCE = 60.0
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request and the words its answer must hold to count as acknowledged."""

    request: bytes
    proof: bytes
    status: bytes = b"200"


@dataclass(slots=True)
class Outcome:
    """What the crowd saw. ``refused``: any answer that is not the proof; ``broken``: no whole answer."""

    seconds: float = 0.0
    client_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)
    acknowledged: list[Parcel] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    broken: int = 0
    last: bytes = b""

    @property
    def per_second(self):
        return len(self.acknowledged) / self.seconds if self.seconds else 0.0

    def quantile(self, share):
        """Return the latency in ms that ``share`` of the answers did not exceed (nearest rank)."""
        if not self.latencies:
            return math.inf
        row = sorted(self.latencies)
        return row[max(0, math.ceil(share * len(row)) - 1)] * 1000


class Phone:
    """One connection."""

    __slots__ = ("due", "parcel", "rest", "seen", "sock", "wanted")

    def __init__(self, address):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.settimeout(0)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.connect_ex(address)
        self.parcel = None
        self.rest = b""
        self.seen = b""
        self.wanted = -1
        self.due = 0.0


class Crowd:
    """Sends parcels to one address."""

    def __init__(self, host, port):
        self.address = (host, port)

    def keep_busy(self, parcels, *, n_phones, seconds):
        """Let ``n_phones`` lasting connections send one parcel after the other for ``seconds``; ``parcels`` never ends."""
        return _Run(self.address).keep_busy(parcels, n_phones, seconds)

    def arrive(self, timed, *, lasting=False):
        """Send every ``(second, parcel)`` at its time on a connection of its own, or on lasting ones where one is free."""
        return _Run(self.address).arrive(timed, lasting=lasting)


class _Run:
    def __init__(self, address):
        self.address = address
        self.poll = select.epoll()
        self.phones = {}
        self.outcome = Outcome()
        self.source = None
        self.until = 0.0
        self.idle = None

    def keep_busy(self, parcels, n_phones, seconds):
        for _ in range(n_phones):
            self._dial()
        self._let_connect()
        begun, cpu = time.perf_counter(), _cpu()
        self.source, self.until = parcels, begun + seconds
        for phone in list(self.phones.values()):
            self._give(phone, next(parcels), begun)
        while self.phones and time.perf_counter() < self.until + PATIENCE:
            self._turn(1.0)
        return self._finish(begun, cpu)

    def arrive(self, timed, *, lasting):
        self.idle = [] if lasting else None
        waiting = deque(sorted(timed, key=lambda pair: pair[0]))
        begun, cpu = time.perf_counter(), _cpu()
        last = begun
        while (waiting or self._n_busy()) and time.perf_counter() < last + PATIENCE:
            now = time.perf_counter()
            while waiting and begun + waiting[0][0] <= now:
                due, parcel = waiting.popleft()
                self._give(self.idle.pop() if self.idle else self._dial(), parcel, begun + due)
                last = now
            pause = max(0.0, begun + waiting[0][0] - now) if waiting else 1.0
            self._turn(pause)
            if waiting:
                last = time.perf_counter()
        return self._finish(begun, cpu)

    def _n_busy(self):
        return len(self.phones) - len(self.idle or ())

    def _dial(self):
        phone = Phone(self.address)
        self.phones[phone.sock.fileno()] = phone
        self.poll.register(phone.sock, select.EPOLLIN | select.EPOLLOUT)
        return phone

    def _let_connect(self):
        """Wait until every connection stands, so that a lasting crowd measures answers only."""
        open_ones = set(self.phones)
        deadline = time.perf_counter() + PATIENCE
        while open_ones and time.perf_counter() < deadline:
            for number, event in self.poll.poll(1.0):
                if event & select.EPOLLOUT and number in open_ones:
                    open_ones.discard(number)
                    self.poll.modify(number, select.EPOLLIN)

    def _give(self, phone, parcel, due):
        phone.parcel, phone.due, phone.rest, phone.seen, phone.wanted = parcel, due, parcel.request, b"", -1
        self._push(phone)

    def _push(self, phone):
        try:
            sent = phone.sock.send(phone.rest)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._hang_up(phone, broken=True)
            return
        phone.rest = phone.rest[sent:]
        if phone.rest:
            self.poll.modify(phone.sock, select.EPOLLIN | select.EPOLLOUT)

    def _turn(self, timeout):
        for number, event in self.poll.poll(timeout):
            phone = self.phones.get(number)
            if phone is None:
                continue
            if event & select.EPOLLOUT:
                if not phone.rest:
                    self.poll.modify(number, select.EPOLLIN)
                else:
                    self._push(phone)
                    if not phone.rest and number in self.phones:
                        self.poll.modify(number, select.EPOLLIN)
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR) and number in self.phones:
                self._pull(phone)

    def _pull(self, phone):
        try:
            got = phone.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            got = b""
        if not got:
            self._hang_up(phone, broken=phone.parcel is not None)
            return
        phone.seen += got
        if phone.wanted < 0:
            phone.wanted = _length(phone.seen)
        if 0 <= phone.wanted <= len(phone.seen):
            self._answered(phone)

    def _answered(self, phone):
        now = time.perf_counter()
        out = self.outcome
        out.latencies.append(now - phone.due)
        out.last = phone.seen
        if phone.seen[9:12] == phone.parcel.status and phone.parcel.proof in phone.seen:
            out.acknowledged.append(phone.parcel)
        else:
            out.refused.append(phone.seen)
        if self.source is not None and now < self.until:
            self._give(phone, next(self.source), now)
        else:
            phone.parcel = None
            if self.idle is None:
                self._hang_up(phone, broken=False)
            else:
                self.idle.append(phone)

    def _hang_up(self, phone, *, broken):
        self.outcome.broken += broken
        if self.idle and phone in self.idle:
            self.idle.remove(phone)
        self.phones.pop(phone.sock.fileno(), None)
        self.poll.unregister(phone.sock)
        phone.sock.close()

    def _finish(self, begun, cpu):
        self.outcome.seconds = time.perf_counter() - begun
        self.outcome.client_cpu = _cpu() - cpu
        for phone in list(self.phones.values()):
            self._hang_up(phone, broken=phone.parcel is not None)
        self.poll.close()
        return self.outcome


def _length(seen):
    """Return how many bytes the whole answer has, ``-1`` while that cannot be told."""
    head, mark, body = seen.partition(END_OF_HEAD)
    if not mark:
        return -1
    head = head.lower()
    place = head.find(b"content-length:")
    if place >= 0:
        return len(head) + 4 + int(head[place + 15 :].split(b"\r\n", 1)[0])
    if head.startswith((b"http/1.1 304", b"http/1.1 204")):
        return len(head) + 4
    return len(seen) if body.endswith(b"0\r\n\r\n") else -1


def _cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
