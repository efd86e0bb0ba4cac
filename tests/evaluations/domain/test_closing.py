import hashlib

from hypothesis import given
from hypothesis import strategies as st

from apps.evaluations.domain import ledgers
from apps.evaluations.domain.ledgers import LedgerLine
from apps.evaluations.domain.trackers import merkle_root

trackers = st.lists(st.text(alphabet="0123ABC", min_size=16, max_size=16), unique=True, max_size=9)


@given(trackers)
def test_root_does_not_depend_on_the_order(given_trackers):
    assert merkle_root(given_trackers) == merkle_root(reversed(given_trackers))


@given(trackers.filter(bool))
def test_root_changes_with_every_receipt(given_trackers):
    assert merkle_root(given_trackers) != merkle_root(given_trackers[1:])
    assert merkle_root(given_trackers) != merkle_root([*given_trackers[1:], "Z" * 16])


def test_root_known_answers():
    leaf_a, leaf_b = (hashlib.sha256(b"\0" + x).digest() for x in (b"A", b"B"))

    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()
    assert merkle_root(["A"]) == leaf_a.hex()
    assert merkle_root(["B", "A"]) == hashlib.sha256(b"\1" + leaf_a + leaf_b).hexdigest()


counts = st.integers(0, 50)


def line(issued, online, paper, void, unused):
    return LedgerLine(1, 2, "A票", issued, online, paper, void, unused)


@given(counts, counts, counts, counts)
def test_ledger_balances_when_every_slip_is_accounted_for(online, paper, void, unused):
    one = line(online + paper + void + unused, online, paper, void, unused)

    assert one.is_balanced
    assert ledgers.line_from_json(one.as_json()) == one


@given(counts, counts, counts, counts, counts.filter(bool))
def test_one_more_or_less_is_off(online, paper, void, unused, off):
    total = online + paper + void + unused

    assert not line(total + off, online, paper, void, unused).is_balanced
    assert not line(total, online + off, paper, void, unused).is_balanced


@given(counts, st.integers(3, 9))
def test_turnout_is_rounded_down_and_small_numbers_are_not_shown(n, k_min):
    shown = ledgers.turnout(n, k_min)

    assert shown == (None if n < k_min else n - n % 5)
