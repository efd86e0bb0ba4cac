"""The explanation holds every step, and nothing that is hidden."""

from dataclasses import asdict
from decimal import Decimal

import pytest

from apps.scoring.selectors import summaries_visible_to
from apps.scoring.selectors.explanations import explain, shown_item_scores
from tests.factories.accounts import make_user
from tests.factories.assessments import make_component_score
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.scoring import (
    compute,
    item_keys,
    make_clerk,
    make_opened_cycle,
    make_scored_cycle,
    set_stage,
)

pytestmark = pytest.mark.django_db


def summary_of(cycle, n=0):
    return list(cycle.score_runs.get(is_current=True).summaries.order_by("reviewee__order_no"))[n]


def test_steps_carry_their_numbers():
    # all 好: 95 each; 50 % of 95 + 50 % of 88/100
    cycle = make_opened_cycle(["good"], preset="50-50")
    component = cycle.scheme.components.get(kind="imported")
    make_component_score(cycle.reviewees.get(), component, actor=make_clerk(cycle), value=88)
    compute(cycle)

    found = explain(summary_of(cycle))

    [form] = found.forms
    assert form.point_rules == ("好 95 分，较好 85 分，一般 75 分，差 60 分",)
    assert form.groups[0].formula == "各票得分之和 570.00 ÷ 6 张 = 95.00"
    assert form.formula == "（60 × 95.00 ＋ 40 × 95.00）÷ 100 = 95.00"
    assert (found.base_formula, found.total_formula) == ("", "（50 × 95.00 ＋ 50 × 88.00）÷ 100 = 91.50")
    assert found.components[1].origin == "88 ÷ 100 × 100，依据：年度考核通报"
    assert (found.rank, found.n_in_field, found.n_sharing) == (1, 1, 0)


def test_trimming_is_said():
    # six ballots, one dropped on each side: four are left
    cycle = make_scored_cycle(["good"], rules={"trim_each_side": 1, "trim_when_more_than": 5})

    found = explain(summary_of(cycle))

    assert found.trim_rule == "有效票多于 5 张时，去掉最高、最低各 1 张"
    assert found.forms[0].groups[0].formula == "去掉最高、最低各 1 张后，各票得分之和 380.00 ÷ 4 张 = 95.00"


def test_sharing_a_rank_is_counted():
    cycle = make_scored_cycle(["good", "good", "poor"])

    assert [explain(summary_of(cycle, n)).n_sharing for n in range(3)] == [1, 1, 0]


def test_distribution_counts_answers_and_blanks():
    cycle = make_opened_cycle(["good"], n_votes=0)
    reviewee = cycle.reviewees.get()
    items = item_keys(cycle.scheme)
    groups = cycle.scheme.voter_groups.all()
    marks = [{items[0]: "good"}] * 3 + [{items[0]: "poor", items[1]: "good"}] * 3
    make_opened_marks(
        make_session(cycle=cycle), [(reviewee.pk, g.pk, mark) for g in groups for mark in marks]
    )
    compute(cycle)

    [table] = explain(summary_of(cycle)).forms[0].groups[0].tables
    first, second, *_ = table.rows

    assert [(bar.n, bar.percent, bar.start) for bar in first.bars] == [
        (3, Decimal("50.0"), Decimal("0.0")),
        (0, Decimal("0.0"), Decimal("50.0")),
        (0, Decimal("0.0"), Decimal("50.0")),
        (3, Decimal("50.0"), Decimal("50.0")),
    ]
    assert (first.n_blank, second.n_blank) == (0, 3)
    assert table.headings == ("好", "较好", "一般", "差")
    assert (second.bars, second.agreement) == ((), "至少 65% 为“好”")


def make_small_group_cycle(**options):
    """Four ballots of one group with marks of all sorts, thirty of the other: neither may be shown."""
    cycle = make_opened_cycle(["good"], n_votes=0, **options)
    a, b = cycle.scheme.voter_groups.order_by("order_no")
    first, *others = item_keys(cycle.scheme)
    kinds = ["good", "fairly_good", "average", "fairly_good", "poor", "good"]
    marks = [
        (group.pk, {first: kinds[n % 6]} | {key: kinds[(n + place) % 5] for place, key in enumerate(others)})
        for group, n_votes in ((a, 4), (b, 30))
        for n in range(n_votes)
    ]
    reviewee = cycle.reviewees.get()
    make_opened_marks(make_session(cycle=cycle), [(reviewee.pk, group, mark) for group, mark in marks])
    compute(cycle)
    return cycle


def test_hidden_groups_have_no_figures_at_all():
    [form] = explain(summary_of(make_small_group_cycle())).forms

    for group in form.groups:
        assert group.is_hidden
        figures = asdict(group)
        assert {figures[name] for name in ("n_returned", "n_valid", "mean")} == {None}
        assert (group.formula, group.tables, group.means) == ("", (), ())
    assert form.formula.startswith("（60 × （不显示） ＋ 40 × （不显示））÷ 100 = 8")


def test_hidden_items_are_not_in_letters_either():
    summary = summary_of(make_small_group_cycle())
    for one in summary.item_scores:
        one["is_hidden"] = True

    assert shown_item_scores(summary) == []
    assert [item.score for item in explain(summary).forms[0].items] == [None] * 4


def test_score_at_the_end_of_the_scale_gives_a_small_group_away():
    # everybody 好: a score of 95.00 leaves nothing open about the four
    summary = summary_of(make_scored_cycle(["good"], n_votes=(4, 30)))

    assert summary.hides_score


def test_hidden_score_appears_nowhere():
    cycle = make_scored_cycle(["good"], n_votes=(2, 2))
    summary = summary_of(cycle)

    found = explain(summary)

    [form] = found.forms
    assert found.hides_score
    assert (found.total, found.ballot_score, form.formula, found.total_formula) == (None, None, "", "")
    assert [part.score for part in found.components] == [None]
    assert [item.score for item in form.items] == [None] * 4
    assert shown_item_scores(summary) == []
    assert "95" not in str(asdict(found)).replace(form.point_rules[0], "")


def test_missing_parts_are_named():
    cycle = make_opened_cycle(["good"], preset="50-50")
    compute(cycle)

    found = explain(summary_of(cycle))

    assert found.total is None
    assert found.components[1].is_missing
    assert found.missing[0].endswith("缺少“党建工作综合考核”得分")


def test_secretary_sees_only_own_figures_after_sign_off():
    cycle = make_scored_cycle(["good", "poor"])
    own, _ = cycle.reviewees.all()
    user = make_user("secretary", secretary=own.secretary)

    before = list(summaries_visible_to(user))
    set_stage(cycle, "rectifying")
    after = [one.reviewee_id for one in summaries_visible_to(user)]

    assert before == []
    assert after == [own.pk]


def test_staff_see_their_subtree_only():
    cycle = make_scored_cycle(["good"])

    assert summaries_visible_to(make_clerk(cycle)).count() == 1
    assert summaries_visible_to(make_user("clerk")).count() == 0
    assert summaries_visible_to(make_user("leader", cycle.host)).count() == 0


def test_what_trimming_changed_is_told():
    # five 好 (95) and one 差 (60): all six make 89.17, without one at each end 95
    cycle = make_opened_cycle(["good"], n_votes=0, rules={"trim_each_side": 1, "trim_when_more_than": 5})
    reviewee, items = cycle.reviewees.get(), item_keys(cycle.scheme)
    marks = [dict.fromkeys(items, grade) for grade in ["good"] * 5 + ["poor"]]
    groups = cycle.scheme.voter_groups.all()
    make_opened_marks(
        make_session(cycle=cycle, title="第二场"),
        [(reviewee.pk, g.pk, mark) for g in groups for mark in marks],
    )
    compute(cycle)

    [form] = explain(summary_of(cycle)).forms

    one = form.groups[0].trimming
    assert (one.n_dropped, one.without, one.mean, one.change) == (
        2,
        Decimal("89.17"),
        Decimal("95.00"),
        Decimal("5.83"),
    )
    assert form.groups[0].n_divided_by == 4


def test_hidden_groups_say_nothing_about_trimming():
    cycle = make_small_group_cycle(rules={"trim_each_side": 1, "trim_when_more_than": 3})

    assert [group.trimming for form in explain(summary_of(cycle)).forms for group in form.groups] == [
        None,
        None,
    ]


def test_steps_lead_from_ballots_to_rank():
    cycle = make_scored_cycle(["good", "poor"])

    steps = explain(summary_of(cycle)).steps

    assert [(one.title, one.result) for one in steps] == [
        ("类别平均分", "2 类"), ("测评得分", "95.00"), ("现场测评", "95.00"), ("总分", "95.00"), ("名次", "第 1 名"),
    ]  # fmt: skip
    assert steps[1].formula == "（60 × 95.00 ＋ 40 × 95.00）÷ 100 = 95.00"


def test_bonus_and_deduction_are_lines_of_their_own():
    cycle = make_scored_cycle(["fairly_good"])
    summary = summary_of(cycle)
    summary.base, summary.bonus, summary.deduction, summary.total = map(Decimal, ("85", "2", "0.5", "86.5"))
    summary.adjustments = [
        {"adjustment_id": 1, "name": "获市级表彰", "kind": "bonus", "entered": "3.00", "counted": "2.00"},
        {"adjustment_id": 2, "name": "通报批评", "kind": "deduction", "entered": "0.50", "counted": "0.50"},
    ]

    found = explain(summary)

    assert [(one.name, one.kind, one.entered, one.counted, one.note) for one in found.adjustments] == [
        ("获市级表彰", "加分", "3", "2", "超出本项上限的不计"), ("通报批评", "扣分", "0.5", "0.5", ""),
    ]  # fmt: skip
    assert found.base_formula == "（100 × 85.00）÷ 100 = 85.00"
    assert found.total_formula == "85.00 ＋ 加分 2 − 扣分 0.5 = 86.50"


def test_close_ranks_are_told_by_name_and_not_of_hidden_scores():
    cycle = make_scored_cycle(["good", "fairly_good"])
    summary, other = (summary_of(cycle, n) for n in (0, 1))
    summary.band = {"neighbors": [other.reviewee_id], "from_rank": 1, "to_rank": 2, "words": ""}

    band = explain(summary).band
    summary.hides_score = True

    assert (band.names, band.from_rank, band.to_rank) == ((other.reviewee.name,), 1, 2)
    assert explain(summary).band is None
