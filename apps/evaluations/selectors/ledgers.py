"""Counting slips, envelopes and paper forms: each is counted on its own, so that the ledger can notice a difference."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import BinaryField, Count, Func, Q

from apps.evaluations.domain import crockford
from apps.evaluations.domain.ledgers import GroupCount, LedgerLine, line_of
from apps.evaluations.domain.sealing import TRACKER_BYTES
from apps.evaluations.domain.states import SlipState
from apps.evaluations.kit.vouchers import is_vouched
from apps.evaluations.models import Credential, EvaluationSession, PaperBatch, SessionGroup, UrnEntry

DIGEST = "substr(sha256(%(expressions)s), 1, %(n_bytes)s)"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope of the urn from outside. ``tracker`` is computed from what lies there, not read from beside it."""

    group_id: int
    hall_id: int | None
    slip_state: str
    tracker: str
    is_vouched: bool


def envelopes(session: EvaluationSession) -> list[Envelope]:
    """Return all envelopes of the session's urn."""
    digest = Func("ciphertext", template=DIGEST, n_bytes=TRACKER_BYTES, output_field=BinaryField())
    rows = (
        UrnEntry.objects.filter(credential__session=session)
        .order_by()
        .annotate(digest=digest)
        .values_list(
            "credential__group_id",
            "credential__hall_id",
            "credential__state",
            "credential__selector",
            "digest",
            "tracker",
            "voucher",
        )
    )
    found = []
    for group_id, hall_id, state, selector, digest_bytes, told, voucher in rows:
        tracker = crockford.encode(bytes(digest_bytes))
        vouched = tracker == told and is_vouched(bytes(voucher), session.pk, selector, tracker)
        found.append(Envelope(group_id, hall_id, state, tracker, vouched))
    return found


@dataclass(frozen=True, slots=True)
class Counting:
    """One counting of a session: per group, per hall, and the envelopes."""

    groups: list[GroupCount]
    halls: list[LedgerLine]
    envelopes: list[Envelope]

    @property
    def lines(self) -> list[LedgerLine]:
        return [line_of(count) for count in self.groups]

    @property
    def trackers(self) -> list[str]:
        """Receipts of the envelopes that count, sorted."""
        return sorted(one.tracker for one in self.envelopes if one.is_vouched)

    @property
    def foreign(self) -> list[str]:
        """What would be the receipts of envelopes the casting service did not put there, sorted."""
        return sorted(one.tracker for one in self.envelopes if not one.is_vouched)


def count_session(session: EvaluationSession) -> Counting:
    """Count slips, envelopes and paper forms of a session as they are now."""
    found = envelopes(session)
    groups = session_groups(session)
    by_group = _Counts(session, found, lambda group_id, _: group_id)
    by_hall = _Counts(session, found, lambda _, hall_id: hall_id)
    return Counting(
        [by_group.of(g.pk, g.pk, g.voter_group_id, g.voter_group.name, g.n_issued) for g in groups],
        [line_of(by_hall.of(hall.pk, hall.pk, 0, hall.name, None)) for hall in session.halls.all()],
        found,
    )


def ledger_lines(session: EvaluationSession) -> list[LedgerLine]:
    """Return the ledger as it stands."""
    return count_session(session).lines


Key = int | None
Place = Callable[[int, int | None], Key]


class _Counts:
    """The three countings, sorted by group or by hall."""

    def __init__(self, session: EvaluationSession, found: Iterable[Envelope], place: Place) -> None:
        self.slips: Counter[tuple[Key, str]] = Counter()
        for group_id, hall_id, state, n in _slip_rows(session):
            self.slips[place(group_id, hall_id), state] += n
        self.forms: Counter[tuple[Key, str]] = Counter()
        for batch in PaperBatch.objects.filter(session=session):
            key = place(batch.group_id, batch.hall_id)
            self.forms.update({(key, "issued"): batch.n_issued, (key, "spoiled"): batch.n_spoiled})
            self.forms[key, "returned"] += batch.n_returned
        self.urn: Counter[tuple[Key, str, bool]] = Counter()
        for one in found:
            is_online = one.slip_state == SlipState.ONLINE.value
            self.urn[place(one.group_id, one.hall_id), "on" if is_online else "off", one.is_vouched] += 1

    def of(self, key: int, group_id: int, voter_group_id: int, name: str, n_made: int | None) -> GroupCount:
        """Return one count. ``n_made`` ``None``: nobody counted these slips while printing, the table is all there is."""
        state = {one: self.slips[key, one.value] for one in SlipState}
        n_online, n_replaced = self.urn[key, "on", True], self.urn[key, "on", False]
        return GroupCount(
            group_id=group_id,
            voter_group_id=voter_group_id,
            name=name,
            n_made=sum(state.values()) if n_made is None else n_made,
            n_slips_unused=state[SlipState.UNUSED],
            n_slips_paper=state[SlipState.PAPER],
            n_slips_void=state[SlipState.VOID],
            n_slips_spoiled=state[SlipState.SPOILED],
            n_online=n_online,
            n_replaced=n_replaced,
            n_missing=state[SlipState.ONLINE] - n_online - n_replaced,
            n_stray=self.urn[key, "off", True],
            n_foreign=n_replaced + self.urn[key, "off", False],
            n_forms=self.forms[key, "issued"],
            n_forms_returned=self.forms[key, "returned"],
            n_forms_spoiled=self.forms[key, "spoiled"],
        )


def _slip_rows(session: EvaluationSession) -> Iterable[tuple[int, int | None, str, int]]:
    return (
        Credential.objects.filter(session=session)
        .order_by()
        .values_list("group_id", "hall_id", "state")
        .annotate(n=Count("pk"))
    )


def session_groups(session: EvaluationSession) -> list[SessionGroup]:
    """Return the voter groups of a session in their order."""
    return list(session.groups.select_related("voter_group").order_by("voter_group__order_no"))


def slip_states(session: EvaluationSession) -> Counter[tuple[int, str]]:
    """Return the number of slips per group and state."""
    counts: Counter[tuple[int, str]] = Counter()
    for group_id, _, state, n in _slip_rows(session):
        counts[group_id, state] += n
    return counts


def n_mismatched_slips(session: EvaluationSession) -> int:
    """Return how many slips say "online" without a ballot in the urn, or the other way round."""
    is_online = Q(state=SlipState.ONLINE.value)
    has_ballot = Q(urn_entry__isnull=False)
    off = (is_online & ~has_ballot) | (~is_online & has_ballot)
    return Credential.objects.filter(off, session=session).count()
