"""Emptying the urn in memory: what counts, what is void and why, and that nothing keeps a ballot together."""

import json
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    RuleKind,
    ValidityRule,
)
from apps.evaluations.domain import ballots, opening
from apps.evaluations.domain.comments import may_be_kept, subjects_shown
from apps.evaluations.domain.opening import TornMark
from apps.evaluations.domain.paper_totals import PaperTotals
from tests.evaluations.domain.forms import FORM, form

LENGTH = 4096


def sealed_in(paper, selector, marks, texts=None):
    return ballots.pad(ballots.ballot_text(paper, selector, marks, texts), LENGTH)


def opened(paper, *cast, totals=(), seed=1):
    """Open ballots ``(group, marks)`` or ``(group, marks, texts)``."""
    pile = [
        (group, f"{n:04d}", sealed_in(paper, f"{n:04d}", *content))
        for n, (group, *content) in enumerate(cast)
    ]
    return opening.open_ballots(paper, pile, totals, Random(seed))


def counted(result):
    return Counter((subject, group, marks) for subject, group, _, marks in result.marks)


answers = st.fixed_dictionaries(
    {}, optional={"g": st.sampled_from(["good", "fair", "poor"]), "n": st.sampled_from(["0", "9.5"])}
)
marks = st.fixed_dictionaries({}, optional={"11": answers, "12": answers})
cast = st.lists(st.tuples(st.integers(1, 3), marks.map(lambda m: {"1": m} if m else {})), max_size=12)


@settings(max_examples=60)
@given(cast, st.integers())
def test_every_valid_ballot_gives_every_reviewee_one_row(ballots_cast, seed):
    result = opened(FORM, *ballots_cast, seed=seed)

    expected = Counter(
        (
            int(subject),
            group,
            json.dumps(given.get("1", {}).get(subject, {}), sort_keys=True, separators=(",", ":")),
        )
        for group, given in ballots_cast
        for subject in FORM.subject_ids
    )
    assert counted(result) == expected
    for group in {group for group, _ in ballots_cast}:
        mine = [given for one, given in ballots_cast if one == group]
        assert opening.counts_as_json(result.counts)[str(group)] == {
            "returned": len(mine), "valid": len(mine), "void": 0,
            "blank": sum(not any(given.get("1", {}).values()) for given in mine),
        }  # fmt: skip


@settings(max_examples=40)
@given(cast, st.integers(), st.integers())
def test_order_and_shuffle_leave_no_trace_in_the_hash(ballots_cast, seed, other):
    shuffled = list(ballots_cast)
    Random(other).shuffle(shuffled)

    one, two = opened(FORM, *ballots_cast, seed=seed), opened(FORM, *shuffled, seed=other)

    assert opening.hash_of_rows(one.marks) == opening.hash_of_rows(two.marks)


def test_hash_of_stored_marks_is_that_of_the_opening_and_has_a_known_answer():
    result = opened(FORM, (1, {"1": {"11": {"n": "5", "g": "good"}}}))
    stored = [TornMark(s, g, p, opening.marks_from_json(m)) for s, g, p, m in result.marks]

    assert opening.marks_hash(stored) == opening.hash_of_rows(result.marks)
    assert sorted(result.marks) == [(11, 1, 101, '{"g":"good","n":"5"}'), (12, 1, 101, "{}")]
    import hashlib

    lines = '[11,1,101,{"g":"good","n":"5"}]\n[12,1,101,{}]'
    assert opening.marks_hash(stored) == hashlib.sha256(lines.encode()).hexdigest()


def test_rows_of_two_reviewees_lie_in_orders_of_their_own():
    """Each of 60 ballots gives both reviewees its own number of points; afterwards neighbours share it by chance only."""
    cast_ = [
        (1, {"1": {s: {"n": f"{n // 2}{'.5' if n % 2 else ''}"} for s in ("11", "12")}}) for n in range(20)
    ] * 3

    result = opened(FORM, *cast_)

    by_subject = {s: [m for subject, _, _, m in result.marks if subject == s] for s in (11, 12)}
    together = sum(a == b for a, b in zip(by_subject[11], by_subject[12], strict=True))
    assert Counter(by_subject[11]) == Counter(by_subject[12])
    assert together < 15


LIMIT = ValidityRule(RuleKind.COUNT_LIMIT, Consequence.BALLOT, {"item": "g", "answers": ["good"], "max_n": 1})
FLOOR = ValidityRule(
    RuleKind.OVERALL_FLOOR,
    Consequence.REVIEWEE,
    {"overall": "g", "items": ["n2"], "worst": ["poor"], "not_better_than": "poor"},
)


def test_whole_ballot_rules_void_the_ballot_and_name_the_rule():
    paper = form(rules=(LIMIT,))
    too_many = {"1": {"11": {"g": "good"}, "12": {"g": "good"}}}

    result = opened(paper, (1, too_many), (1, {"1": {"11": {"g": "good"}}}), (2, too_many))

    counts = opening.counts_as_json(result.counts)
    assert counts["1"] == {"returned": 2, "valid": 1, "void": 1, "blank": 0, "rule:1:0": 1}
    assert counts["2"] == {"returned": 1, "valid": 0, "void": 1, "blank": 0, "rule:1:0": 1}
    assert {group for _, group, _, _ in result.marks} == {1}
    templates = {part.key: part.template for part in paper.parts}
    assert opening.void_reasons(counts["1"], templates) == [("违反填写规则“某种评价的人数限额”", 1)]


def test_a_rule_of_one_part_voids_the_ballot_in_all_parts():
    paper = form(n_parts=2, rules=(LIMIT,))

    result = opened(paper, (1, {"1": {"11": {"g": "poor"}}, "2": {"11": {"g": "good"}, "12": {"g": "good"}}}))

    assert result.marks == []
    assert result.counts[1]["rule:2:0"] == 1


def test_marks_of_a_void_item_fall_and_a_void_reviewee_has_no_row():
    blank = ValidityRule(RuleKind.BLANK, Consequence.REVIEWEE, {"items": ["g"]})
    ranks = ValidityRule(RuleKind.RANK_COMPLETE, Consequence.ITEM, {"item": "r"})
    paper = form(rules=(blank, ranks))
    given_ = {"1": {"11": {"g": "good", "r": "1"}, "12": {"n": "9", "r": "1"}}}

    result = opened(paper, (1, given_, {"1": {"11": {"c": "好"}, "12": {"c": "不好"}}}))

    assert [(s, m) for s, _, _, m in result.marks] == [(11, '{"g":"good"}')]
    assert [(one.subject_id, one.text) for one in result.comments] == [(11, "好")]
    assert opening.counts_as_json(result.counts)["1"] == {
        "returned": 1,
        "valid": 1,
        "void": 0,
        "blank": 0,
        "partly": 1,
    }


@pytest.mark.parametrize(("content", "reason"), [
    (None, "unreadable"), (b"\x00" * 64, "unreadable"), (sealed_in(FORM, "ZZZZ", {}), "foreign"),
    (sealed_in(FORM, "0000", {"1": {"11": {"g": "great"}}}), "unknown_mark"), (sealed_in(FORM, "0000", {"2": {}}), "unknown_mark"),
    (sealed_in(FORM, "0000", {}, {"1": {"11": {"c": "x" * 301}}}), "unknown_mark"),
])  # fmt: skip
def test_what_is_no_ballot_of_this_slip_is_void_with_its_reason(content, reason):
    result = opening.open_ballots(FORM, [(1, "0000", content)], [], Random(1))

    assert opening.counts_as_json(result.counts) == {
        "1": {"returned": 1, "valid": 0, "void": 1, "blank": 0, reason: 1}
    }
    assert result.marks == []
    assert [n for _, n in opening.void_reasons(result.counts[1], {})] == [1]


def test_paper_totals_join_as_rows_and_counts():
    figures = PaperTotals(3, 2, {"1": {"11": {"g": {"good": 2, "": 1}}, "12": {"g": {"poor": 3}}}})

    result = opened(FORM, (1, {"1": {"11": {"g": "good"}}}), totals=[(1, figures), (2, figures)])

    assert counted(result) == {
        (11, 1, '{"g":"good"}'): 3, (11, 1, "{}"): 1, (12, 1, '{"g":"poor"}'): 3, (12, 1, "{}"): 1,
        (11, 2, '{"g":"good"}'): 2, (11, 2, "{}"): 1, (12, 2, '{"g":"poor"}'): 3,
    }  # fmt: skip
    assert opening.counts_as_json(result.counts)["1"] == {
        "returned": 6, "valid": 4, "void": 2, "blank": 0, "on_paper": 5, "paper": 2,
    }  # fmt: skip


def test_words_are_torn_from_marks_without_group_and_counted_per_ballot():
    whole = form(comments=CommentPolicy.WHOLE)
    words = {"1": {"11": {"t": "多到基层"}, "0": {"c": "组织得好"}}}

    result = opened(whole, (1, {}, words), (2, {}, {"1": {"0": {"c": "  "}}}))

    assert {(c.subject_id, c.item_key, c.text) for c in result.comments} == {
        (11, "t", "多到基层"),
        (None, "", "组织得好"),
    }
    assert result.n_with_words == 1


def test_words_leave_the_urn_as_a_whole_or_not_at_all():
    assert [may_be_kept(n, 5) for n in (0, 4, 5)] == [False, False, True]


def test_name_stands_over_words_of_enough_ballots_only():
    """Four ballots that fill two places each are still four ballots."""
    places = [(11, 1, "")] * 5 + [(12, 1, "")] * 4 + [(12, 1, "t")] * 4 + [(None, 1, "")] * 9

    assert subjects_shown(places, 5) == {11}
