"""What blind luck can do. A test here may cry wolf less than once in a million runs; its limits come from these sums.

A guessed pairing of n slips with n ballots has as many hits as a random permutation has fixed points: P(k hits) <= 1/(e·k!) up
to an error of 1/n!, the Poisson law of mean one. Several looks at the same data are added up (union bound), so it does not
matter that they hang together.
"""

import math
from itertools import accumulate

FALSE_ALARM = 1e-6


def poisson_tail(most, mean):
    """Return P(X > most) of a Poisson variable."""
    term, terms = math.exp(-mean), []
    for k in range(1, most + 200):
        term *= mean / k
        terms.append(term)
    return sum(terms[most:])


def most_hits(n_looks, *, mean=1.0, alarm=FALSE_ALARM):
    """Return how many hits luck may have in the luckiest of ``n_looks``."""
    return next(k for k in range(10_000) if n_looks * poisson_tail(k, mean) < alarm)


def normal_quantile(tail):
    """Return z with P(|Z| > z) = ``tail``."""
    low, high = 0.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erfc(middle / math.sqrt(2)) > tail else (low, middle)
    return high


def kendall_tau(first, second):
    """Return Kendall's tau of two orders of the same things."""
    place = {one: n for n, one in enumerate(second)}
    ranks = [place[one] for one in first]
    n = len(ranks)
    inversions = _inversions(ranks)
    return 1 - 4 * inversions / (n * (n - 1))


def _inversions(ranks):
    n = max(ranks) + 1
    tree, found = [0] * (n + 1), 0
    for seen, rank in enumerate(ranks):
        found += seen - _sum(tree, rank + 1)
        _add(tree, rank + 1)
    return found


def _sum(tree, place):
    total = 0
    while place > 0:
        total += tree[place]
        place -= place & -place
    return total


def _add(tree, place):
    while place < len(tree):
        tree[place] += 1
        place += place & -place


def tau_deviation(n):
    """Return the standard deviation of tau of two independent orders of ``n`` things."""
    return math.sqrt(2 * (2 * n + 5) / (9 * n * (n - 1)))


def ks_distance(first, second):
    """Return the largest distance of two empirical distributions."""
    events = sorted([(value, 1 / len(first)) for value in first] + [(v, -1 / len(second)) for v in second])
    heights = accumulate(step for _, step in events)
    last = {value: height for (value, _), height in zip(events, heights, strict=True)}
    return max(abs(height) for height in last.values())


def ks_chance(first, second):
    """Return the chance of such a distance if both samples come from one distribution (Dvoretzky, Kiefer, Wolfowitz, Massart)."""
    distance = ks_distance(first, second)
    effective = len(first) * len(second) / (len(first) + len(second))
    return min(1.0, 2 * math.exp(-2 * effective * distance**2))
