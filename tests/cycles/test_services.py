"""Every way out of every write: done, done twice, each refusal, and what a refusal leaves behind."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.cycles import services
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import ComponentPlan, GroupPlan, SchemeRules, SectionPlan
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import BlankRule, ComponentKind, ReportMode
from apps.cycles.domain.stages import Stage
from apps.cycles.errors import (
    BadReviewees,
    BadSchemePart,
    CycleExists,
    SchemeFrozen,
    SchemeIncomplete,
    UnknownPreset,
    WrongStage,
)
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.cycles.selectors import plan_of
from apps.cycles.signals import cycle_opened, stage_entered
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def host():
    return make_organization(name="区委")


@pytest.fixture
def clerk(host):
    return make_user("clerk", host)


@pytest.fixture
def draft(host):
    return make_cycle(stage="draft", host=host)


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


@pytest.fixture
def heard():
    """What was sent while the test ran."""
    news = []

    def on_opened(*, signal, **named):
        news.append(("opened", named["cycle_id"]))

    def on_entered(*, signal, **named):
        news.append(("entered", named["cycle_id"], named["stage"]))

    cycle_opened.connect(on_opened)
    stage_entered.connect(on_entered)
    yield news
    cycle_opened.disconnect(on_opened)
    stage_entered.disconnect(on_entered)


# making


def test_create_cycle_holds_the_whole_preset(host, clerk):
    cycle = services.create_cycle(year=2026, host_id=host.pk, preset="30-30-40", actor=clerk, at=AT)

    assert plan_of(cycle.scheme) == PRESETS["30-30-40"].plan
    assert (cycle.title, cycle.stage, cycle.scheme.preset) == (
        "2026年度区委述职评议考核",
        "draft",
        "30-30-40",
    )
    assert actions() == ["cycles.created"]


def test_create_cycle_twice_for_a_year_and_host_is_refused(host, clerk, draft):
    with pytest.raises(CycleExists, match="区委已经有2026年度的周期"):
        services.create_cycle(year=2026, host_id=host.pk, preset="50-50", actor=clerk, at=AT)

    assert (ReviewCycle.objects.count(), ReviewScheme.objects.count(), actions()) == (1, 1, [])


def test_create_cycle_from_unknown_preset_is_refused(host, clerk):
    with pytest.raises(UnknownPreset):
        services.create_cycle(year=2026, host_id=host.pk, preset="none", actor=clerk, at=AT)

    assert ReviewCycle.objects.count() == 0


def test_create_cycle_of_impossible_year_is_refused(host, clerk):
    with pytest.raises(BadSchemePart):
        services.create_cycle(year=26, host_id=host.pk, preset="60-40", actor=clerk, at=AT)

    assert ReviewCycle.objects.count() == 0


def test_copy_cycle_carries_the_scheme_and_nothing_else(host, clerk):
    old = make_cycle(stage="archived", host=host, year=2025, meeting_on=date(2025, 12, 20))
    make_reviewee(cycle=old)

    new = services.copy_cycle(old.pk, actor=clerk, at=AT)

    assert (new.year, new.stage, new.meeting_on, new.reviewees.count()) == (2026, "draft", None, 0)
    assert plan_of(new.scheme) == plan_of(ReviewScheme.objects.get(cycle=old))
    assert new.scheme.frozen_at is None
    assert actions() == ["cycles.copied"]


def test_copy_cycle_into_a_year_that_has_one_is_refused(host, clerk, draft):
    old = make_cycle(stage="archived", host=host, year=2025)

    with pytest.raises(CycleExists):
        services.copy_cycle(old.pk, actor=clerk, at=AT)

    assert ReviewCycle.objects.count() == 2


def test_update_cycle_changes_name_and_dates(draft, clerk):
    services.update_cycle(
        draft.pk,
        title=" 新名称 ",
        reports_due_on=date(2026, 12, 1),
        meeting_on=None,
        rectification_due_on=None,
        version=1,
        actor=clerk,
        at=AT,
    )

    draft.refresh_from_db()
    assert (draft.title, draft.reports_due_on, draft.version) == ("新名称", date(2026, 12, 1), 2)


def test_delete_draft_leaves_nothing(draft, clerk):
    make_reviewee(cycle=draft)

    services.delete_draft(draft.pk, actor=clerk, at=AT)

    assert (ReviewCycle.objects.count(), ReviewScheme.objects.count()) == (0, 0)
    assert actions() == ["cycles.deleted"]


def test_delete_opened_cycle_is_refused(host, clerk):
    cycle = make_cycle(host=host)

    with pytest.raises(SchemeFrozen):
        services.delete_draft(cycle.pk, actor=clerk, at=AT)

    assert ReviewCycle.objects.filter(pk=cycle.pk).exists()


# the scheme


def test_set_voter_groups_replaces_them_in_order(draft, clerk):
    groups = [
        GroupPlan("上级", Decimal(50), 8),
        GroupPlan("同级", Decimal(30)),
        GroupPlan("下级", Decimal(20)),
    ]

    services.set_voter_groups(draft.pk, groups=groups, version=1, actor=clerk, at=AT)

    assert plan_of(draft.scheme).groups == tuple(groups)
    assert (actions(), ReviewCycle.objects.get().version) == (["cycles.scheme_changed"], 2)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([GroupPlan("甲", Decimal(50)), GroupPlan(" 甲 ", Decimal(50))], "“甲”写了两遍"),
        ([GroupPlan("甲", Decimal(0))], "“甲”的权重应大于0"),
        ([GroupPlan(" ", Decimal(100))], "有一行没有名称"),
    ],
)
def test_bad_voter_groups_are_refused_and_the_old_stay(draft, clerk, rows, message):
    before = plan_of(draft.scheme)

    with pytest.raises(BadSchemePart, match=message):
        services.set_voter_groups(draft.pk, groups=rows, actor=clerk, at=AT)

    assert plan_of(ReviewScheme.objects.get()) == before


def test_set_components_grades_and_sections(draft, clerk):
    plan = PRESETS["40-60"].plan
    who = {"actor": clerk, "at": AT}

    services.set_components(draft.pk, components=plan.components, **who)
    services.set_grade_rules(
        draft.pk, grades=[replace(g, from_total=g.from_total / 2) for g in plan.grades], **who
    )
    services.set_report_sections(draft.pk, sections=[SectionPlan("全文", max_chars=5000)], **who)

    stored = plan_of(ReviewScheme.objects.get())
    assert stored.components == plan.components
    assert [g.from_total for g in stored.grades] == [45, 40, 35, 0]
    assert stored.sections == (SectionPlan("全文", max_chars=5000),)


def test_component_named_twice_is_refused(draft, clerk):
    twice = [ComponentPlan("考核", ComponentKind.IMPORTED, Decimal(50))] * 2

    with pytest.raises(BadSchemePart):
        services.set_components(draft.pk, components=twice, actor=clerk, at=AT)


def test_grade_above_hundred_or_twice_is_refused(draft, clerk):
    rule = PRESETS["60-40"].plan.grades[0]

    with pytest.raises(BadSchemePart, match="0到100"):
        services.set_grade_rules(
            draft.pk, grades=[replace(rule, from_total=Decimal(101))], actor=clerk, at=AT
        )
    with pytest.raises(BadSchemePart, match="写了两遍"):
        services.set_grade_rules(draft.pk, grades=[rule, rule], actor=clerk, at=AT)


def test_section_with_limits_the_wrong_way_round_is_refused(draft, clerk):
    with pytest.raises(BadSchemePart, match="最多字数"):
        services.set_report_sections(
            draft.pk, sections=[SectionPlan("全文", min_chars=100, max_chars=50)], actor=clerk, at=AT
        )


def test_set_rules_stores_them(draft, clerk):
    rules = SchemeRules(trim_each_side=1, blank_rule=BlankRule.VALUE, blank_value=Decimal(60), k_min=3)

    services.set_rules(draft.pk, rules=rules, actor=clerk, at=AT)

    assert plan_of(ReviewScheme.objects.get()).rules == rules


@pytest.mark.parametrize(
    "rules",
    [SchemeRules(k_min=2), SchemeRules(good_quota=Decimal(101)), SchemeRules(blank_value=Decimal(-1))],
)
def test_bad_rules_are_refused(draft, clerk, rules):
    with pytest.raises(BadSchemePart):
        services.set_rules(draft.pk, rules=rules, actor=clerk, at=AT)


def test_saving_over_somebody_elses_change_is_refused(draft, clerk):
    services.set_voter_groups(draft.pk, groups=[GroupPlan("甲", Decimal(100))], version=1, actor=clerk, at=AT)

    with pytest.raises(StaleVersion):
        services.set_voter_groups(draft.pk, groups=[], version=1, actor=clerk, at=AT)

    assert [g.name for g in plan_of(ReviewScheme.objects.get()).groups] == ["甲"]


def test_no_part_of_an_opened_scheme_can_be_set(host, clerk):
    cycle = make_cycle(host=host)

    for act in (
        lambda **who: services.set_voter_groups(cycle.pk, groups=[], **who),
        lambda **who: services.set_rules(cycle.pk, rules=SchemeRules(), **who),
        lambda **who: services.choose_reviewees(cycle.pk, **who),
        lambda **who: services.remove_reviewees(cycle.pk, reviewee_ids=[], **who),
    ):
        with pytest.raises(SchemeFrozen, match="已经启动"):
            act(actor=clerk, at=AT)


# reviewees


def posts(host, n, **fields):
    return [make_appointment(organization=make_organization(superior=host), **fields) for _ in range(n)]


def test_choose_reviewees_copies_name_post_and_field(draft, host, clerk):
    town = make_organization(superior=host, name="甲镇党委", field="urban")
    post = make_appointment(organization=town, post="党委书记")

    (row,) = services.choose_reviewees(
        draft.pk, secretary_ids=[post.secretary_id], mode=ReportMode.WRITTEN, actor=clerk, at=AT
    )

    assert (row.name, row.post, row.organization_name, row.field, row.mode, row.order_no) == (
        post.secretary.name, "党委书记", "甲镇党委", "urban", "written", 1,
    )  # fmt: skip


def test_choosing_again_changes_nothing(draft, host, clerk):
    (post,) = posts(host, 1)
    services.choose_reviewees(draft.pk, secretary_ids=[post.secretary_id], actor=clerk, at=AT)

    again = services.choose_reviewees(draft.pk, appointment_ids=[post.pk], actor=clerk, at=AT)

    assert (again, draft.reviewees.count(), len(actions())) == ([], 1, 1)


def test_person_with_two_posts_reports_for_the_higher_one(draft, host, clerk):
    town = make_organization(superior=host)
    branch = make_organization(superior=town)
    low = make_appointment(organization=branch)
    make_appointment(organization=town, secretary=low.secretary)

    (row,) = services.choose_reviewees(draft.pk, secretary_ids=[low.secretary_id], actor=clerk, at=AT)

    assert row.organization == town


@pytest.mark.parametrize("where", ["elsewhere", "host", "left", "not yet"])
def test_person_without_post_below_the_host_is_refused(draft, host, clerk, where):
    (good,) = posts(host, 1)
    times = {"left": {"ended_on": date(2026, 10, 31)}, "not yet": {"started_on": date(2026, 11, 2)}}
    organization = {"elsewhere": make_organization(), "host": host}.get(where) or make_organization(
        superior=host
    )
    bad = make_appointment(organization=organization, **times.get(where, {}))

    with pytest.raises(BadReviewees, match="一个人也没有加入"):
        services.choose_reviewees(
            draft.pk, secretary_ids=[good.secretary_id, bad.secretary_id], actor=clerk, at=AT
        )

    assert draft.reviewees.count() == 0


def test_set_report_mode_and_remove(draft, host, clerk):
    rows = services.choose_reviewees(
        draft.pk, secretary_ids=[p.secretary_id for p in posts(host, 3)], actor=clerk, at=AT
    )

    n_set = services.set_report_mode(
        draft.pk, reviewee_ids=[rows[0].pk], mode=ReportMode.WRITTEN, actor=clerk, at=AT
    )
    n_left = services.remove_reviewees(draft.pk, reviewee_ids=[rows[1].pk, rows[2].pk], actor=clerk, at=AT)

    assert (n_set, n_left) == (1, 2)
    assert list(draft.reviewees.values_list("pk", "mode")) == [(rows[0].pk, "written")]


def test_removing_one_who_is_gone_changes_nothing(draft, clerk):
    row = make_reviewee(cycle=draft)
    services.remove_reviewee(draft.pk, reviewee_id=row.pk, actor=clerk, at=AT)

    assert services.remove_reviewee(draft.pk, reviewee_id=row.pk, actor=clerk, at=AT) == 0


def test_reviewees_of_another_cycle_stay(draft, clerk):
    other = make_reviewee(cycle=make_cycle(stage="draft"))

    services.remove_reviewees(draft.pk, reviewee_ids=[other.pk], actor=clerk, at=AT)

    assert other.cycle.reviewees.count() == 1


def test_order_reviewees_numbers_from_one(draft, clerk):
    a, b, c = (make_reviewee(cycle=draft) for _ in range(3))

    services.order_reviewees(draft.pk, reviewee_ids=[c.pk, a.pk], actor=clerk, at=AT)

    assert list(draft.reviewees.order_by("order_no").values_list("pk", "order_no")) == [
        (c.pk, 1),
        (a.pk, 2),
        (b.pk, 3),
    ]


def test_order_naming_a_stranger_is_refused(draft, clerk):
    with pytest.raises(BadReviewees):
        services.order_reviewees(draft.pk, reviewee_ids=[make_reviewee().pk], actor=clerk, at=AT)


# stages


def test_open_cycle_freezes_and_tells(draft, clerk, heard):
    make_reviewee(cycle=draft)

    cycle = services.open_cycle(draft.pk, actor=clerk, at=AT)

    scheme = ReviewScheme.objects.get()
    assert (cycle.stage, cycle.opened_at, scheme.frozen_at) == ("reporting", AT, AT)
    assert heard == [("opened", draft.pk)]
    assert "cycles.opened" in actions()


def test_opening_twice_changes_nothing(draft, clerk, heard):
    make_reviewee(cycle=draft)
    services.open_cycle(draft.pk, actor=clerk, at=AT)
    n_entries = len(actions())

    services.open_cycle(draft.pk, actor=clerk, at=AT.replace(day=2))

    assert (ReviewCycle.objects.get().opened_at, len(heard), len(actions())) == (AT, 1, n_entries)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.voter_groups.all().delete(), "还没有测评主体类别"),
        (lambda s: s.voter_groups.filter(weight=60).update(weight=50), "合计是90%"),
        (lambda s: s.papers.all().delete(), "还没有测评表"),
        (lambda s: s.components.update(weight=90), "得分构成的权重合计是90%"),
        (lambda s: s.cycle.reviewees.all().delete(), "还没有选定述职对象"),
    ],
    ids=["no groups", "weights", "no form", "components", "nobody"],
)
def test_incomplete_cycle_stays_a_draft(draft, clerk, heard, spoil, message):
    make_reviewee(cycle=draft)
    spoil(draft.scheme)

    with pytest.raises(SchemeIncomplete, match=message) as refusal:
        services.open_cycle(draft.pk, actor=clerk, at=AT)

    cycle = ReviewCycle.objects.select_related("scheme").get()
    assert (cycle.stage, cycle.opened_at, cycle.scheme.frozen_at, heard, actions()) == (
        "draft",
        None,
        None,
        [],
        [],
    )
    assert len(refusal.value.gaps) == 1


def test_failing_listener_takes_the_opening_back(draft, clerk):
    make_reviewee(cycle=draft)

    def break_down(**named):
        raise RuntimeError("listener")

    cycle_opened.connect(break_down)
    try:
        with pytest.raises(RuntimeError):
            services.open_cycle(draft.pk, actor=clerk, at=AT)
    finally:
        cycle_opened.disconnect(break_down)

    assert ReviewCycle.objects.get().stage == "draft"


def test_advance_stage_moves_one_step_and_tells(host, clerk, heard):
    cycle = make_cycle(host=host, stage="grading")

    services.advance_stage(cycle.pk, to=Stage.RECTIFYING, actor=clerk, at=AT)
    services.advance_stage(cycle.pk, to=Stage.RECTIFYING, actor=clerk, at=AT)

    assert heard == [("entered", cycle.pk, Stage.RECTIFYING)]
    assert actions() == ["cycles.stage_entered"]


@pytest.mark.parametrize(
    ("here", "to"),
    [
        ("reporting", Stage.GRADING),
        ("meeting", Stage.REPORTING),
        ("archived", Stage.DRAFT),
        ("draft", Stage.REPORTING),
    ],
)
def test_skipping_or_turning_back_is_refused(host, clerk, heard, here, to):
    cycle = make_cycle(host=host, stage=here)

    with pytest.raises(WrongStage):
        services.advance_stage(cycle.pk, to=to, actor=clerk, at=AT)

    cycle.refresh_from_db()
    assert (cycle.stage, heard) == (here, [])


def test_button_moves_reporting_but_not_grading(host, clerk):
    cycle = make_cycle(host=host, stage="reporting")
    grading = make_cycle(host=host, stage="grading", year=2025)

    services.advance_by_hand(cycle.pk, to=Stage.MEETING, actor=clerk, at=AT)
    with pytest.raises(WrongStage, match="签发"):
        services.advance_by_hand(grading.pk, to=Stage.RECTIFYING, actor=clerk, at=AT)

    cycle.refresh_from_db()
    assert cycle.stage == "meeting"


def test_grade_rules_cover_all_grades_after_creation(host, clerk):
    cycle = services.create_cycle(year=2026, host_id=host.pk, preset="60-40", actor=clerk, at=AT)

    assert [rule.grade for rule in cycle.scheme.grade_rules.all()] == [grade.value for grade in Grade]
