"""By how many ballots a mean or a share is divided: the one place that knows. Source: design.md section 4, "Ballot score".

Means of scores and shares of options ask the same question. What "says something" means depends on what is divided: for the
mean, a mark with a score; for an item, a mark that answers it. A mark that some rule made void says nothing and is silent about
nothing: only ``RETURNED`` counts its ballot.
"""

from apps.cycles.domain.schemes import Denominator


def denominator_of(kind: Denominator, *, n_said: int, n_silent: int, n_returned: int) -> int:
    """Return the number of ballots to divide by.

    ``n_said``: valid marks that say something; ``n_silent``: marks of valid ballots that do not (abstentions); ``n_returned``: all
    that came back for that person and group by the ledger, invalid ballots included. ``RETURNED`` is never less than the marks
    that are there: a ledger that knows of fewer is out of balance, which stops the release, not the arithmetic.
    """
    if kind is Denominator.RETURNED:
        return max(n_returned, n_said + n_silent)
    if kind is Denominator.VALID_WITH_ABSTENTIONS:
        return n_said + n_silent
    return n_said
