"""Proposals from the rows of a cycle: methods, limits, quotas of fields, what grades lead to, the submission."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.assessments.services import record_veto
from apps.assessments.signals import ground_changed
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import AppraisalGrade
from apps.grading import errors, services
from apps.grading.domain.candidates import Flag
from apps.grading.domain.schemes import LinkEffect, rules_in_words
from apps.grading.selectors.links import links_of
from apps.grading.selectors.quotas import quotas_of
from apps.grading.selectors.rules import grading_scheme
from apps.grading.selectors.sheets import counts, narrowed, sheet_of
from apps.grading.selectors.submissions import submission_of
from apps.grading.sheets import submission_workbook
from tests.factories.accounts import make_user
from tests.factories.assessments import make_finding, make_veto
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.grading import (
    AT,
    change_scheme,
    decide_all,
    make_deliberation,
    make_reconsideration,
    make_signed_deliberation,
)
from tests.factories.scoring import (
    compute,
    item_keys,
    make_clerk,
    make_opened_cycle,
    make_scored_cycle,
    set_stage,
)

pytestmark = pytest.mark.django_db

HONORS = {"kind": "eligibility", "name": "年度考核达到优秀", "cap": "fairly_good"}


def start(cycle):
    return services.start_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT)


def proposed(deliberation):
    rows = deliberation.decisions.order_by("reviewee__order_no")
    return [(one.proposed_grade, one.flags) for one in rows]


def test_rank_bands_cut_the_field():
    # four people: 好 down to ⌊25 %⌋ = 1, 较好 to ⌊75 %⌋ = 3; the two of 85 tie across no line
    cycle = make_scored_cycle(["fairly_good", "good", "average", "fairly_good"], rules={"good_quota": 100})
    change_scheme(
        cycle, grade_method="rank_band", until=[("good", 25), ("fairly_good", 75), ("average", 100)]
    )

    found = proposed(start(cycle))

    assert found == [("fairly_good", []), ("good", []), ("average", []), ("fairly_good", [])]


def test_plurality_counts_the_answers_of_all_groups():
    # 5 × 好, 4 × 一般 in one group and 3 × 一般 in the other: 一般 leads by 7 to 5
    cycle = make_cycle(stage="draft")
    change_scheme(cycle, good_quota=100, frozen_at=AT)
    one = make_reviewee(cycle=cycle)
    set_stage(cycle, "meeting")
    first, second = cycle.scheme.voter_groups.all()
    items = item_keys(cycle.scheme)
    votes = [(first, "good")] * 5 + [(first, "average")] * 4 + [(second, "average")] * 3
    make_opened_marks(
        make_session(cycle=cycle), [(one.pk, group.pk, dict.fromkeys(items, grade)) for group, grade in votes]
    )
    compute(cycle)
    set_stage(cycle, "grading")
    change_scheme(
        cycle,
        grade_method="plurality",
        plurality_paper=cycle.scheme.papers.first(),
        plurality_item=items[0],
    )

    assert proposed(start(cycle)) == [("average", [])]


def test_neighbours_that_scoring_cannot_tell_apart_are_flagged_across_a_line():
    cycle = make_scored_cycle(["good", "fairly_good"], rules={"good_quota": 100})
    first, second = cycle.reviewees.all()
    run = cycle.score_runs.get(is_current=True)
    for one, other in ((first, second), (second, first)):
        run.summaries.filter(reviewee=one).update(band={"neighbors": [other.pk]})

    assert proposed(start(cycle)) == [("good", ["close"]), ("fairly_good", ["close"])]


def test_field_quota_replaces_the_general_one():
    cycle = make_scored_cycle(
        ["good"] * 4, fields=["rural", "rural", "urban", "urban"], rules={"good_quota": 0}
    )
    change_scheme(cycle, quotas=[{"field": "urban", "good_quota": 100}])

    deliberation = start(cycle)

    assert [grade for grade, _ in proposed(deliberation)] == ["fairly_good"] * 2 + ["good"] * 2
    assert [(one.field.value, one.n_allowed) for one in quotas_of(deliberation)] == [
        ("rural", 0),
        ("urban", 2),
    ]


def test_eligibility_that_is_not_recorded_holds_back_and_is_told():
    cycle = make_scored_cycle(["good"] * 3, rules={"good_quota": 100})
    [condition] = change_scheme(cycle, conditions=[HONORS])
    met, unmet, _ = cycle.reviewees.all()
    make_finding(met, condition, actor=make_clerk(cycle))
    make_finding(unmet, condition, actor=make_clerk(cycle), is_met=False, reason="考核为良好")

    deliberation = start(cycle)

    assert proposed(deliberation) == [
        ("good", []),
        ("fairly_good", ["not_eligible"]),
        ("fairly_good", ["eligibility_open"]),
    ]
    limits = {
        line.decision.reviewee_id: [cap.words for cap in line.limits] for line in sheet_of(deliberation).lines
    }
    assert limits[met.pk] == []
    assert limits[unmet.pk] == ["年度考核达到优秀：不具备，考核为良好（最高评为“较好”）"]


@pytest.mark.parametrize(("at_least", "grade"), [(95, "good"), ("95.01", "fairly_good")])
def test_eligibility_by_a_published_score(at_least, grade):
    cycle = make_scored_cycle(["good"], rules={"good_quota": 100})
    component = cycle.scheme.components.first()
    change_scheme(
        cycle,
        conditions=[HONORS | {"component": component, "at_least": Decimal(str(at_least))}],
    )

    assert [one for one, _ in proposed(start(cycle))] == [grade]


def test_eligibility_binds_the_committee():
    cycle = make_scored_cycle(["good"], rules={"good_quota": 100})
    change_scheme(cycle, conditions=[HONORS])
    decision = start(cycle).decisions.get()

    with pytest.raises(errors.LimitBinds, match="请先认定或补齐得分"):
        services.decide_grade(
            decision.pk, grade=Grade.GOOD, reason="表现好", version=None, actor=make_clerk(cycle), at=AT
        )


def test_finding_during_the_deliberation_proposes_anew():
    cycle = make_scored_cycle(["good"], rules={"good_quota": 100})
    [condition] = change_scheme(cycle, conditions=[HONORS])
    deliberation = start(cycle)
    clerk = make_clerk(cycle)
    make_finding(cycle.reviewees.get(), condition, actor=clerk)

    ground_changed.send(None, cycle_id=cycle.pk, actor=clerk, at=AT)

    assert proposed(deliberation) == [("good", [])]


def test_quota_on_the_sheet_follows_reconsiderations():
    deliberation = make_signed_deliberation(["good", "fairly_good"], rules={"good_quota": 100})
    make_reconsideration(deliberation.decisions.get(overall_grade="fairly_good"), Grade.GOOD)

    assert [one.n_good for one in quotas_of(deliberation)] == [2]


def test_links_tell_appraisal_consequence_and_points():
    # 85.00 · 10 % = 8.50
    cycle = make_scored_cycle(["good", "fairly_good"], rules={"good_quota": 100, "annual_weight": 10})
    change_scheme(
        cycle, links=[{"grade": "fairly_good", "best_appraisal": "competent", "consequence": "不得评优"}]
    )

    effects = links_of(start(cycle))

    first, second = cycle.reviewees.all()
    assert effects[first.pk] == LinkEffect(annual_points=Decimal("9.50"))
    assert effects[second.pk] == LinkEffect(AppraisalGrade.COMPETENT, "不得评优", Decimal("8.50"))


def test_links_follow_a_reconsideration():
    cycle = make_scored_cycle(["good", "fairly_good"], rules={"good_quota": 100})
    change_scheme(cycle, links=[{"grade": "good", "best_appraisal": "excellent"}])
    deliberation = decide_all(start(cycle))
    services.review_deliberation(cycle.pk, actor=make_clerk(cycle), at=AT)
    services.sign_off(cycle.pk, actor=make_clerk(cycle, "head"), at=AT)
    later = deliberation.decisions.get(overall_grade="fairly_good")
    make_reconsideration(later, Grade.GOOD)

    assert links_of(deliberation)[later.reviewee_id].best_appraisal is AppraisalGrade.EXCELLENT


def test_no_points_where_the_score_is_hidden():
    cycle = make_scored_cycle(["good"], n_votes=(1, 1), rules={"annual_weight": 10})

    assert links_of(start(cycle))[cycle.reviewees.get().pk].annual_points is None


def test_rules_are_told_in_words():
    cycle = make_scored_cycle(["good"], rules={"good_quota": 85, "annual_weight": 10})
    change_scheme(
        cycle,
        conditions=[
            {"kind": "veto", "name": "发生重大责任事故", "cap": "average"},
            HONORS,
        ],
        quotas=[{"field": "urban", "good_quota": 40}],
        links=[{"grade": "good", "best_appraisal": "excellent", "consequence": "优先推荐表彰。"}],
    )

    assert rules_in_words(grading_scheme(cycle)) == [
        "建议等次按总分提出：90 分以上为“好”，80 分以上为“较好”，70 分以上为“一般”，其余为“差”。",
        "一票否决：有“发生重大责任事故”情形的，最高评为“一般”。",
        "评定条件“年度考核达到优秀”：未认定符合的，最高评为“较好”。",
        "“好”等次名额：城市 40%，其他领域 85%，人数取整，不足一人的不计。",
        "名额线上总分相同的，都不列入“好”，由会议研究。",
        "结果运用：评为“好”的，年度考核最高可评“优秀”；优先推荐表彰。",
        "总分按 10% 计入年度考核得分。",
    ]


def test_sheet_shows_last_years_grade_of_the_person():
    earlier = make_opened_cycle(["good"])
    secretary = earlier.reviewees.get().secretary
    type(earlier).objects.filter(pk=earlier.pk).update(year=2025)
    compute(earlier)
    set_stage(earlier, "grading")
    old = decide_all(start(earlier))
    services.review_deliberation(earlier.pk, actor=make_clerk(earlier), at=AT)
    services.sign_off(earlier.pk, actor=make_clerk(earlier, "head"), at=AT)
    make_reconsideration(old.decisions.get(), Grade.AVERAGE)
    deliberation = make_deliberation(["good"], host=earlier.host)
    type(secretary.reviews.get()).objects.filter(cycle=deliberation.cycle).update(secretary=secretary)

    assert [line.last_grade for line in sheet_of(deliberation).lines] == ["一般"]


def test_sheet_is_narrowed_to_what_is_asked_for():
    deliberation = make_deliberation(
        ["good", "good", "poor"], fields=["rural", "rural", "urban"], rules={"good_quota": 50}
    )
    poor = deliberation.decisions.get(proposed_grade="poor")
    services.decide_grade(
        poor.pk, grade=Grade.AVERAGE, reason="理由", version=1, actor=make_clerk(deliberation.cycle), at=AT
    )

    sheet = sheet_of(deliberation)

    assert counts(sheet.lines) == {"": 3, "undecided": 2, "departing": 1, "flagged": 2}
    assert [one.quota.field.value for one in narrowed(sheet, show="departing")] == ["urban"]
    assert [len(one.lines) for one in narrowed(sheet, field="rural", show="flagged")] == [2]
    assert narrowed(sheet, field="urban", show="undecided") == []


def test_submission_workbook_has_fields_flags_and_rules():
    cycle = make_scored_cycle(
        ["good", "good", "poor"],
        fields=["rural", "rural", "urban"],
        rules={"good_quota": 50, "annual_weight": 10},
    )
    make_veto(cycle.reviewees.last(), actor=make_clerk(cycle), reason="=cmd")
    decide_all(start(cycle))

    book = load_workbook(BytesIO(submission_workbook(submission_of(cycle))))

    assert book.sheetnames == ["汇总", "农区领域", "城市领域", "提示", "规则和会议"]
    summary = list(book["汇总"].iter_rows(min_row=4, values_only=True))
    assert summary == [("农区", 2, 50, 1, 0, 0, 0, 2, 0, 0), ("城市", 1, 50, 0, 0, 0, 0, 0, 0, 1)]
    rural = list(book["农区领域"].iter_rows(min_row=5, values_only=True))
    assert [row[5:13] for row in rural] == [(95, 95, 1, None, "较好", "较好", None, 9.5)] * 2
    assert len(list(book["提示"].iter_rows(min_row=4))) == 3
    words = [row[1] for row in book["规则和会议"].iter_rows(min_row=4, values_only=True)]
    assert "三楼会议室" in words


def test_submission_before_the_deliberation_is_none():
    assert submission_of(make_scored_cycle(["good"])) is None


def test_hidden_score_is_in_no_file():
    cycle = make_scored_cycle(["good"], n_votes=(1, 1), rules={"good_quota": 100})
    start(cycle)

    [field] = submission_of(cycle).fields
    [line] = field.lines

    assert (line.total, line.ballot_score, line.is_hidden) == (None, None, True)
    assert (line.proposed_grade, line.flags) == (
        "",
        (Flag.HIDDEN_SCORE.label,),
    )  # 好 of two ballots would tell both
    assert "得分不显示" in line.remark


def test_veto_with_reason_stands_on_the_sheet():
    deliberation = make_deliberation(["good"])
    cycle = deliberation.cycle
    record_veto(
        cycle.reviewees.get().pk,
        caps_at=Grade.AVERAGE,
        reason="受处分",
        actor=make_user("clerk", cycle.host),
        at=AT,
    )

    [line] = sheet_of(deliberation).lines

    assert [cap.words for cap in line.limits] == ["一票否决：受处分（最高评为“一般”）"]
