"""Forms of a draft: every way out of every write, and what a refusal leaves behind."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.cycles import services
from apps.cycles.domain.papers.presets import STANDARD
from apps.cycles.domain.papers.templates import Consequence, RuleKind, ValidityRule
from apps.cycles.domain.plans import ComponentPlan, PaperPlan
from apps.cycles.domain.schemes import ComponentKind
from apps.cycles.errors import BadSchemePart, SchemeFrozen
from apps.cycles.models import PaperRevision, ReviewCycle, ReviewScheme, SchemePaper
from apps.cycles.selectors import plan_of
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_paper

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
OTHER = replace(STANDARD, title="另一张")


@pytest.fixture
def draft():
    return make_cycle(stage="draft")


@pytest.fixture
def who(draft):
    return {"actor": make_user("clerk", draft.host), "at": AT}


@pytest.fixture
def paper(draft):
    return draft.scheme.papers.get()


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def names(draft):
    return list(draft.scheme.papers.order_by("order_no").values_list("name", "order_no"))


# adding


def test_add_paper_stands_behind_the_others(draft, who):
    added = services.add_paper(draft.pk, paper=PaperPlan("党风廉政", OTHER, "t5"), version=1, **who)

    assert (added.template, added.preset, added.version) == (OTHER, "t5", 1)
    assert names(draft) == [("测评表", 1), ("党风廉政", 2)]
    assert (actions(), ReviewCycle.objects.get().version) == (["cycles.paper_added"], 2)


def test_added_paper_of_a_taken_name_gets_a_number(draft, who):
    services.add_paper(draft.pk, paper=PaperPlan("测评表", OTHER), **who)
    services.add_paper(draft.pk, paper=PaperPlan(" ", OTHER), **who)

    assert [name for name, _ in names(draft)] == ["测评表", "测评表2", "测评表3"]


def test_sixth_paper_is_refused(draft, who):
    for n in range(4):
        make_paper(draft.scheme, name=f"表{n}")

    with pytest.raises(BadSchemePart, match="最多5张"):
        services.add_paper(draft.pk, paper=PaperPlan("多", OTHER), **who)

    assert (draft.scheme.papers.count(), actions()) == (5, [])


def test_second_paper_leaves_the_score_with_the_first(draft, who, paper):
    services.add_paper(draft.pk, paper=PaperPlan("乙", OTHER), **who)
    services.order_papers(draft.pk, paper_ids=[draft.scheme.papers.get(name="乙").pk], **who)

    assert draft.scheme.components.get(kind="ballot").paper == paper


def test_adding_over_somebody_elses_change_is_refused(draft, who):
    with pytest.raises(StaleVersion):
        services.add_paper(draft.pk, paper=PaperPlan("乙", OTHER), version=7, **who)

    assert draft.scheme.papers.count() == 1


# changing


def test_set_paper_changes_it_in_place_and_keeps_the_former_content(draft, who, paper):
    services.set_components(
        draft.pk, components=[ComponentPlan("测", ComponentKind.BALLOT, Decimal(100), "测评表")], **who
    )

    saved = services.set_paper(draft.pk, paper_id=paper.pk, name=" 新表 ", template=OTHER, version=1, **who)

    revision = PaperRevision.objects.get()
    assert (saved.pk, saved.name, saved.template, saved.version) == (paper.pk, "新表", OTHER, 2)
    assert (revision.name, revision.template, revision.version) == ("测评表", STANDARD, 1)
    assert (revision.saved_by, revision.saved_at) == (who["actor"], AT)
    assert draft.scheme.components.get().paper == paper
    assert actions()[-1] == "cycles.paper_changed"


def test_saving_the_same_again_changes_nothing(draft, who, paper):
    services.set_paper(draft.pk, paper_id=paper.pk, name="测评表", template=OTHER, version=1, **who)

    services.set_paper(draft.pk, paper_id=paper.pk, name="测评表", template=OTHER, version=1, **who)

    assert (PaperRevision.objects.count(), len(actions())) == (1, 1)


def test_saving_over_somebody_elses_form_is_refused(draft, who, paper):
    services.set_paper(draft.pk, paper_id=paper.pk, name="先", template=OTHER, version=1, **who)

    with pytest.raises(StaleVersion):
        services.set_paper(draft.pk, paper_id=paper.pk, name="后", template=STANDARD, version=1, **who)

    assert SchemePaper.objects.get().name == "先"


@pytest.mark.parametrize(("name", "message"), [(" ", "没有名称"), ("乙", "已经有一张测评表叫“乙”")])
def test_bad_name_is_refused(draft, who, paper, name, message):
    make_paper(draft.scheme, name="乙")

    with pytest.raises(BadSchemePart, match=message):
        services.set_paper(draft.pk, paper_id=paper.pk, name=name, template=OTHER, **who)

    assert (SchemePaper.objects.get(pk=paper.pk).template, PaperRevision.objects.count()) == (STANDARD, 0)


# going back


def test_restore_revision_brings_back_and_keeps_what_was(draft, who, paper):
    services.set_paper(draft.pk, paper_id=paper.pk, name="新", template=OTHER, **who)

    restored = services.restore_revision(draft.pk, paper_id=paper.pk, revision_version=1, version=2, **who)

    assert (restored.name, restored.template, restored.version) == ("测评表", STANDARD, 3)
    assert PaperRevision.objects.get(version=2).template == OTHER
    assert actions()[-1] == "cycles.paper_restored"


def test_restoring_twice_changes_nothing(draft, who, paper):
    services.set_paper(draft.pk, paper_id=paper.pk, name="新", template=OTHER, **who)
    services.restore_revision(draft.pk, paper_id=paper.pk, revision_version=1, **who)

    again = services.restore_revision(draft.pk, paper_id=paper.pk, revision_version=1, **who)

    assert (again.version, PaperRevision.objects.count()) == (3, 2)


def test_restoring_keeps_the_present_name_if_the_old_one_is_taken(draft, who, paper):
    services.set_paper(draft.pk, paper_id=paper.pk, name="新", template=OTHER, **who)
    make_paper(draft.scheme, name="测评表")

    restored = services.restore_revision(draft.pk, paper_id=paper.pk, revision_version=1, **who)

    assert (restored.name, restored.template) == ("新", STANDARD)


def test_restoring_over_somebody_elses_form_is_refused(draft, who, paper):
    services.set_paper(draft.pk, paper_id=paper.pk, name="新", template=OTHER, **who)

    with pytest.raises(StaleVersion):
        services.restore_revision(draft.pk, paper_id=paper.pk, revision_version=1, version=1, **who)

    assert SchemePaper.objects.get().template == OTHER


# removing and order


def test_remove_paper_takes_its_revisions_along_and_numbers_anew(draft, who, paper):
    services.set_paper(draft.pk, paper_id=paper.pk, name="甲", template=OTHER, **who)
    make_paper(draft.scheme, name="乙")

    services.remove_paper(draft.pk, paper_id=paper.pk, **who)

    assert (names(draft), PaperRevision.objects.count()) == ([("乙", 1)], 0)
    assert actions()[-1] == "cycles.paper_removed"


def test_paper_that_is_scored_stays(draft, who, paper):
    services.add_paper(draft.pk, paper=PaperPlan("乙", OTHER), **who)

    with pytest.raises(BadSchemePart, match="得分构成里的“现场测评”取自“测评表”"):
        services.remove_paper(draft.pk, paper_id=paper.pk, **who)

    assert len(names(draft)) == 2


def test_order_papers(draft, who, paper):
    b, c = make_paper(draft.scheme, name="乙"), make_paper(draft.scheme, name="丙")

    services.order_papers(draft.pk, paper_ids=[c.pk, paper.pk], **who)
    services.order_papers(draft.pk, paper_ids=[c.pk, paper.pk, b.pk], **who)

    assert names(draft) == [("丙", 1), ("测评表", 2), ("乙", 3)]
    assert actions() == ["cycles.papers_ordered"]


def test_order_naming_a_foreign_paper_is_refused(draft, who):
    foreign = make_paper(make_cycle(stage="draft", year=2030).scheme, name="别处")

    with pytest.raises(BadSchemePart):
        services.order_papers(draft.pk, paper_ids=[foreign.pk], **who)

    assert names(draft) == [("测评表", 1)]


# frozen, copied, deleted


def test_no_form_of_an_opened_cycle_can_be_touched():
    cycle = make_cycle()
    paper = cycle.scheme.papers.get()
    who = {"actor": make_user("clerk", cycle.host), "at": AT}

    for act in (
        lambda: services.add_paper(cycle.pk, paper=PaperPlan("乙", OTHER), **who),
        lambda: services.set_paper(cycle.pk, paper_id=paper.pk, name="乙", template=OTHER, **who),
        lambda: services.restore_revision(cycle.pk, paper_id=paper.pk, revision_version=1, **who),
        lambda: services.remove_paper(cycle.pk, paper_id=paper.pk, **who),
        lambda: services.order_papers(cycle.pk, paper_ids=[], **who),
    ):
        with pytest.raises(SchemeFrozen, match="已经启动"):
            act()

    assert (SchemePaper.objects.get().template, actions()) == (STANDARD, [])


def test_copied_cycle_has_all_forms_and_which_part_takes_which(draft, who):
    services.add_paper(draft.pk, paper=PaperPlan("乙", OTHER, "t5"), **who)
    parts = [
        ComponentPlan("党建", ComponentKind.BALLOT, Decimal(60), "测评表"),
        ComponentPlan("廉政", ComponentKind.BALLOT, Decimal(40), "乙"),
    ]
    services.set_components(draft.pk, components=parts, **who)

    copy = services.copy_cycle(draft.pk, **who)

    plan = plan_of(ReviewScheme.objects.get(cycle=copy))
    assert plan == plan_of(ReviewScheme.objects.get(cycle=draft))
    assert [part.paper for part in plan.components] == ["测评表", "乙"]
    assert {p.scheme_id for p in SchemePaper.objects.filter(components__scheme=copy.scheme)} == {
        copy.scheme.pk
    }


def test_draft_with_forms_and_revisions_can_be_deleted(draft, who, paper):
    services.add_paper(draft.pk, paper=PaperPlan("乙", OTHER), **who)
    services.set_paper(draft.pk, paper_id=paper.pk, name="甲", template=OTHER, **who)

    services.delete_draft(draft.pk, **who)

    assert (SchemePaper.objects.count(), PaperRevision.objects.count(), ReviewCycle.objects.count()) == (
        0,
        0,
        0,
    )


def test_empty_setting_of_a_rule_is_as_good_as_none(draft, who, paper):
    bare = replace(STANDARD, rules=(ValidityRule(RuleKind.BLANK, Consequence.BALLOT),))
    empty = replace(STANDARD, rules=(ValidityRule(RuleKind.BLANK, Consequence.BALLOT, {"items": []}),))
    services.set_paper(draft.pk, paper_id=paper.pk, name="测评表", template=empty, **who)

    services.set_paper(draft.pk, paper_id=paper.pk, name="测评表", template=bare, **who)

    assert SchemePaper.objects.get().template == empty
