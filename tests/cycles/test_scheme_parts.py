"""Lists, conditions, links and presets of a scheme: done, done twice, each refusal, and what a refusal leaves behind."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.cycles import services
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.presets import PRESETS
from apps.cycles.errors import BadSchemePart, SchemeFrozen, UnknownPreset
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.cycles.selectors import plan_of
from tests.cycles.test_rich_schemes import RICH
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def draft():
    return make_cycle(stage="draft", host=make_organization(name="区委"))


@pytest.fixture
def who(draft):
    return {"actor": make_user("clerk", draft.host), "at": AT}


def stored():
    return plan_of(ReviewScheme.objects.get())


def save_rich_parts(cycle, **who):
    """Save every part of the rich scheme as the pages do."""
    rules = RICH.rules
    services.set_components(cycle.pk, components=RICH.components, conditions=(), **who)
    services.set_adjustments(cycle.pk, adjustments=RICH.adjustments, rules=rules, **who)
    services.set_grade_rules(cycle.pk, grades=RICH.grades, quotas=RICH.quotas, rules=rules, **who)
    services.set_conditions(cycle.pk, conditions=RICH.conditions, **who)
    services.set_links(cycle.pk, links=RICH.links, rules=rules, **who)


def test_parts_saved_one_by_one_make_the_whole_scheme(draft, who):
    save_rich_parts(draft, **who)
    once = stored()
    save_rich_parts(draft, **who)

    assert (once.components, once.adjustments, once.grades) == (
        RICH.components,
        RICH.adjustments,
        RICH.grades,
    )
    assert (once.conditions, once.links, once.quotas, once.rules) == (
        RICH.conditions,
        RICH.links,
        RICH.quotas,
        RICH.rules,
    )
    assert stored() == once
    assert AuditEntry.objects.filter(action="cycles.scheme_changed").count() == 10


BONUS, DEDUCTION = RICH.adjustments
VETO = RICH.conditions[0]
REFUSALS = {
    "没有名称": ("adjustments", [replace(BONUS, name=" ")]),
    "“受到表彰”写了两遍": ("adjustments", [BONUS, BONUS]),
    "每次的分数应大于0": ("adjustments", [replace(BONUS, least=Decimal(0))]),
    "最少不多于最多": ("adjustments", [replace(BONUS, least=Decimal(9))]),
    "“受到党纪处分”写了两遍": ("conditions", [VETO, VETO]),
    "同一个等次写了两遍": ("links", [RICH.links[0], RICH.links[0]]),
}


@pytest.mark.parametrize("message", REFUSALS)
def test_bad_part_is_refused_and_the_old_stays(draft, who, message):
    save_rich_parts(draft, **who)
    before = stored()
    part, rows = REFUSALS[message]
    savers = {
        "adjustments": lambda: services.set_adjustments(draft.pk, adjustments=rows, rules=RICH.rules, **who),
        "conditions": lambda: services.set_conditions(draft.pk, conditions=rows, **who),
        "links": lambda: services.set_links(draft.pk, links=rows, rules=RICH.rules, **who),
    }

    with pytest.raises(BadSchemePart, match=message):
        savers[part]()

    assert stored() == before


def test_share_of_the_annual_appraisal_beyond_hundred_is_refused(draft, who):
    before = stored()

    with pytest.raises(BadSchemePart, match="比例应在0到100之间"):
        services.set_links(
            draft.pk, links=RICH.links, rules=replace(RICH.rules, annual_weight=Decimal(101)), **who
        )

    assert stored() == before


def test_no_list_of_an_opened_scheme_can_be_set(who):
    cycle = make_cycle(host=make_organization())

    for act in (
        lambda: services.set_adjustments(cycle.pk, adjustments=[], rules=RICH.rules, **who),
        lambda: services.set_conditions(cycle.pk, conditions=[], **who),
        lambda: services.set_links(cycle.pk, links=[], rules=RICH.rules, **who),
        lambda: services.apply_preset(cycle.pk, preset="50-50", **who),
    ):
        with pytest.raises(SchemeFrozen, match="已经启动"):
            act()


def test_preset_is_applied_once_and_again(draft, who):
    save_rich_parts(draft, **who)

    services.apply_preset(draft.pk, preset="deductions", **who)
    services.apply_preset(draft.pk, preset="deductions", **who)

    assert stored() == PRESETS["deductions"].plan
    assert ReviewScheme.objects.get().preset == "deductions"
    assert AuditEntry.objects.filter(action="cycles.preset_applied").count() == 2


def test_unknown_preset_changes_nothing(draft, who):
    with pytest.raises(UnknownPreset):
        services.apply_preset(draft.pk, preset="none", **who)

    assert stored() != SchemePlan()
    assert ReviewCycle.objects.get().version == 1


def test_preset_over_somebody_elses_change_is_refused(draft, who):
    ReviewCycle.objects.update(version=3)

    with pytest.raises(StaleVersion):
        services.apply_preset(draft.pk, preset="50-50", version=2, **who)

    assert ReviewScheme.objects.get().preset == "60-40"


@pytest.mark.parametrize(
    "change",
    [
        "cycles_schemeadjustment SET most = 99",
        "cycles_gradecondition SET cap = 'poor'",
        "cycles_fieldquota SET good_quota = 1",
        "cycles_appraisallink SET consequence = 'x'",
    ],
)
def test_list_of_a_frozen_scheme_cannot_be_changed_by_sql(draft, who, change):
    save_rich_parts(draft, **who)
    ReviewScheme.objects.update(frozen_at=AT)

    refused = pytest.raises(DatabaseError, match="the scheme is frozen")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {change}")

    assert (stored().adjustments, stored().links) == (RICH.adjustments, RICH.links)
