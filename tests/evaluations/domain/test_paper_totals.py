"""Figures counted by hand: one spelling, sums, digests, one length, and rows that bear exactly these figures."""

import json
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.evaluations.domain import ballots, paper_totals, sealing
from apps.evaluations.domain.paper_totals import BLANK, PaperTotals
from tests.evaluations.domain.forms import FORM, form

NUMBERS = st.integers(0, 6)
CODE = paper_totals.new_code(Random(7).choice)


@st.composite
def totals(draw, paper=FORM):
    """Figures as two honest people would count ``n_valid`` forms."""
    n_valid = draw(NUMBERS)
    dice = Random(draw(st.integers(0, 999)))
    counts = {}
    for part in paper.parts:
        for subject in paper.subject_ids:
            for item in paper_totals.counted_items(part.template):
                offered = {
                    "grade": ["good", "fair", "poor"],
                    "number": ["0", "8.5", "10"],
                    "rank": ["1", "2"],
                }[item.kind.value]
                marks = Counter(dice.choice([*offered, BLANK]) for _ in range(n_valid))
                counts.setdefault(part.key, {}).setdefault(subject, {})[item.key] = dict(marks)
    return PaperTotals(n_valid, draw(NUMBERS), counts)


def as_json(figures):
    return {"n_valid": figures.n_valid, "n_invalid": figures.n_invalid, "m": figures.counts}


@given(totals())
def test_rows_bear_exactly_the_figures(figures):
    for part in FORM.parts:
        for subject in FORM.subject_ids:
            rows = paper_totals.laid_out(FORM, figures, part.key, subject)
            assert len(rows) == figures.n_valid
            for item in paper_totals.counted_items(part.template):
                found = Counter(row.get(item.key, BLANK) for row in rows)
                assert found == Counter(figures.of(part.key, subject, item.key))


def test_rows_are_laid_best_first_and_blanks_last():
    figures = PaperTotals(4, 0, {"1": {"11": {
        "g": {"poor": 1, "good": 2, BLANK: 1}, "n": {"8.5": 1, "10": 1, BLANK: 2}, "r": {"2": 1, "1": 3}}}})  # fmt: skip

    rows = paper_totals.laid_out(FORM, figures, "1", "11")

    assert rows == [
        {"g": "good", "n": "10", "r": "1"},
        {"g": "good", "n": "8.5", "r": "1"},
        {"g": "poor", "r": "1"},
        {"r": "2"},
    ]


@given(totals())
def test_honest_figures_add_up_and_come_back_from_the_envelope(figures):
    n_returned = figures.n_valid + figures.n_invalid
    text = paper_totals.text_of(FORM, figures, batch_id=3, code=CODE)
    stored = paper_totals.code_hash("salt", CODE)

    read = paper_totals.read_text(FORM, text, batch_id=3, salt="salt", stored_hash=stored)

    assert paper_totals.faults_of(FORM, figures, n_returned) == []
    assert read == paper_totals.tidy_totals(FORM, as_json(figures))
    assert len(text) < paper_totals.padded_length(FORM, n_returned)


@settings(max_examples=30)
@given(totals(), totals())
def test_all_entries_of_a_batch_have_one_length(one, other):
    private, public = sealing.new_key_pair()
    length = paper_totals.padded_length(FORM, 12)

    sealed = [
        sealing.seal(public, ballots.pad(paper_totals.text_of(FORM, figures, batch_id=3, code=CODE), length))
        for figures in (one, other)
    ]

    assert len({len(one) for one in sealed}) == 1
    assert private


def test_longest_entry_fits():
    """Everybody gave another number, everything is three digits long."""
    figures = PaperTotals(12, 0, {"1": {s: {"g": {"good": 4, "fair": 4, "poor": 4}, "n": {f"{n}.5": 1 for n in range(10)} | {"0": 2}, "r": {"1": 6, "2": 6}} for s in ("11", "12")}})  # fmt: skip

    text = paper_totals.text_of(FORM, figures, batch_id=10**6, code=CODE)

    assert len(text) < paper_totals.padded_length(FORM, 12)


@pytest.mark.parametrize("change", [
    {"b": 4}, {"f": "0" * 64}, {"v": 2}, {"c": "0" * 20}, {"m": {"9": {}}}, {"m": {"1": {"99": {}}}}, {"m": {"1": {"11": {"x": {}}}}},
    {"m": {"1": {"11": {"g": {"great": 1}}}}}, {"m": {"1": {"11": {"g": {"good": -1}}}}}, {"m": {"1": {"11": {"g": {"good": True}}}}},
    {"m": {"1": {"11": {"n": {"8.4": 1}}}}}, {"m": {"1": {"11": {"r": {"3": 1}}}}}, {"m": []}, {"n_valid": "1"}, {"n_valid": None},
])  # fmt: skip
def test_what_is_no_entry_of_this_batch_is_refused(change):
    figures = PaperTotals(1, 0, {"1": {"11": {"g": {"good": 1}}}})
    content = json.loads(paper_totals.text_of(FORM, figures, batch_id=3, code=CODE)) | change
    stored = paper_totals.code_hash("salt", CODE)

    with pytest.raises(ValueError):
        paper_totals.read_text(
            FORM, json.dumps(content).encode(), batch_id=3, salt="salt", stored_hash=stored
        )


def test_numbers_have_one_spelling_and_equal_ones_add_up():
    content = {
        "n_valid": 3,
        "n_invalid": 0,
        "m": {"1": {"11": {"n": {"8.50": 1, "8.5": 1, "9.0": 1, "10": 0}}}},
    }

    figures = paper_totals.tidy_totals(FORM, content)

    assert figures.of("1", "11", "n") == {"8.5": 2, "9": 1}


def test_sums_that_are_off_are_told_without_a_figure():
    figures = PaperTotals(2, 1, {"1": {s: {"g": {"good": 2}, "n": {"7": 1, BLANK: 1}, "r": {"1": 2}} for s in ("11", "12")}})  # fmt: skip
    off = replace(
        figures, counts={"1": figures.counts["1"] | {"12": {"g": {"good": 2}, "n": {"7": 1}, "r": {"1": 2}}}}
    )

    assert paper_totals.faults_of(FORM, figures, 3) == []
    assert paper_totals.faults_of(FORM, figures, 4) == ["有效 2 张与无效 1 张相加，与登记的收回 4 张不符"]
    assert paper_totals.faults_of(FORM, off, 3) == ["乙“打分”各栏相加与有效票数不符"]


@given(totals(), st.data())
def test_digests_tell_the_cells_that_differ_and_nothing_else(figures, data):
    subject = data.draw(st.sampled_from(FORM.subject_ids))
    row = dict(figures.of("1", subject, "g"))
    row["good"] = row.get("good", 0) + 1
    other = replace(
        figures, counts={"1": figures.counts["1"] | {subject: figures.counts["1"][subject] | {"g": row}}}
    )

    first, second = (paper_totals.digests(FORM, x, code=CODE, batch_id=3) for x in (figures, other))

    assert paper_totals.differing(first, first) == []
    assert paper_totals.differing(first, second) == [f"1|{subject}|g|good"]
    assert first.keys() == paper_totals.digests(FORM, PaperTotals(0, 0, {}), code=CODE, batch_id=3).keys()


def test_digests_need_the_code():
    figures = PaperTotals(1, 0, {})
    other_code = paper_totals.new_code(Random(8).choice)

    mine = paper_totals.digests(FORM, figures, code=CODE, batch_id=3)

    assert not set(mine.values()) & set(
        paper_totals.digests(FORM, figures, code=other_code, batch_id=3).values()
    )
    assert not set(mine.values()) & set(paper_totals.digests(FORM, figures, code=CODE, batch_id=4).values())


def test_cells_are_told_in_words_and_in_the_order_of_the_form():
    cells = ["1|12|g|", "n_invalid", "1|11|n", "1|11|g|good"]

    words = [paper_totals.cell_words(FORM, cell) for cell in paper_totals.in_form_order(FORM, cells)]

    assert words == ["无效票数", "1. 甲 · 总体 · 好", "1. 甲 · 打分", "2. 乙 · 总体 · 未填"]
    two_parts = form(n_parts=2)
    assert paper_totals.cell_words(two_parts, "2|11|g|good") == "表2 · 1. 甲 · 总体 · 好"


def test_code_is_read_as_people_type_it_and_a_slip_of_the_pen_is_noticed():
    typed = "-".join(CODE[i : i + 4] for i in range(0, 20, 4)).lower()
    wrong = ("1" if CODE[0] != "1" else "2") + CODE[1:]

    assert paper_totals.read_code(typed) == CODE
    assert paper_totals.read_code(wrong) is None
    assert paper_totals.read_code(CODE[:-1]) is None
