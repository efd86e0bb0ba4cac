"""The one statement that puts a sealed ballot into the urn, and how it behaves when the database is busy.

It is sent past Django's cursor: neither the SQL log nor a list of queries ever holds a selector or a ballot.
"""

import contextlib
import logging
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.views.decorators.debug import sensitive_variables

from apps.evaluations.errors import CastingBusy
from apps.evaluations.kit.vouchers import voucher_for
from apps.evaluations.services.locks import SESSION_LOCK

logger = logging.getLogger(__name__)
PUT = "SELECT evaluations_put_ballot(%s, %s, %s, %s, %s, %s, %s, %s)"
TRIES = 2


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed ballot and the slip it is cast under. ``verifier``: what the slip must have stored.

    ``key``: the public key it was sealed to, if the sender told.
    """

    session_id: int
    selector: str
    verifier: bytes
    ciphertext: bytes
    tracker: str
    key: bytes | None = None


@sensitive_variables()
def put_envelope(envelope: Envelope) -> bool:
    """Burn the slip and store the ballot in one transaction; ``False``: not now or not so, and nothing was written.

    A ballot that lies there already under this slip is replaced. Locks are waited for three seconds; a deadlock, a timeout
    or a lost connection is tried once more: the same ballot twice is one ballot.

    :raises IntegrityError: the same ballot lies under another slip.
    :raises CastingBusy: the database could not do it now.
    """
    for _ in range(TRIES):
        try:
            return _put(envelope)
        except (DatabaseError, InterfaceError) as fault:
            if not is_passing(fault):
                raise
            logger.warning("no ballot could be put into the urn: %s", _kind(fault))
            _drop_lost_connection()
    raise CastingBusy


@sensitive_variables()
def _put(envelope: Envelope) -> bool:
    values = (
        envelope.session_id,
        SESSION_LOCK + envelope.session_id,
        envelope.selector,
        envelope.verifier,
        envelope.ciphertext,
        envelope.tracker,
        voucher_for(envelope.session_id, envelope.selector, envelope.tracker),
        envelope.key,
    )
    with _own_savepoint(), connection.wrap_database_errors:
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:
            cursor.execute(PUT, values)
            return bool(cursor.fetchone()[0])


def _own_savepoint() -> contextlib.AbstractContextManager[object]:
    """The statement is a transaction of its own; inside another one a refusal must leave that one usable."""
    return transaction.atomic() if connection.in_atomic_block else contextlib.nullcontext()


def is_passing(fault: Exception) -> bool:
    """Tell whether the database could only not do it now.

    An ended connection may be told by the driver as a bare ``DatabaseError`` without a code; whatever the server itself refuses
    has one.
    """
    if isinstance(fault, OperationalError | InterfaceError):
        return True
    return type(fault) is DatabaseError and getattr(fault.__cause__, "pgcode", None) is None


def _drop_lost_connection() -> None:
    """Let the next try open a new connection if this one is gone."""
    if not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def _kind(fault: Exception) -> str:
    """Return the database's code for what went wrong; its words might quote a row."""
    return str(getattr(fault.__cause__, "pgcode", None) or type(fault).__name__)
