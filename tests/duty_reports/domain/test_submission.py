"""When a report may be written, decided on and handed in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cycles.domain.schemes import SectionKind
from apps.cycles.domain.stages import Stage
from apps.duty_reports.domain.rounds import (
    KeptAnswer,
    KeptReport,
    KeptSection,
    Mark,
    from_json,
    marks_from_json,
    marks_to_json,
    to_json,
)
from apps.duty_reports.domain.states import ReportState
from apps.duty_reports.domain.submission import SectionDraft, check_submission, may_decide, may_write


def draft(n, *, key=1, kind=SectionKind.TEXT, least=0, most=3000):
    return SectionDraft(key, f"第{key}栏", kind, "字" * n, least, most)


def messages(*sections, share=0, unanswered=()):
    return [gap.message for gap in check_submission(sections, Decimal(share), unanswered)]


def test_report_within_all_limits_has_no_gap():
    assert (
        messages(draft(200, least=100, most=200), draft(100, key=2, kind=SectionKind.PROBLEMS), share=33)
        == []
    )


def test_short_and_long_headings_are_told_with_their_numbers():
    found = messages(draft(60, least=100), draft(210, key=2, most=200))

    assert found == ["“第1栏”写了60字，最少100字，还差40字。", "“第2栏”写了210字，最多200字，超出10字。"]


def test_share_just_below_the_minimum_is_told():
    found = messages(draft(671), draft(329, key=2, kind=SectionKind.PROBLEMS), share=33)

    assert found == ["问题与原因占全文32.9%，方案要求不少于33%。"]


def test_empty_report_is_told_once():
    assert messages(draft(0), draft(0, key=2, kind=SectionKind.PROBLEMS), share=33) == [
        "报告还是空的，请先填写各栏目。"
    ]


def test_unanswered_item_is_told_short():
    found = check_submission([draft(10)], Decimal(0), [(7, "问" * 40)])

    assert [(gap.anchor, gap.message) for gap in found] == [
        ("follow-up-7", f"上年度问题“{'问' * 23}…”还没有填写整改情况。")
    ]


@given(st.integers(1, 2000), st.integers(0, 2000), st.integers(0, 100))
def test_share_passes_exactly_from_the_minimum_on(rest, problems, minimum):
    found = messages(draft(rest), draft(problems, key=2, kind=SectionKind.PROBLEMS), share=minimum)

    assert (found == []) == (problems * 100 >= minimum * (rest + problems))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("state", ReportState)
def test_nobody_writes_and_decides_at_the_same_time(stage, state):
    assert not (may_write(stage, state) and may_decide(stage, state))


def test_written_while_reporting_and_afterwards_only_if_sent_back():
    allowed = {(stage, state) for stage in Stage for state in ReportState if may_write(stage, state)}

    assert allowed == {
        (Stage.REPORTING, ReportState.DRAFT),
        (Stage.REPORTING, ReportState.RETURNED),
        (Stage.MEETING, ReportState.RETURNED),
    }


@given(st.lists(st.tuples(st.integers(), st.text(), st.text()), max_size=4))
def test_round_is_read_as_it_was_kept(rows):
    kept = KeptReport(tuple(KeptSection(*row) for row in rows), tuple(KeptAnswer(*row) for row in rows))
    marks = [Mark(*row) for row in rows]

    assert from_json(to_json(kept)) == kept
    assert marks_from_json(marks_to_json(marks)) == marks


def test_round_kept_without_text_is_empty():
    assert from_json({}) == KeptReport()
