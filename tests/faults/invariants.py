"""What must hold after every fault (``docs/reliability.md``, I1-I9), whatever was sent and whatever was answered."""

import re
from collections import Counter

from django.db import connection

from apps.audit.models import AuditEntry
from apps.audit.services import verify_chain
from apps.evaluations.domain.ledgers import line_from_json
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.domain.trackers import merkle_root
from apps.evaluations.models import Credential, EvaluationSession, OpenedMark, SessionClosing
from apps.evaluations.services import close_voting, open_urn, slip_status
from apps.scoring.kit.verifier import differences_in
from apps.scoring.selectors.packages import result_package
from tests.factories.evaluations import AT

STEPS = {
    "evaluations.voting_opened": SessionState.OPEN,
    "evaluations.voting_closed": SessionState.CLOSED,
    "evaluations.urn_opened": SessionState.OPENED,
    "evaluations.results_released": SessionState.RELEASED,
}
URN = """
    SELECT c.selector, c.state, u.tracker, octet_length(u.ciphertext), c.xmin::text::bigint, u.xmin::text::bigint
    FROM evaluations_credential c LEFT JOIN evaluations_urnentry u ON u.credential_id = c.id WHERE c.session_id = %s
"""
TOLD = {"online", "paper", "void", "spoiled", "unused"}


def check_invariants(hall, *, acknowledged, sent, logs=""):
    """Check I1-I9 for a session and the slips in hand.

    ``sent``: selector -> trackers of all that was ever sent under it. ``acknowledged``: selector -> the tracker that was
    acknowledged last, or several if nobody can say which was the last. ``logs``: whatever was logged meanwhile.
    """
    session = EvaluationSession.objects.get(pk=hall.session.pk)
    urn = _urn_of(session)
    _check_ballots(urn, _sets(acknowledged), _sets(sent))
    _check_status(hall, session, urn, sent)
    _check_history(session)
    assert verify_chain().reason == ""
    _check_logs(hall, urn, sent, logs)
    closing = SessionClosing.objects.filter(session=session).first()
    assert (closing is None) == (session.state in {"draft", "keyed", "rehearsed", "open"})
    if closing:
        _check_ledger(session, closing, urn)
        _check_opening(session, closing)
    return session


def settle(hall, *, acknowledged, sent, logs="", at=AT):
    """Check, close, check, open, check: the whole way of every ballot to its mark."""
    check_invariants(hall, acknowledged=acknowledged, sent=sent, logs=logs)
    close_voting(hall.session.pk, actor=hall.actor, at=at)
    check_invariants(hall, acknowledged=acknowledged, sent=sent)
    open_urn(hall.session.pk, cards=hall.cards[:2], actor=hall.actor, at=at)
    return check_invariants(hall, acknowledged=acknowledged, sent=sent)


def _sets(trackers):
    return {one: {given} if isinstance(given, str) else set(given) for one, given in trackers.items()}


def _urn_of(session):
    """Return selector -> (state, tracker, length, transaction of the slip, transaction of the envelope)."""
    with connection.cursor() as cursor:
        cursor.execute(URN, [session.pk])
        rows = cursor.fetchall()
    assert max(Counter(row[0] for row in rows).values(), default=1) == 1  # I3: never two envelopes of a slip
    return {row[0]: row[1:] for row in rows}


def _check_ballots(urn, acknowledged, sent):
    """I1: acknowledged is stored once. I2: what was not is stored or not, and nothing that was never sent. I3."""
    inside = {one: row[1] for one, row in urn.items() if row[1]}
    exchanged = {one for one, row in urn.items() if row[0] == "paper"}
    assert {
        one: inside.get(one)
        for one in acknowledged
        if one not in exchanged and inside.get(one) not in acknowledged[one]
    } == {}
    assert {one: tracker for one, tracker in inside.items() if tracker not in sent.get(one, ())} == {}
    assert {one: row[0] for one, row in urn.items() if (row[0] == "online") != (row[1] is not None)} == {}
    assert len(set(inside.values())) == len(inside)
    assert len({row[2] for row in urn.values() if row[1]}) <= 1


def _check_status(hall, session, urn, sent):
    """I2: whoever has not heard can ask, and is told the truth."""
    slips = {slip.selector: slip for slip in hall.all_slips}
    for selector in sent:
        told = slip_status(session.pk, selector=selector, secret=secret_text(slips[selector].secret))
        assert told == (urn[selector][0], urn[selector][1])
        assert told[0] in TOLD


def _check_history(session):
    """I7, I8: every step was taken, in order, and told once; casting is never told."""
    rows = AuditEntry.objects.filter(object_type="evaluations.evaluationsession", object_id=str(session.pk))
    acts = list(rows.order_by("seq").values_list("action", flat=True))
    reached = ORDER.index(SessionState(session.state))
    steps = [act for act, state in STEPS.items() if ORDER.index(state) <= reached]
    assert [act for act in acts if act in STEPS] == steps
    assert [act for act in acts if "cast" in act or "ballot" in act] == []


def _check_ledger(session, closing, urn):
    """I4: every line balances and says what the urn holds."""
    lines = [line_from_json(line) for line in closing.ledger["groups"]]
    inside = sorted(row[1] for row in urn.values() if row[1])
    assert [line.name for line in lines if not line.is_balanced] == []
    assert sum(line.n_online for line in lines) == len(closing.trackers)
    assert (closing.trackers, closing.merkle_root) == (inside, merkle_root(inside))
    assert sum(line.n_slips for line in lines) == Credential.objects.filter(session=session).count()


def _check_opening(session, closing):
    """I5: a second program computes the same from the package. I9: marks came in one transaction that touched no slip."""
    marks = OpenedMark.objects.filter(subject__session=session)
    if session.state == "closed":
        assert (marks.count(), closing.opening_counts, closing.marks_hash) == (0, None, "")
        return
    returned = {group: n["returned"] for group, n in closing.opening_counts.items() if n["returned"]}
    lines = [line_from_json(line) for line in closing.ledger["groups"]]
    assert returned == {str(line.group_id): line.n_returned for line in lines if line.n_returned}
    assert differences_in(result_package(session)) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT m.xmin::text::bigint FROM evaluations_openedmark m "
            "JOIN evaluations_sessionsubject s ON s.id = m.subject_id WHERE s.session_id = %s", [session.pk],
        )  # fmt: skip
        writers = {row[0] for row in cursor.fetchall()}
    assert len(writers) <= 1
    assert writers.isdisjoint(number for row in _urn_of(session).values() for number in row[3:])


def _check_logs(hall, urn, sent, logs):
    """I9: no log names a secret, a receipt, or a slip (of those selectors that cannot be a number or a word)."""
    if not logs:
        return
    words = set(re.findall(r"(?<![0-9A-Za-z])[0-9A-Z]{4,20}(?![0-9A-Za-z])", logs))
    selectors = {one for one in urn if re.search("[0-9]", one) and re.search("[G-Z]", one)}
    trackers = set().union(*_sets(sent).values()) if sent else set()
    assert words & (selectors | trackers) == set()
    assert [
        one for slip in hall.all_slips for one in (secret_text(slip.secret), slip.typed) if one in logs
    ] == []
