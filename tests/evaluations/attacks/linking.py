"""The attackers: they get sights of both sides and say which slip they think cast which ballot.

The same attackers stand before the real tables and before the designs they were made for.
"""

from collections import defaultdict
from itertools import product


def guesses(slips, ballots):
    """Yield ``(name of the attack, pairs)``: every order laid beside every order, and everything joined by transaction."""
    for (ours, left), (theirs, right) in product(slips.orders.items(), ballots.orders.items()):
        yield f"order: {ours} | {theirs}", list(zip(left, right, strict=False))
    for (ours, left), (theirs, right) in product(slips.touched.items(), ballots.touched.items()):
        yield f"transaction: {ours} | {theirs}", joined(left, right)


def joined(left, right):
    """Return a ballot for every slip with which it shares a transaction, by the transaction that touched the fewest others.

    Where several are equally likely, everybody is given another one in turn.
    """
    ours, theirs = _members(left), _members(right)
    pairs = []
    for n, (name, transactions) in enumerate(left.items()):
        shared = [one for one in transactions if one in theirs]
        if shared:
            loneliest = min(shared, key=lambda one: len(ours[one]) * len(theirs[one]))
            pairs.append((name, theirs[loneliest][n % len(theirs[loneliest])]))
    return pairs


def _members(touched):
    members = defaultdict(list)
    for name, transactions in touched.items():
        for transaction in transactions:
            members[transaction].append(name)
    return members


def hits(truth, slips, ballots):
    """Return for every attack how many ballots it gives to the slip that cast them."""
    return {
        attack: sum(truth.get(slip) == ballot for slip, ballot in pairs)
        for attack, pairs in guesses(slips, ballots)
    }
