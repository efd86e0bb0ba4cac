import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.evaluations.domain import ballots, opening, sealing
from apps.evaluations.domain.ballot_papers import BallotPaper, Item, Option, Subject, from_description
from apps.evaluations.domain.ballots import Verdict, VoidReason, judge
from apps.evaluations.domain.opening import JudgedBallot

GRADES = ("good", "fairly_good", "average", "poor")
PAPER = BallotPaper(
    session_id=7,
    title="测评",
    items=(Item(11, "党建责任"), Item(12, "工作实绩", "看实绩")),
    options=tuple(Option(value, value) for value in GRADES),
    subjects=tuple(
        Subject(pk, n, f"书记{n}", "党委", "书记", "现场述职") for n, pk in enumerate((101, 102, 103), 1)
    ),
)
LENGTH = ballots.pad_bytes(PAPER)
marks = st.dictionaries(
    st.sampled_from(["101", "102", "103"]),
    st.dictionaries(st.sampled_from(["11", "12"]), st.sampled_from(GRADES)),
)


def padded(content):
    return ballots.pad(json.dumps(content).encode(), LENGTH)


@given(marks)
def test_every_ballot_has_one_length(given_marks):
    text = ballots.pad(ballots.ballot_text(PAPER, "ABCD", given_marks), LENGTH)

    assert len(text) == LENGTH
    assert judge(PAPER, "ABCD", text) == Verdict(given_marks)


@settings(max_examples=20)
@given(marks)
def test_every_sealed_ballot_has_one_length(given_marks):
    private, public = sealing.new_key_pair()
    ciphertext = sealing.seal(public, ballots.pad(ballots.ballot_text(PAPER, "ABCD", given_marks), LENGTH))

    assert len(ciphertext) == LENGTH + sealing.OVERHEAD
    assert judge(PAPER, "ABCD", sealing.unseal(private, ciphertext)).marks == given_marks


@given(st.binary(max_size=200))
def test_padding_reads_back(text):
    assert ballots.unpad(ballots.pad(text, 256)) == text


@given(st.binary(max_size=300))
def test_rubbish_is_void_and_never_an_error(rubbish):
    assert judge(PAPER, "ABCD", rubbish.ljust(LENGTH, b"\0")).marks is None


def test_text_longer_than_any_ballot_is_refused():
    with pytest.raises(ValueError):
        ballots.pad(b"x" * LENGTH, LENGTH)


def content(**changes):
    return {"v": 1, "s": 7, "c": "ABCD", "f": PAPER.form_hash, "m": {"101": {"11": "good"}}} | changes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"c": "ABCE"}, VoidReason.FOREIGN),
        ({"s": 8}, VoidReason.FOREIGN),
        ({"f": "0" * 64}, VoidReason.FOREIGN),
        ({"v": 2}, VoidReason.FOREIGN),
        ({"m": {"999": {"11": "good"}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"101": {"99": "good"}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"101": {"11": "excellent"}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"101": {"11": ["good"]}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"101": "good"}}, VoidReason.UNKNOWN_MARK),
        ({"m": None}, VoidReason.UNKNOWN_MARK),
    ],
)
def test_ballot_is_void_with_its_reason(changes, reason):
    assert judge(PAPER, "ABCD", padded(content(**changes))) == Verdict(None, reason)


@pytest.mark.parametrize("text", [b"[]", b"7", b"{", b"\xff", b"[" * 400])
def test_text_that_is_no_ballot_is_unreadable(text):
    assert judge(PAPER, "ABCD", ballots.pad(text, 512)).reason == VoidReason.UNREADABLE


@pytest.mark.parametrize("blank", [{}, {"101": {}}])
def test_blank_ballot_is_a_valid_abstention(blank):
    verdict = judge(PAPER, "ABCD", padded(content(m=blank)))

    assert verdict.reason is None
    assert verdict.is_blank


def test_form_reads_back_with_the_same_hash():
    again = from_description(json.loads(json.dumps(PAPER.describe())))

    assert again == PAPER
    assert again.form_hash == PAPER.form_hash


judged = st.lists(
    st.builds(
        JudgedBallot,
        st.integers(1, 2),
        st.one_of(marks.map(Verdict), st.just(Verdict(None, VoidReason.FOREIGN))),
    ),
    max_size=8,
)


@given(judged, st.integers(0, 9))
def test_tearing_keeps_every_mark_and_only_valid_ballots(given_ballots, seed):
    torn = opening.split_and_shuffle(PAPER, given_ballots, Random(seed))

    valid = [ballot for ballot in given_ballots if ballot.verdict.marks is not None]
    expected = sorted(
        (s.id, b.group_id, sorted(b.verdict.marks.get(str(s.id), {}).items()))
        for s in PAPER.subjects
        for b in valid
    )
    assert sorted((t.subject_id, t.group_id, sorted(t.marks.items())) for t in torn) == expected


@given(judged, st.integers(0, 9), st.integers(10, 19))
def test_marks_hash_does_not_depend_on_the_shuffle(given_ballots, one, other):
    first = opening.split_and_shuffle(PAPER, given_ballots, Random(one))
    second = opening.split_and_shuffle(PAPER, list(reversed(given_ballots)), Random(other))

    assert opening.marks_hash(first) == opening.marks_hash(second)


def test_subjects_are_shuffled_independently():
    """Without an own shuffle per reviewee the n-th marks of all reviewees would be one ballot."""
    whole = [
        JudgedBallot(1, Verdict({str(s.id): {"11": GRADES[n % 4]} for s in PAPER.subjects}))
        for n in range(40)
    ]

    torn = opening.split_and_shuffle(PAPER, whole, Random(1))

    columns = [[t.marks["11"] for t in torn if t.subject_id == s.id] for s in PAPER.subjects]
    assert len({tuple(column) for column in columns}) == 3


@given(judged)
def test_counts_balance(given_ballots):
    for row in opening.count_ballots(given_ballots).values():
        assert row["returned"] == row["valid"] + row["void"]
        assert row["blank"] <= row["valid"]
        assert row["void"] == row.get("foreign", 0)
