"""From raw figures to the scores of components. Source: design.md section 4, "Components"; conversions as the scheme states them.

Bands and ratios look at exact raw figures; ranks at raw figures as they are published, so that two people with the same figure never have
different ranks. A rank or a ratio to the best needs everybody's raw figure: with one missing, all of the field have none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.conversions import ConversionPlan, ShareBand, by_bands, by_best, by_place
from apps.cycles.domain.schemes import ComponentKind, Conversion, EmptyGroupRule
from apps.scoring.domain.figures import ComponentFigure, FormFigures, Raw
from apps.scoring.domain.form_figures import share_of_options
from apps.scoring.domain.inputs import Component, Inputs, Person, Scheme
from apps.scoring.domain.totals import ranks, share_of_full

NEEDS_FIELD = frozenset({Conversion.RANK, Conversion.BEST_RATIO})


def raw_figure(inputs: Inputs, person: Person, component: Component, forms: Sequence[FormFigures]) -> Raw:
    """Return what a component is made of, before conversion."""
    if component.kind is ComponentKind.IMPORTED:
        return _brought_in(inputs, person, component)
    one = next((one for one in forms if one.form.key == component.form), None)
    reason = why_no_score(inputs.scheme, person, component, one)
    if one is None or reason:
        return Raw(None, reason)
    asked = [override.options for override in component.conversion.overrides]
    shares = [share_of_options(inputs.scheme, one, component.item, options) for options in asked]
    overriding = tuple(share for share in shares if share is not None)
    if component.kind is ComponentKind.BALLOT:
        return Raw(one.score, overriding=overriding)
    return Raw(share_of_options(inputs.scheme, one, component.item, component.options), overriding=overriding)


def _brought_in(inputs: Inputs, person: Person, component: Component) -> Raw:
    imported = inputs.imported.get((person.key, component.key))
    if imported is None:
        return Raw(None, f"缺少“{component.name}”得分")
    if component.conversion.kind is not Conversion.PLACE:
        return Raw(share_of_full(imported.value, imported.out_of), imported=imported)
    if imported.value < 1 or imported.value % 1:
        return Raw(None, f"“{component.name}”录入的不是名次（应为 1、2、3……）", imported=imported)
    return Raw(Fraction(imported.value), imported=imported)


def why_no_score(scheme: Scheme, person: Person, component: Component, one: FormFigures | None) -> str:
    """Say why a figure from ballots is missing; empty if it is there."""
    why = _why(scheme, person, component, one)
    forms = {part.form for part in scheme.components if part.kind is not ComponentKind.IMPORTED}
    return f"“{component.name}”{why}" if why and len(forms) > 1 else why


def _why(scheme: Scheme, person: Person, component: Component, one: FormFigures | None) -> str:
    if one is None:
        return "没有列入任何测评场次"
    waiting = person.sessions[one.form.key]
    if waiting:
        return f"测评场次“{'”“'.join(waiting)}”尚未开箱"
    return (
        _why_no_share(scheme, component, one)
        if component.kind is ComponentKind.SHARE
        else _why_no_mean(scheme, one)
    )


def _why_no_mean(scheme: Scheme, one: FormFigures) -> str:
    if one.score is not None:
        return ""
    if not any(one.form.weights):
        return f"测评表“{one.form.name}”没有计分的项目"
    empty = [figure.group.name for figure in one.groups if figure.mean is None]
    if scheme.rules.empty_group_rule is EmptyGroupRule.BLOCK and len(empty) < len(one.groups):
        return f"“{'”“'.join(empty)}”没有有效票，方案规定此时须由人决定"
    return "没有有效票"


def _why_no_share(scheme: Scheme, component: Component, one: FormFigures) -> str:
    place = next((n for n, item in enumerate(one.form.items) if item.key == component.item), None)
    if place is None:
        return f"测评表“{one.form.name}”没有要算占比的项目"
    if share_of_options(scheme, one, component.item, component.options) is not None:
        return ""
    empty = [figure.group.name for figure in one.groups if not figure.items[place][0]]
    if len(empty) < len(one.groups):
        return f"“{'”“'.join(empty)}”没有人填“{one.form.items[place].text}”，方案规定此时须由人决定"
    return f"没有人填“{one.form.items[place].text}”"


def convert_field(
    component: Component, raws: Mapping[int, Raw], *, decimals: int
) -> dict[int, ComponentFigure]:
    """Return the component's score of everybody in a field, given everybody's raw figure."""
    kind = component.conversion.kind
    if kind in NEEDS_FIELD:
        return _by_field(component, raws, decimals=decimals)
    return {key: _by_itself(component, raw) for key, raw in raws.items()}


def _by_itself(component: Component, raw: Raw) -> ComponentFigure:
    plan = component.conversion
    if raw.value is None:
        return ComponentFigure(component, raw, None, raw.reason)
    if plan.kind is Conversion.PLACE:
        return ComponentFigure(component, raw, by_place(plan, raw.value), place=int(raw.value))
    if plan.kind is not Conversion.BANDS:
        return ComponentFigure(component, raw, raw.value)
    score = banded(plan, raw.value, raw.overriding)
    reason = f"“{component.name}”低于方案里最低的分段，没有对应的分数" if score is None else ""
    return ComponentFigure(component, raw, score, reason)


def banded(plan: ConversionPlan, value: Fraction, overriding: Sequence[Fraction]) -> Fraction | None:
    """Return the score by bands, the shares of the overrides given in their order; shares that nobody gave override nothing."""
    names = [str(n) for n in range(len(overriding))]
    own = tuple(
        ShareBand((name,), override.at_least, override.score)
        for name, override in zip(names, plan.overrides, strict=False)
    )
    return by_bands(replace(plan, overrides=own), value, dict(zip(names, overriding, strict=True)))


def _by_field(component: Component, raws: Mapping[int, Raw], *, decimals: int) -> dict[int, ComponentFigure]:
    values = {key: raw.value for key, raw in raws.items() if raw.value is not None}
    if len(values) < len(raws):
        what = "排出名次" if component.conversion.kind is Conversion.RANK else "与最高者相比"
        waits = f"“{component.name}”要等同领域各人都有数据才能{what}"
        return {key: ComponentFigure(component, raw, None, raw.reason or waits) for key, raw in raws.items()}
    if component.conversion.kind is Conversion.RANK:
        places = ranks({key: round_half_up(value, decimals) for key, value in values.items()})
        return {
            key: ComponentFigure(
                component, raw, by_place(component.conversion, Fraction(places[key])), place=places[key]
            )
            for key, raw in raws.items()
        }
    return _by_best(component, raws, values)


def _by_best(
    component: Component, raws: Mapping[int, Raw], values: Mapping[int, Fraction]
) -> dict[int, ComponentFigure]:
    best = max(values.values(), default=Fraction(0))
    scores = {key: by_best(value, best) for key, value in values.items()}
    nought = f"“{component.name}”同领域最高为 0，无法相比"
    return {
        key: ComponentFigure(
            component, raw, scores[key], "" if scores[key] is not None else nought, best=best
        )
        for key, raw in raws.items()
    }
