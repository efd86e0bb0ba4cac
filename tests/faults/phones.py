"""What an evaluator's phone does: seal once, send, and if it does not hear, ask and send the same again (``queue.js``)."""

import base64
import contextlib
import http.client
import json
import threading
import time
from dataclasses import dataclass, field

from django.db import connections

from apps.evaluations.domain.sealing import tracker_of
from apps.evaluations.domain.slips import secret_text

WAITS = (1, 2, 4, 8, 15, 30)  # seconds between tries, as in queue.js
HERD = 1.5
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Parcel:
    """A sealed ballot on its way; the same bytes every time."""

    session_id: int
    selector: str
    tracker: str
    body: str
    question: str

    @property
    def path(self):
        return f"/evaluations/cast/{self.session_id}/submit"

    @property
    def status_path(self):
        return f"/evaluations/cast/{self.session_id}/status"


@dataclass(frozen=True)
class Answer:
    """``status`` 0: there was none."""

    status: int = 0
    content: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def proves(self, parcel):
        """Tell whether this is an acknowledgement: the tracker, not just any 200."""
        return self.status == 200 and self.content.get("tracker") == parcel.tracker


NOTHING = Answer()


def parcel_of(hall, slip, *grades, marks=None):
    """Seal a ballot as the page would."""
    sealed = hall.seal(slip, marks if marks is not None else hall.marks(*(grades or ("good", "fairly_good"))))
    return wrap(hall, slip, sealed)


def wrap(hall, slip, sealed, **more):
    proof = {"selector": slip.selector, "secret": secret_text(slip.secret)}
    key = base64.b64encode(bytes(hall.session.public_key)).decode()
    body = json.dumps(proof | {"ciphertext": base64.b64encode(sealed).decode(), "key": key} | more)
    return Parcel(hall.session.pk, slip.selector, tracker_of(sealed), body, json.dumps(proof))


def post(port, path, body, *, timeout=30, headers=None):
    """Send one request on a line of its own; names of headers come back in small letters."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    with contextlib.closing(link), contextlib.suppress(OSError, http.client.HTTPException):
        link.request("POST", path, body, JSON | (headers or {}))
        answer = link.getresponse()
        text = answer.read()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, _parsed(text), headers)
    return NOTHING


def _parsed(text):
    """A network that wants a log-in answers 200 with a page of its own; only an object counts as an answer."""
    with contextlib.suppress(ValueError):
        content = json.loads(text)
        if isinstance(content, dict):
            return content
    return {}


def send(port, parcel, **more):
    return post(port, parcel.path, parcel.body, **more)


def ask(port, parcel):
    return post(port, parcel.status_path, parcel.question)


def deliver(port, parcel, rng, *, seconds=60, pace=1.0):
    """Try until the server acknowledges or refuses; return the last answer. ``pace`` shortens the waits."""
    deadline = time.monotonic() + seconds
    for n in range(10_000):
        told = ask(port, parcel) if n else NOTHING
        answer = told if told.content.get("state") == "online" and told.proves(parcel) else send(port, parcel)
        if answer.proves(parcel) or (400 <= answer.status < 500 and answer.content.get("code")):
            return answer
        if time.monotonic() > deadline:
            return answer
        time.sleep(pace * WAITS[min(n, len(WAITS) - 1)] * (0.7 + 0.6 * rng.random()))
    return NOTHING


def at_once(*acts):
    """Run all acts in threads that start together; return what each returned or raised."""
    start = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        try:
            start.wait()
            results[place] = act()
        except Exception as raised:  # noqa: BLE001 -- the test looks at what came
            results[place] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Crowd:
    """Phones that send one after the other from a few hands; who hears nothing is written down."""

    def __init__(self, port, parcels, n_hands=6):
        self.port, self.answers, self.unheard = port, {}, []
        todo = list(parcels)
        self.threads = [threading.Thread(target=self._run, args=(todo[n::n_hands],)) for n in range(n_hands)]

    def _run(self, parcels):
        for parcel in parcels:
            answer = send(self.port, parcel, timeout=20)
            if answer.proves(parcel):
                self.answers[parcel.selector] = parcel.tracker
            else:
                self.unheard.append(parcel)

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def join(self):
        for thread in self.threads:
            thread.join()
        return self

    @property
    def n_answered(self):
        return len(self.answers)
