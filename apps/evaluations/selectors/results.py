"""What came out of opened urns. Rehearsals never show here."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Case, QuerySet, When

from apps.evaluations.domain.ballot_papers import canonical_json, from_description
from apps.evaluations.domain.comments import subjects_shown
from apps.evaluations.domain.opening import void_reasons
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession, OpenedComment, OpenedMark, SessionClosing

RELEASED_STATES = (SessionState.RELEASED.value, SessionState.PURGED.value)
OPENED_STATES = (SessionState.OPENED.value, SessionState.RELEASED.value, SessionState.PURGED.value)


def mark_rows(cycle_id: int) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Yield ``(reviewee_id, voter_group_id, marks)`` for every valid ballot and reviewee of the opened sessions.

    ``marks`` maps an item's key to an answer; an item left blank is absent. Order means nothing.
    """
    for reviewee_id, group_id, _, marks in paper_mark_rows(cycle_id):
        yield reviewee_id, group_id, marks


def paper_mark_rows(cycle_id: int) -> Iterator[tuple[int, int, int, dict[str, str]]]:
    """Yield ``(reviewee_id, voter_group_id, scheme_paper_id, marks)``, like ``mark_rows`` but per evaluation form."""
    rows = OpenedMark.objects.filter(
        subject__session__cycle_id=cycle_id,
        subject__session__state__in=OPENED_STATES,
        subject__session__rehearsal_of=None,
    )
    names = ("subject__reviewee_id", "group__voter_group_id", "paper_id", "marks")
    yield from rows.values_list(*names).iterator(5000)


def returned_counts(cycle_id: int) -> dict[int, int]:
    """Return how many ballots came back per voter group (online and paper), valid or not, in the opened sessions."""
    closings = SessionClosing.objects.filter(
        session__cycle_id=cycle_id, session__state__in=OPENED_STATES, session__rehearsal_of=None
    )
    counts: Counter[int] = Counter()
    for ledger in closings.values_list("ledger", flat=True):
        for line in ledger["groups"]:
            counts[line["voter_group_id"]] += line["n_online"] + line["n_paper"]
    return dict(counts)


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """What came out for one voter group. ``n_partly`` valid ballots lost an item or a reviewee to the rules."""

    name: str
    n_returned: int
    n_on_paper: int
    n_valid: int
    n_blank: int
    n_void: int
    n_partly: int
    reasons: list[tuple[str, int]]


def opened_lines(session: EvaluationSession, closing: SessionClosing) -> list[OpenedLine]:
    """Return the counts of the opening per group in the order of the ledger; empty before the opening."""
    if closing.opening_counts is None:
        return []
    paper = from_description(session.form or {})
    templates = {part.key: part.template for part in paper.parts}
    lines = []
    for line in closing.ledger["groups"]:
        n = closing.opening_counts.get(str(line["group_id"]), {})
        lines.append(
            OpenedLine(
                name=line["name"],
                n_returned=n.get("returned", 0),
                n_on_paper=n.get("on_paper", 0),
                n_valid=n.get("valid", 0),
                n_blank=n.get("blank", 0),
                n_void=n.get("void", 0),
                n_partly=n.get("partly", 0),
                reasons=void_reasons(n, templates),
            )
        )
    return lines


def scheme_hash(session: EvaluationSession) -> str:
    """Return the SHA-256 of the scheme's part in the evaluation: forms, voter groups with weights, least number shown."""
    scheme = session.cycle.scheme
    groups = scheme.voter_groups.order_by("pk").values_list("pk", "name", "weight")
    papers = scheme.papers.order_by("pk").values_list("pk", "definition")
    content = {
        "groups": [[pk, name, f"{weight.normalize():f}"] for pk, name, weight in groups],
        "k_min": scheme.k_min,
        "papers": [[pk, definition] for pk, definition in papers],
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def comment_rows(session: EvaluationSession) -> QuerySet[OpenedComment]:
    """Return the words that came out of a released session, in an order that says nothing; none before the release."""
    if session.state not in RELEASED_STATES or session.rehearsal_of_id is not None:
        return OpenedComment.objects.none()
    rows = OpenedComment.objects.filter(session=session).select_related("subject__reviewee", "paper")
    named = subjects_shown(
        rows.order_by().values_list("subject_id", "paper_id", "item_key"), session.cycle.scheme.k_min
    )
    shown = Case(When(subject_id__in=named, then="subject__order_no"), default=None)
    return rows.annotate(shown_no=shown).order_by("shown_no", "id")
