import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evaluations.domain import ledgers
from apps.evaluations.domain.ledgers import GroupCount, LedgerLine
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


few = st.integers(0, 50)


@st.composite
def honest_counts(draw):
    """A group in which every slip, envelope and form was dealt with by the application."""
    unused, paper, void, spoiled, online, replaced = (draw(few) for _ in range(6))
    returned, spoiled_forms, kept = (draw(few) for _ in range(3))
    return GroupCount(
        group_id=1, voter_group_id=2, name="A票",
        n_made=unused + paper + void + spoiled + online + replaced,
        n_slips_unused=unused, n_slips_paper=paper, n_slips_void=void, n_slips_spoiled=spoiled,
        n_online=online, n_replaced=replaced, n_foreign=replaced + draw(few),
        n_forms=max(paper, returned + spoiled_forms + kept), n_forms_returned=returned, n_forms_spoiled=spoiled_forms,
    )  # fmt: skip


@given(honest_counts())
def test_line_balances_when_every_slip_and_form_is_accounted_for(count):
    line = ledgers.line_of(count)

    assert line.is_balanced
    assert ledgers.faults_of(count) == []
    assert line.n_issued == (line.n_slips - line.n_exchanged) + line.n_forms
    assert ledgers.line_from_json(line.as_json()) == line


@given(
    honest_counts(), st.sampled_from(["n_made", "n_missing", "n_stray", "n_slips_unused"]), few.filter(bool)
)
def test_one_more_or_less_blocks_and_names_the_group_and_who_may_mend_it(count, name, n):
    off = replace(count, **{name: getattr(count, name) + n})

    assert {(fault.name, fault.who) for fault in ledgers.faults_of(off)} == {("A票", ledgers.ADMINISTRATOR)}


@pytest.mark.parametrize("change", [{"n_made": 4}, {"n_slips_unused": 1}, {"n_online": 0, "n_missing": 1}])
def test_what_is_missing_shows_as_a_difference(change):
    count = GroupCount(1, 2, "A票", n_made=3, n_slips_unused=2, n_online=1)

    assert ledgers.line_of(count).is_balanced
    assert not ledgers.line_of(replace(count, **change)).is_balanced


def test_paper_that_does_not_add_up_is_for_the_clerk_who_counted():
    count = GroupCount(
        1, 2, "A票", n_made=3, n_slips_unused=1, n_slips_paper=2, n_forms=1, n_forms_returned=2
    )

    assert [str(fault) for fault in ledgers.faults_of(count)] == [
        f"A票：纸质测评表发出 1 张，收回和作废共 2 张。请{ledgers.PAPER_CLERK}",
        f"A票：2 张测评票换领了纸质测评表，纸质测评表只登记发出 1 张。请{ledgers.PAPER_CLERK}",
    ]


def test_forged_envelope_counts_as_nothing_and_blocks_nothing():
    """Under an unused slip, under a void one, and in the place of a real one."""
    count = GroupCount(
        1, 2, "A票", n_made=4, n_slips_unused=1, n_slips_void=1, n_online=1, n_replaced=1, n_foreign=3
    )

    line = ledgers.line_of(count)

    assert ledgers.faults_of(count) == []
    assert (line.n_returned, line.n_unused, line.n_void, line.n_foreign) == (1, 2, 1, 3)
    assert line.is_balanced


def test_line_of_an_earlier_release_can_still_be_read():
    stored = {
        "group_id": 1,
        "voter_group_id": 2,
        "name": "A票",
        "n_issued": 3,
        "n_online": 1,
        "n_paper": 1,
        "n_void": 0,
        "n_unused": 1,
    }

    assert ledgers.line_from_json(stored) == LedgerLine(1, 2, "A票", 3, 1, 1, 0, 1)


@given(few, st.integers(3, 9))
def test_turnout_is_rounded_down_and_small_numbers_are_not_shown(n, k_min):
    shown = ledgers.turnout(n, k_min)

    assert shown == (None if n < k_min else n - n % 5)
