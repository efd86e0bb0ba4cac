"""A scheme that is only a plan, as the computation reads one. Keys are places: the first form, group, component … is 1."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.plans import ComponentPlan, SchemePlan
from apps.cycles.domain.schemes import FROM_BALLOTS
from apps.scoring.domain.inputs import AdjustmentLine, Component, Named, Scheme
from apps.scoring.domain.tally import Form, Rules


def planned_scheme(plan: SchemePlan) -> Scheme:
    """Return the rules of a plan."""
    rules = plan.rules
    forms = tuple(Form(n, one.name, one.template) for n, one in enumerate(plan.papers, start=1))
    return Scheme(
        rules=Rules(
            blank_rule=rules.blank_rule,
            blank_value=_exact(rules.blank_value),
            trim_each_side=rules.trim_each_side,
            trim_when_more_than=rules.trim_when_more_than,
            empty_group_rule=rules.empty_group_rule,
            denominator=rules.denominator,
        ),
        forms=forms,
        groups=tuple(Named(n, one.name, Fraction(one.weight)) for n, one in enumerate(plan.groups, start=1)),
        components=tuple(_component(n, one, forms) for n, one in enumerate(plan.components, start=1)),
        decimals=rules.decimals,
        k_min=rules.k_min,
        adjustments=tuple(
            AdjustmentLine(n, one.name, one.kind, _exact(one.limit))
            for n, one in enumerate(plan.adjustments, start=1)
        ),
        bonus_limit=_exact(rules.bonus_limit),
        deduction_limit=_exact(rules.deduction_limit),
        clamps_total=rules.clamps_total,
    )


def _component(n: int, one: ComponentPlan, forms: Sequence[Form]) -> Component:
    is_from_ballots = one.kind in FROM_BALLOTS
    form = next((form.key for form in forms if not one.paper or form.name == one.paper), None)
    return Component(
        n,
        one.name,
        Fraction(one.weight),
        one.kind,
        form if is_from_ballots else None,
        one.item,
        one.options,
        one.conversion,
    )


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)
