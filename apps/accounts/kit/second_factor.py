"""What a session knows of the second factor. It is asked once, at the door; afterwards no request costs a query for it."""

from django.http import HttpRequest

from apps.accounts.domain.second_factor import FactorState

STATE = "second_factor"  # in the session


def note_state(request: HttpRequest, state: FactorState) -> None:
    """Write down how far the session has come."""
    request.session[STATE] = state.value


def state_of(request: HttpRequest) -> FactorState:
    """Return how far the session has come; one that does not say must pass first."""
    return FactorState(request.session.get(STATE, FactorState.NEEDED.value))
