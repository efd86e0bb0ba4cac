import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.cycles.domain.papers.presets import FOUR_GRADES, graded_item
from apps.cycles.domain.papers.templates import (
    MAX_ALL_TEXTS,
    CommentPolicy,
    Item,
    ItemKind,
    PaperTemplate,
    describe_template,
    template_from,
)
from apps.evaluations.domain import ballots, sealing
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, Subject, from_description
from apps.evaluations.domain.ballots import Verdict, VoidReason, judge

GRADES = ("good", "fairly_good", "average", "poor")
FIRST = PaperTemplate(
    title="抓党建",
    scales=(FOUR_GRADES,),
    items=(
        graded_item("duty", "党建责任", 1),
        Item("points", "打分", ItemKind.NUMBER, maximum=Decimal(20), step=Decimal("0.5")),
        Item("words", "建议", ItemKind.TEXT, max_chars=50),
    ),
    comments=CommentPolicy.PER_PERSON,
    comment_max_chars=300,
)
SECOND = PaperTemplate(
    title="全面从严治党",
    scales=(FOUR_GRADES,),
    items=(graded_item("duty", "责任", 1), Item("rank", "名次", ItemKind.RANK)),
    comments=CommentPolicy.WHOLE,
)
PAPER = BallotPaper(
    session_id=7,
    title="测评",
    parts=(Part("1", 31, "抓党建", FIRST), Part("2", 32, "从严治党", SECOND)),
    subjects=tuple(
        Subject(pk, n, f"书记{n}", "党委", "书记", "现场述职") for n, pk in enumerate((101, 102, 103), 1)
    ),
)
LENGTH = ballots.pad_bytes(PAPER)
subjects = st.sampled_from(["101", "102", "103"])
answers = st.one_of(
    st.tuples(st.just("duty"), st.sampled_from(GRADES)),
    st.tuples(st.just("points"), st.sampled_from(["0", "20", "17.5", "3.5"])),
)
rows = st.lists(answers, max_size=4).map(dict)
marks = st.fixed_dictionaries(
    {},
    optional={
        "1": st.dictionaries(subjects, rows),
        "2": st.dictionaries(subjects, st.fixed_dictionaries({}, optional={"rank": st.sampled_from("123")})),
    },
)
chars = st.characters(exclude_categories=["Cs", "Cc"])
texts = st.fixed_dictionaries(
    {},
    optional={
        "1": st.dictionaries(
            subjects,
            st.fixed_dictionaries(
                {}, optional={"c": st.text(chars, max_size=300), "words": st.text(chars, max_size=50)}
            ),
        ),
        "2": st.fixed_dictionaries(
            {}, optional={"0": st.fixed_dictionaries({}, optional={"c": st.text(chars, max_size=300)})}
        ),
    },
)


def padded(content):
    return ballots.pad(json.dumps(content).encode(), LENGTH)


@given(marks, texts)
def test_every_ballot_has_one_length_and_reads_back(given_marks, given_texts):
    text = ballots.pad(ballots.ballot_text(PAPER, "ABCD", given_marks, given_texts), LENGTH)

    assert len(text) == LENGTH
    assert judge(PAPER, "ABCD", text) == Verdict(given_marks, texts=given_texts)


def test_the_longest_ballot_fits():
    """Every place filled with the widest characters, up to what all words together may take."""
    full = {
        "1": {s: {"duty": "fairly_good", "points": "19.5"} for s in PAPER.subject_ids},
        "2": {s: {"duty": "fairly_good", "rank": "3"} for s in PAPER.subject_ids},
    }
    wide = {
        "1": {s: {"c": "𠀀" * 300, "words": "𠀀" * 50} for s in PAPER.subject_ids},
        "2": {"0": {"c": "𠀀" * 300}},
    }

    sealed_text = ballots.pad(ballots.ballot_text(PAPER, "ZZZZ", full, wide), LENGTH)

    assert judge(PAPER, "ZZZZ", sealed_text).texts == wide


def test_words_beyond_the_limit_of_one_ballot_are_foreign():
    many = tuple(
        Subject(pk, n, f"书记{n}", "党委", "书记", "现场述职") for n, pk in enumerate(range(1, 12), 1)
    )
    paper = BallotPaper(7, "测评", PAPER.parts[:1], many)
    over = {"1": {s: {"c": "字" * 200} for s in paper.subject_ids}}

    assert MAX_ALL_TEXTS < 11 * 200
    assert not ballots.are_texts_on_form(paper, over)
    assert ballots.are_texts_on_form(paper, {"1": {s: {"c": "字" * 180} for s in paper.subject_ids}})


@settings(max_examples=20)
@given(marks)
def test_every_sealed_ballot_has_one_length(given_marks):
    private, public = sealing.new_key_pair()
    ciphertext = sealing.seal(public, ballots.pad(ballots.ballot_text(PAPER, "ABCD", given_marks), LENGTH))

    assert len(ciphertext) == LENGTH + sealing.OVERHEAD
    assert judge(PAPER, "ABCD", sealing.unseal(private, ciphertext)).marks == given_marks


def test_a_form_without_words_stays_small():
    small = BallotPaper(
        7,
        "测评",
        (Part("2", 32, "表", PaperTemplate("表", (FIRST.items[0],), (FOUR_GRADES,))),),
        PAPER.subjects,
    )

    assert ballots.pad_bytes(small) < 512


@given(st.binary(max_size=200))
def test_padding_reads_back(text):
    assert ballots.unpad(ballots.pad(text, 256)) == text


@given(st.binary(max_size=300))
def test_rubbish_is_void_and_never_an_error(rubbish):
    assert judge(PAPER, "ABCD", rubbish.ljust(LENGTH, b"\0")).marks is None


def test_text_longer_than_any_ballot_is_refused():
    with pytest.raises(ValueError):
        ballots.pad(b"x" * LENGTH, LENGTH)


@given(st.text(max_size=400), st.integers(1, 300))
def test_tidy_words_are_words_a_ballot_takes(text, most):
    tidy = ballots.tidy_text(text, most)

    assert len(tidy) <= most
    assert ballots.tidy_text(tidy, most) == tidy
    assert not ballots.UNPRINTABLE.search(tidy)


def content(**changes):
    first = {"1": {"101": {"duty": "good"}}}
    return {"v": 2, "s": 7, "c": "ABCD", "f": PAPER.form_hash, "m": first} | changes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"c": "ABCE"}, VoidReason.FOREIGN),
        ({"s": 8}, VoidReason.FOREIGN),
        ({"f": "0" * 64}, VoidReason.FOREIGN),
        ({"v": 1}, VoidReason.FOREIGN),
        ({"m": {"9": {}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"999": {"duty": "good"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": {"other": "good"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": {"duty": "excellent"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": {"duty": ["good"]}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": {"points": "20.5"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": {"points": "3.3"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": {"points": "٣"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": {"words": "好"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"2": {"101": {"rank": "4"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"2": {"101": {"rank": "0"}}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": {"101": "good"}}}, VoidReason.UNKNOWN_MARK),
        ({"m": {"1": "good"}}, VoidReason.UNKNOWN_MARK),
        ({"m": None}, VoidReason.UNKNOWN_MARK),
        ({"t": None}, VoidReason.UNKNOWN_MARK),
        ({"t": {"1": {"0": {"c": "好"}}}}, VoidReason.UNKNOWN_MARK),
        ({"t": {"2": {"101": {"c": "好"}}}}, VoidReason.UNKNOWN_MARK),
        ({"t": {"1": {"101": {"c": "字" * 301}}}}, VoidReason.UNKNOWN_MARK),
        ({"t": {"1": {"101": {"c": "\x07"}}}}, VoidReason.UNKNOWN_MARK),
        ({"t": {"1": {"101": {"c": 7}}}}, VoidReason.UNKNOWN_MARK),
    ],
)
def test_ballot_is_void_with_its_reason(changes, reason):
    assert judge(PAPER, "ABCD", padded(content(**changes))) == Verdict(None, reason)


@pytest.mark.parametrize("text", [b"[]", b"7", b"{", b"\xff", b"[" * 400])
def test_text_that_is_no_ballot_is_unreadable(text):
    assert judge(PAPER, "ABCD", ballots.pad(text, 512)).reason == VoidReason.UNREADABLE


@pytest.mark.parametrize("blank", [{}, {"1": {}}, {"1": {"101": {}}}])
def test_blank_ballot_is_an_abstention(blank):
    verdict = judge(PAPER, "ABCD", padded(content(m=blank)))

    assert verdict.reason is None
    assert verdict.is_blank


def test_form_reads_back_with_the_same_hash():
    again = from_description(json.loads(json.dumps(PAPER.describe())))

    assert again == PAPER
    assert again.form_hash == PAPER.form_hash
    assert template_from(json.loads(json.dumps(describe_template(FIRST)))) == FIRST


def test_rehearsal_has_the_same_parts_though_other_people_numbers():
    other = BallotPaper(8, "【彩排】测评", PAPER.parts, PAPER.subjects[:1])

    assert other.parts_hash == PAPER.parts_hash
    assert other.form_hash != PAPER.form_hash
