"""`kill -9` during casting, opening, scoring and letters: nothing acknowledged is lost, what was interrupted goes on by itself.

When to kill is drawn by lot from a fixed seed; SPK_FAULT_SEED tries others. Where the middle of a transaction matters,
a table is locked, so that the process to be killed certainly stands in it.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import random
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.audit.services import verify_chain
from apps.documents.models import Job, StoredFile
from apps.documents.selectors import file_bytes
from apps.documents.services import remove_orphans
from apps.evaluations.domain import opening
from apps.evaluations.domain.opening import TornMark
from apps.evaluations.domain.sealing import tracker_of
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.models import EvaluationSession, OpenedMark, SessionClosing, UrnEntry
from apps.evaluations.services import close_voting
from apps.grading import services as grading
from apps.official_documents.models import IssuedDocument
from apps.scoring.models import GroupScore, ScoreRun
from tests.factories.accounts import make_user
from tests.factories.evaluations import AT, make_hall
from tests.factories.grading import decide_all, review
from tests.factories.scoring import make_clerk, make_opened_cycle, set_stage
from tests.journeys.stack import PASSWORD, ROOT, Desk, Stack, parent_of
from tests.launcher.test_run import free_port

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.xdist_group("faults")]

SEED = int(os.environ.get("SPK_FAULT_SEED", "20261"))
RESUMED_WITHIN = 60  # seconds; half of it on a quiet machine
N_REVIEWEES = 40
N_CLIENTS = 6
GRADES = ("good",) * 12 + ("fairly_good",) * 20 + ("average",) * 8


@pytest.fixture(scope="module")
def system(tmp_path_factory, django_db_blocker):
    """A running system; Django of this process looks at its database."""
    var = tmp_path_factory.mktemp("faults") / "var"
    var.mkdir()
    shared = Path(os.environ.get("SPK_VAR_DIR") or ROOT / "var")
    for name in ("assets", "fonts"):
        (var / name).symlink_to(shared / name)
    stack = Stack(var, free_port())
    try:
        stack.start()
        secret = (var / "secret").read_text(encoding="ascii").strip()
        with django_db_blocker.unblock(), override_settings(SECRET_KEY=secret), looking_at(stack):
            yield stack
    finally:
        assert stack.stop() == 0, stack.text()


@contextlib.contextmanager
def looking_at(stack):
    used = connections["default"].settings_dict
    before = {name: used[name] for name in stack.database()}
    connections.close_all()
    used.update(stack.database())
    try:
        yield
    finally:
        connections.close_all()
        used.update(before)


@pytest.fixture
def stack(system, settings, _own_files_folder):
    """The running system; whatever was done to it, the invariants hold afterwards."""
    settings.MEDIA_ROOT = system.var / "files"
    yield system
    system.wait_restarted()
    check_invariants(system)


@pytest.fixture
def dice():
    return random.Random(SEED)


def check_invariants(stack):
    """The log is whole, every file is what its row says, orphans are found, every death was told, no work is left."""
    assert verify_chain().reason == ""
    rows = list(StoredFile.objects.all())
    assert all(hashlib.sha256(file_bytes(file)).hexdigest() == file.sha256 for file in rows)
    remove_orphans(at=timezone.now() + timedelta(days=2))
    on_disk = {path.name for path in (stack.var / "files").glob("??/??/*")}
    assert on_disk == {file.id.hex for file in rows}
    assert {name: stack.n_deaths(name) for name in stack.kills} == dict(stack.kills)
    assert {name: stack.n_restarts(name) for name in stack.kills} == dict(stack.kills)
    assert stack.text().count(" 意外退出（") == stack.kills.total()
    assert Job.objects.filter(state__in=["queued", "running"]).count() == 0


def desk_of(stack, cycle, role="clerk"):
    return Desk(stack, make_user(role, cycle.host, password=PASSWORD).username)


# -- casting


class Client(threading.Thread):
    """A phone that sends sealed ballots, one after the other, each once."""

    def __init__(self, stack, session_id, parcels):
        super().__init__()
        self.port, self.path = stack.port, f"/evaluations/cast/{session_id}/submit"
        self.parcels = parcels
        self.answers, self.unanswered = {}, []

    def run(self):
        for selector, body in self.parcels:
            tracker = self.send(body)
            if tracker:
                self.answers[selector] = tracker
            else:
                self.unanswered.append(selector)
            time.sleep(0.03)

    def send(self, body):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(link), contextlib.suppress(OSError, http.client.HTTPException):
            link.request("POST", self.path, body, {"Content-Type": "application/json"})
            answer = link.getresponse()
            if answer.status == 200:
                return json.loads(answer.read())["tracker"]
        return None


def seal_all(hall):
    """Seal one ballot per slip: selector -> what the phone sends, and the receipt it must get."""
    parcels, trackers = {}, {}
    for slip in hall.all_slips:
        sealed = hall.seal(slip, hall.marks("good", "fairly_good", "good"))
        parcel = {
            "selector": slip.selector,
            "secret": secret_text(slip.secret),
            "ciphertext": base64.b64encode(sealed).decode(),
        }
        parcels[slip.selector], trackers[slip.selector] = json.dumps(parcel), tracker_of(sealed)
    return parcels, trackers


SOME_SESSION = """
    SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
    ORDER BY backend_start DESC LIMIT 1
"""


def cast_while(stack, session_id, parcels, after, fault):
    """Let six phones send; strike when ``after`` ballots have been answered."""
    todo = list(parcels.items())
    clients = [Client(stack, session_id, todo[n::N_CLIENTS]) for n in range(N_CLIENTS)]
    for client in clients:
        client.start()
    stack.wait_until(lambda: sum(len(client.answers) for client in clients) >= after, 30)
    fault()
    for client in clients:
        client.join()
    answers = {selector: tracker for client in clients for selector, tracker in client.answers.items()}
    return answers, [selector for client in clients for selector in client.unanswered]


def urn_of(session_id):
    rows = UrnEntry.objects.filter(credential__session_id=session_id)
    return dict(rows.values_list("credential__selector", "tracker"))


def test_answered_ballots_are_in_the_urn_once_whatever_is_killed(stack, dice):
    hall = make_hall(n_slips=100, n_reviewees=N_REVIEWEES)
    session_id = hall.session.pk
    parcels, trackers = seal_all(hall)
    selectors = list(parcels)
    dice.shuffle(selectors)
    faults = [
        ("web", lambda: stack.kill("web", at_once=True), True),
        ("postgres", lambda: stack.kill("postgres"), True),
        ("valkey", lambda: stack.kill("valkey"), False),
        ("a web process", lambda: os.kill(dice.choice(stack.pool("web")), 9), None),
        ("a database process", lambda: os.kill(stack.ask(SOME_SESSION), 9), None),
    ]
    sent = {}

    for (name, fault, is_felt), start in zip(faults, range(0, 180, 36), strict=True):
        wave = selectors[start : start + 36]
        answers, unanswered = cast_while(
            stack, session_id, {one: parcels[one] for one in wave}, dice.randint(3, 12), fault
        )
        stack.wait_restarted()
        urn = urn_of(session_id)
        kept_unheard = [one for one in unanswered if one in urn]
        print(f"{name}: {len(answers)} answered, {len(unanswered)} not, {len(kept_unheard)} of these kept")
        assert is_felt is None or bool(unanswered) == is_felt
        sent |= dict.fromkeys(wave)
        assert answers == {one: trackers[one] for one in answers}
        assert set(answers) <= set(urn) <= set(sent)
        assert urn == {one: trackers[one] for one in urn}

        again = Client(stack, session_id, [(one, parcels[one]) for one in [*unanswered, *list(answers)[:5]]])
        again.run()
        assert again.unanswered == []
        assert again.answers == {one: trackers[one] for one, _ in again.parcels}
        assert urn_of(session_id) == {one: trackers[one] for one in sent}

    close_voting(session_id, actor=hall.actor, at=AT)

    closing = SessionClosing.objects.get(session_id=session_id)
    assert closing.trackers == sorted(trackers[one] for one in sent)
    lines = closing.ledger["groups"]
    assert (sum(line["n_issued"] for line in lines), sum(line["n_online"] for line in lines)) == (200, 180)
    assert sum(line["n_unused"] for line in lines) == 20


# -- opening


def test_opening_that_was_killed_leaves_nothing_and_is_repeated(stack):
    hall = make_hall(n_slips=12, n_reviewees=N_REVIEWEES)
    for slips in hall.slips.values():
        for slip in slips[:10]:
            hall.cast(slip, "good", "fairly_good", None)
    session_id, cycle = hall.session.pk, hall.session.cycle
    desk = desk_of(stack, cycle)
    desk.post(f"/evaluations/{session_id}/voting/close/")
    assert state_of(session_id) == "closed"

    for name in ("web", "postgres"):
        with opening_half_done(stack, desk, hall):
            stack.kill(name)
        stack.wait_restarted()
        closing = SessionClosing.objects.get(session_id=session_id)
        assert (state_of(session_id), OpenedMark.objects.count()) == ("closed", 0)
        assert (closing.opening_counts, closing.marks_hash) == (None, "")
        assert ScoreRun.objects.filter(cycle=cycle).count() == 0

    # Only the process that serves the page dies: the opening itself is beyond its reach and goes on.
    with opening_half_done(stack, desk, hall) as opener:
        os.kill(parent_of(opener), 9)
    stack.wait_until(lambda: state_of(session_id) == "opened", 30)
    first = fingerprint_of_marks(session_id)
    stack.wait_until(lambda: open_urn_on_page(desk, hall).url.endswith("/ledger/"), 30)

    assert fingerprint_of_marks(session_id) == first
    closing = SessionClosing.objects.get(session_id=session_id)
    assert OpenedMark.objects.filter(subject__session_id=session_id).count() == 20 * N_REVIEWEES
    assert closing.marks_hash == first
    assert sum(counts["valid"] for counts in closing.opening_counts.values()) == 20
    opened = AuditEntry.objects.filter(action="evaluations.urn_opened", object_id=str(session_id))
    assert opened.count() == 1
    took = stack.wait_until(
        lambda: ScoreRun.objects.filter(cycle=cycle, state="done").exists(), RESUMED_WITHIN
    )
    print(f"scores after the opening: {took:.1f} s")
    assert ScoreRun.objects.filter(cycle=cycle).count() == 1


def open_urn_on_page(desk, hall):
    return desk.post(f"/evaluations/{hall.session.pk}/urn/", card_1=hall.cards[0], card_2=hall.cards[2])


@contextlib.contextmanager
def opening_half_done(stack, desk, hall):
    """Somebody opens the urn on the page; within the block its process is writing the marks. Yields its number."""
    with ThreadPoolExecutor(1) as pool:
        with stack.nobody_writes("evaluations_openedmark"):
            page = pool.submit(open_urn_on_page, desk, hall)
            stack.wait_until(lambda: stack.is_waiting_for("evaluations_openedmark"), 60)
            yield stack.members("web", " open_urn ")[0]
        with contextlib.suppress(OSError, http.client.HTTPException):
            page.result(60)


def state_of(session_id):
    return EvaluationSession.objects.values_list("state", flat=True).get(pk=session_id)


def fingerprint_of_marks(session_id):
    rows = OpenedMark.objects.filter(subject__session_id=session_id)
    return opening.marks_hash(
        [TornMark(row.subject_id, row.group_id, row.paper_id, row.marks) for row in rows]
    )


# -- scores


def test_killed_score_run_finishes_by_itself_with_the_same_figures(stack):
    cycle = make_opened_cycle(GRADES, n_votes=30)
    desk = desk_of(stack, cycle)
    undisturbed = order_scores(desk, cycle)
    stack.wait_until(lambda: is_done(undisturbed), RESUMED_WITHIN)
    expected = figures(undisturbed)
    assert (len(expected[1]), len(expected[2])) == (N_REVIEWEES, 2 * N_REVIEWEES)
    faults = {
        "worker": ["worker"],
        "worker, queue flushed": ["flush", "worker"],
        "postgres": ["postgres"],
        "valkey and worker": ["valkey", "worker"],
        "web": ["web"],
    }

    for name, parts in faults.items():
        with stack.nobody_writes("scoring_groupscore"):
            run = order_scores(desk, cycle)
            stack.wait_until(lambda: stack.is_waiting_for("scoring_groupscore"), RESUMED_WITHIN)
            for part in parts:
                stack.flush_queue() if part == "flush" else stack.kill(part)
            if (
                name == "worker"
            ):  # its statement hangs on in the database: that must not keep the job from others
                claim = claim_of(run)
                took = stack.wait_until(lambda run=run, claim=claim: claim_of(run) != claim, RESUMED_WITHIN)
                print(f"hanging statement of a dead worker: given up after {took:.1f} s")
        took = stack.wait_until(lambda run=run: is_done(run), RESUMED_WITHIN)
        print(f"{name} killed: scores done {took:.1f} s later")
        stack.wait_restarted()
        check_run(run, expected)

    stack.kill("valkey")
    begun = time.monotonic()
    run = order_scores(desk, cycle)
    answered = time.monotonic() - begun
    took = stack.wait_until(lambda: is_done(run), RESUMED_WITHIN)
    print(f"ordered while the queue was away: answered in {answered:.1f} s, done {took:.1f} s later")
    check_run(run, expected)


def order_scores(desk, cycle):
    page = desk.post(f"/scoring/cycles/{cycle.pk}/run/")
    return ScoreRun.objects.get(pk=int(page.url.rstrip("/").rpartition("/")[2]))


def is_done(run):
    run.refresh_from_db()
    return run.state == "done" and Job.objects.get(pk=run.job_id).state == "done"


def claim_of(run):
    return Job.objects.values_list("claim", flat=True).get(pk=run.job_id)


def check_run(run, expected):
    assert figures(run) == expected
    assert list(ScoreRun.objects.filter(cycle=run.cycle_id, is_current=True)) == [run]
    assert ScoreRun.objects.filter(cycle=run.cycle_id, state="running").count() == 0
    computed = AuditEntry.objects.filter(action="scoring.computed", object_id=str(run.pk))
    assert computed.count() == 1


def figures(run):
    summaries = run.summaries.order_by("reviewee_id")
    groups = GroupScore.objects.filter(summary__run=run).order_by("summary__reviewee_id", "voter_group_id")
    return (
        run.input_hash,
        list(
            summaries.values_list(
                "reviewee_id", "ballot_exact", "total_exact", "rank_in_field", "item_scores"
            )
        ),
        list(groups.values_list("summary__reviewee_id", "voter_group_id", "mean_exact", "counts")),
    )


# -- letters


def test_batch_of_letters_survives_every_kill(stack, dice):
    cycle = make_opened_cycle(GRADES, n_votes=12)
    desk = desk_of(stack, cycle)
    run = order_scores(desk, cycle)
    stack.wait_until(lambda: is_done(run), RESUMED_WITHIN)
    set_stage(cycle, "grading")
    review(decide_all(grading.start_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT)))
    grading.sign_off(cycle.pk, actor=make_clerk(cycle, role="head"), at=AT)
    letters = IssuedDocument.objects.filter(cycle=cycle, kind="feedback_letter")

    order = {"kinds": "feedback_letter", "which": "missing", "formats": "pdf", "delivery": "zip"}
    page = desk.post(f"/official-documents/order/?cycle={cycle.pk}", **order)
    job = Job.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])
    for parts, low in ((["worker"], 2), (["postgres"], 12), (["valkey", "worker", "beat"], 24)):
        n = dice.randint(low, low + 8)
        took = stack.wait_until(lambda n=n: letters.count() >= n, RESUMED_WITHIN)
        with stack.nobody_writes("official_documents_issueddocument"):
            stack.wait_until(
                lambda: stack.is_waiting_for("official_documents_issueddocument"), RESUMED_WITHIN
            )
            print(f"{took:.1f} s later {letters.count()} letters, now killing {' and '.join(parts)}")
            assert n <= letters.count() < N_REVIEWEES
            for part in parts:
                stack.kill(part)
        stack.wait_restarted()
    took = stack.wait_until(
        lambda: Job.objects.get(pk=job.pk).state not in {"queued", "running"}, 2 * RESUMED_WITHIN
    )
    print(f"all letters {took:.1f} s later")

    job.refresh_from_db()
    made = list(letters.select_related("pdf").order_by("number"))
    assert (job.state, job.error, job.n_done, job.n_total) == ("done", "", N_REVIEWEES, N_REVIEWEES)
    assert [letter.number for letter in made] == list(range(1, N_REVIEWEES + 1))
    assert len({letter.reviewee_id for letter in made}) == N_REVIEWEES
    kept = StoredFile.objects.filter(kind="official_documents.file", subject_id__in=[one.pk for one in made])
    assert set(kept) == {letter.pdf for letter in made}
    assert StoredFile.objects.filter(kind="official_documents.bundle", subject_id=cycle.pk).count() == 1
    with zipfile.ZipFile(BytesIO(file_bytes(job.result))) as bundle:
        inside = {name: bundle.read(name) for name in bundle.namelist()}
    assert inside == {letter.pdf.name: file_bytes(letter.pdf) for letter in made}
    assert all(content.startswith(b"%PDF-") for content in inside.values())
    issued = AuditEntry.objects.filter(
        action="official_documents.issued", object_id__in=[str(one.pk) for one in made]
    )
    assert issued.count() == N_REVIEWEES
