"""Slips: secrets are made here, returned to be printed, and kept nowhere. The table holds verifiers."""

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from secrets import SystemRandom

from argon2 import PasswordHasher
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations.domain.slips import Slip, fast_verifier, make_slip
from apps.evaluations.domain.states import ORDER, SessionState, SlipState
from apps.evaluations.models import Credential, EvaluationSession, SessionGroup, SessionHall, UrnEntry
from apps.evaluations.services.locks import lock_session

MAX_AT_ONCE = 2000
PRINTABLE = tuple(state.value for state in ORDER[: ORDER.index(SessionState.OPEN) + 1])
GONE = {SlipState.VOID.value: "作废", SlipState.SPOILED.value: "按污损收回"}
RETIRED = {SlipState.VOID: "evaluations.slip_voided", SlipState.SPOILED: "evaluations.slip_spoiled"}
typed_code_hasher = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=16, salt_len=16
)


@sensitive_variables("slips")
@transaction.atomic
def issue_slips(
    session_id: int, *, group_id: int, n_slips: int, hall_id: int | None = None, actor: User, at: datetime
) -> list[Slip]:
    """Make slips for one group (in one hall) and return them in an order that says nothing about the table's.

    :raises NotAllowedNow: voting is over.
    :raises DomainError: no or too many slips at once, or no such hall.
    """
    group = _printable_group(session_id, group_id)
    hall = _hall(group.session, hall_id)
    if not 1 <= n_slips <= MAX_AT_ONCE:
        raise DomainError(f"一次可以打印 1 到 {MAX_AT_ONCE} 张测评票。", code="n_slips_out_of_range")
    slips = _new_slips(group, hall, n_slips)
    _record("evaluations.slips_issued", group, n_slips, hall, actor=actor, at=at)
    return slips


@sensitive_variables("slips")
@transaction.atomic
def reprint_slips(
    session_id: int, *, group_id: int, hall_id: int | None = None, actor: User, at: datetime
) -> list[Slip]:
    """Void the group's unused slips (of one hall, if there are several) and make as many new ones.

    :raises NotAllowedNow: voting is over.
    :raises DomainError: there is no unused slip, or no such hall.
    """
    group = _printable_group(session_id, group_id)
    hall = _hall(group.session, hall_id)
    unused = Credential.objects.filter(group=group, hall=hall, state=SlipState.UNUSED.value)
    n_void = unused.update(state=SlipState.VOID.value)
    if n_void == 0:
        raise DomainError("这里没有未交的测评票，不需要重新打印。", code="nothing_to_reprint")
    slips = _new_slips(group, hall, n_void)
    _record("evaluations.slips_reprinted", group, n_void, hall, actor=actor, at=at)
    return slips


@transaction.atomic
def void_slip(session_id: int, *, selector: str, actor: User, at: datetime) -> Credential:
    """Void one slip that was lost or misprinted and not used. The log never says which. Twice changes nothing.

    :raises DomainError: unknown slip, or one that is used up already.
    """
    return _retire(session_id, selector, SlipState.VOID, actor=actor, at=at)


@transaction.atomic
def spoil_slip(session_id: int, *, selector: str, actor: User, at: datetime) -> Credential:
    """Take back a soiled or torn slip that was not used; its holder draws another. Twice changes nothing.

    :raises DomainError: unknown slip, or one that is used up already.
    """
    return _retire(session_id, selector, SlipState.SPOILED, actor=actor, at=at)


@transaction.atomic
def exchange_slip(session_id: int, *, selector: str, actor: User, at: datetime) -> Credential:
    """Exchange a slip for a paper form: paper overrides online, so a ballot in the urn leaves it here and now.

    Twice changes nothing. The log says which group, never which slip, and not whether a ballot was there.

    :raises NotAllowedNow: voting is over.
    :raises DomainError: unknown, void or spoiled slip.
    """
    slip = _locked_slip(session_id, selector)
    if slip.state == SlipState.PAPER.value:
        return slip
    if slip.state in GONE:
        raise DomainError(f"这张测评票已经{GONE[slip.state]}，不能再换纸质测评表。", code="slip_gone")
    slip.state = SlipState.PAPER.value
    slip.save(update_fields=["state"])
    UrnEntry.objects.filter(credential=slip).delete()
    _record("evaluations.slip_exchanged", slip.group, 1, slip.hall, actor=actor, at=at)
    return slip


def _retire(session_id: int, selector: str, to: SlipState, *, actor: User, at: datetime) -> Credential:
    slip = _locked_slip(session_id, selector)
    if slip.state == to.value:
        return slip
    if slip.state == SlipState.ONLINE.value:
        raise DomainError(
            "这张测评票已经交过，不能作废。本人可以在截止前用原票重新提交，或到工作台换领纸质测评表。",
            code="slip_used",
        )
    if slip.state != SlipState.UNUSED.value:
        raise DomainError(f"这张测评票已经{GONE.get(slip.state, '换领了纸质测评表')}。", code="slip_gone")
    slip.state = to.value
    slip.save(update_fields=["state"])
    _record(RETIRED[to], slip.group, 1, slip.hall, actor=actor, at=at)
    return slip


def _locked_slip(session_id: int, selector: str) -> Credential:
    """Return the slip with its row locked: a cast of the same moment waits, and then sees what became of it."""
    session = lock_session(session_id)
    _check_printable(session)
    rows = Credential.objects.select_for_update(of=("self",)).select_related(
        "group__session", "group__voter_group", "hall"
    )
    slip = rows.filter(session=session, selector=selector).first()
    if slip is None:
        raise DomainError("本场次没有这个票号，请核对副券上的四位票号。", code="unknown_slip")
    return slip


def _record(
    act: str, group: SessionGroup, n: int, hall: SessionHall | None, *, actor: User, at: datetime
) -> None:
    details = {"group": group.voter_group.name, "n": n} | ({"hall": hall.name} if hall else {})
    record_action(act, group.session, actor=actor, at=at, details=details)


def _hall(session: EvaluationSession, hall_id: int | None) -> SessionHall | None:
    """Return the hall; a session with halls has every slip in one of them."""
    if hall_id is None:
        if session.halls.exists():
            raise DomainError("本场次分会场，请选择打印哪个会场的测评票。", code="hall_needed")
        return None
    hall = session.halls.filter(pk=hall_id).first()
    if hall is None:
        raise DomainError("没有这个会场，请刷新页面重选。", code="foreign_hall")
    return hall


def _printable_group(session_id: int, group_id: int) -> SessionGroup:
    _check_printable(lock_session(session_id))
    return SessionGroup.objects.select_related("session", "voter_group").get(
        pk=group_id, session_id=session_id
    )


def _check_printable(session: EvaluationSession) -> None:
    if session.state not in PRINTABLE:
        raise NotAllowedNow("投票已经截止，测评票不再增减。")


@sensitive_variables("slips")
def _new_slips(group: SessionGroup, hall: SessionHall | None, n_slips: int) -> list[Slip]:
    """Write verifiers of fresh slips and return the slips, shuffled once more for the printer."""
    taken = set(Credential.objects.filter(session_id=group.session_id).values_list("selector", flat=True))
    slips: list[Slip] = []
    while len(slips) < n_slips:
        slip = make_slip(group.voter_group.name, choose=secrets.choice, random_bytes=secrets.token_bytes)
        if slip.selector not in taken:
            taken.add(slip.selector)
            slips.append(slip)
    Credential.objects.bulk_create(_credentials(group, hall, slips))
    group.n_issued += n_slips
    group.save(update_fields=["n_issued"])
    SystemRandom().shuffle(slips)
    return slips


@sensitive_variables("slips", "hashes")
def _credentials(group: SessionGroup, hall: SessionHall | None, slips: Sequence[Slip]) -> list[Credential]:
    with ThreadPoolExecutor(4) as pool:  # argon2 works outside the interpreter's lock
        hashes = list(pool.map(lambda slip: typed_code_hasher.hash(slip.typed), slips))
    return [
        Credential(
            session_id=group.session_id,
            group=group,
            hall=hall,
            selector=slip.selector,
            fast_verifier=fast_verifier(group.session_id, slip.selector, slip.secret),
            slow_verifier=slow,
        )
        for slip, slow in zip(slips, hashes, strict=True)
    ]
