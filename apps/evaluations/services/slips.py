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
from apps.evaluations.domain.states import SessionState, SlipState
from apps.evaluations.models import Credential, EvaluationSession, SessionGroup
from apps.evaluations.services.locks import lock_session

MAX_AT_ONCE = 2000
PRINTABLE = (SessionState.DRAFT.value, SessionState.KEYED.value, SessionState.OPEN.value)
typed_code_hasher = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=16, salt_len=16
)


@sensitive_variables("slips")
@transaction.atomic
def issue_slips(session_id: int, *, group_id: int, n_slips: int, actor: User, at: datetime) -> list[Slip]:
    """Make slips for one group and return them in an order that says nothing about the table's.

    :raises NotAllowedNow: voting is over.
    :raises DomainError: no or too many slips at once.
    """
    group = _printable_group(session_id, group_id)
    if not 1 <= n_slips <= MAX_AT_ONCE:
        raise DomainError(f"一次可以打印 1 到 {MAX_AT_ONCE} 张测评票。", code="n_slips_out_of_range")
    slips = _new_slips(group, n_slips)
    record_action(
        "evaluations.slips_issued", group.session, actor=actor, at=at,
        details={"group": group.voter_group.name, "n": n_slips},
    )  # fmt: skip
    return slips


@sensitive_variables("slips")
@transaction.atomic
def reprint_slips(session_id: int, *, group_id: int, actor: User, at: datetime) -> list[Slip]:
    """Void the group's unused slips and make as many new ones.

    :raises NotAllowedNow: voting is over.
    :raises DomainError: there is no unused slip.
    """
    group = _printable_group(session_id, group_id)
    unused = Credential.objects.filter(group=group, state=SlipState.UNUSED.value)
    n_void = unused.update(state=SlipState.VOID.value)
    if n_void == 0:
        raise DomainError("这个类别没有未交的测评票，不需要重新打印。", code="nothing_to_reprint")
    slips = _new_slips(group, n_void)
    record_action(
        "evaluations.slips_reprinted", group.session, actor=actor, at=at,
        details={"group": group.voter_group.name, "n": n_void},
    )  # fmt: skip
    return slips


@transaction.atomic
def void_slip(session_id: int, *, selector: str, actor: User, at: datetime) -> Credential:
    """Void one spoiled slip that was not used. The log says which group, never which slip. Twice changes nothing.

    :raises DomainError: unknown slip, or a ballot already lies in the urn under it.
    """
    session = lock_session(session_id)
    _check_printable(session)
    slip = (
        Credential.objects.select_for_update(of=("self",)).filter(session=session, selector=selector).first()
    )
    if slip is None:
        raise DomainError("没有这个票号，请核对副券上的四位票号。", code="unknown_slip")
    if slip.state == SlipState.VOID.value:
        return slip
    if slip.state != SlipState.UNUSED.value:
        raise DomainError("这张测评票已经交过，不能作废。本人可以在截止前用原票重新提交。", code="slip_used")
    slip.state = SlipState.VOID.value
    slip.save(update_fields=["state"])
    record_action(
        "evaluations.slip_voided", session, actor=actor, at=at,
        details={"group": slip.group.voter_group.name, "n": 1},
    )  # fmt: skip
    return slip


def _printable_group(session_id: int, group_id: int) -> SessionGroup:
    _check_printable(lock_session(session_id))
    return SessionGroup.objects.select_related("session", "voter_group").get(
        pk=group_id, session_id=session_id
    )


def _check_printable(session: EvaluationSession) -> None:
    if session.state not in PRINTABLE:
        raise NotAllowedNow("投票已经截止，测评票不再增减。")


@sensitive_variables("slips")
def _new_slips(group: SessionGroup, n_slips: int) -> list[Slip]:
    """Write verifiers of fresh slips and return the slips, shuffled once more for the printer."""
    taken = set(Credential.objects.filter(session_id=group.session_id).values_list("selector", flat=True))
    slips: list[Slip] = []
    while len(slips) < n_slips:
        slip = make_slip(group.voter_group.name, choose=secrets.choice, random_bytes=secrets.token_bytes)
        if slip.selector not in taken:
            taken.add(slip.selector)
            slips.append(slip)
    Credential.objects.bulk_create(_credentials(group, slips))
    group.n_issued += n_slips
    group.save(update_fields=["n_issued"])
    SystemRandom().shuffle(slips)
    return slips


@sensitive_variables("slips", "hashes")
def _credentials(group: SessionGroup, slips: Sequence[Slip]) -> list[Credential]:
    with ThreadPoolExecutor(4) as pool:  # argon2 works outside the interpreter's lock
        hashes = list(pool.map(lambda slip: typed_code_hasher.hash(slip.typed), slips))
    return [
        Credential(
            session_id=group.session_id,
            group=group,
            selector=slip.selector,
            fast_verifier=fast_verifier(group.session_id, slip.selector, slip.secret),
            slow_verifier=slow,
        )
        for slip, slow in zip(slips, hashes, strict=True)
    ]
