"""What a conversion did, and whom the ballots do not tell apart, in words for people."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import islice

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.schemes import ComponentKind, Conversion
from apps.scoring.domain.figures import Band, ComponentFigure
from apps.scoring.domain.inputs import Scheme

MOST_NAMES = 5


def component_words(one: ComponentFigure, scheme: Scheme) -> str:
    """Return one sentence on how a component's score came from its raw figure; empty where nothing was converted.

    The sentence names the raw figure: whoever may not see that must not see the sentence either (``hides_raw``).
    """
    if one.score is None or one.raw.value is None:
        return ""
    words = {
        Conversion.NONE: _plain,
        Conversion.BANDS: _bands,
        Conversion.RANK: _rank,
        Conversion.PLACE: lambda one, _: _place(one),
        Conversion.BEST_RATIO: _best,
    }
    return words[one.component.conversion.kind](one, scheme)


def _figure(value: Fraction, scheme: Scheme) -> str:
    return f"{round_half_up(value, scheme.decimals):f}"


def _number(value: Fraction) -> str:
    """Return a number of the scheme as people write it; a third stays a fraction."""
    rounded = round_half_up(value, 2)
    return plain_decimal(rounded) if Fraction(rounded) == value else str(value)


def _raw(one: ComponentFigure, scheme: Scheme) -> str:
    value = one.raw.value or Fraction(0)
    if one.component.kind is ComponentKind.SHARE:
        return f"占比 {_figure(value, scheme)}%"
    return f"{_figure(value, scheme)} 分"


def _plain(one: ComponentFigure, scheme: Scheme) -> str:
    brought = one.imported
    if brought is not None:
        return f"{plain_decimal(brought.value)} ÷ {plain_decimal(brought.out_of)} × 100 = {_figure(one.score or Fraction(0), scheme)} 分"
    return f"{_raw(one, scheme)}，直接计分" if one.component.kind is ComponentKind.SHARE else ""


def _bands(one: ComponentFigure, scheme: Scheme) -> str:
    plan, score = one.component.conversion, _number(one.score or Fraction(0))
    options = _labels(one, scheme)
    for override, share in zip(plan.overrides, one.raw.overriding, strict=False):
        if share >= override.at_least:
            names = "、".join(options.get(key, key) for key in override.options)
            return f"“{names}”占比 {_figure(share, scheme)}% ≥ {_number(override.at_least)}%，按方案折算 {score} 分"
    value = one.raw.value or Fraction(0)
    reached = max(band.at_least for band in plan.bands if value >= band.at_least)
    unit = "%" if one.component.kind is ComponentKind.SHARE else " 分"
    return f"{_raw(one, scheme)}，在“≥ {_number(reached)}{unit}”一档，折算 {score} 分"


def _labels(one: ComponentFigure, scheme: Scheme) -> dict[str, str]:
    form = next((form for form in scheme.forms if form.key == one.component.form), None)
    item = form.template.item(one.component.item) if form else None
    return {option.key: option.label for option in form.template.options_of(item)} if form and item else {}


def _rank(one: ComponentFigure, scheme: Scheme) -> str:
    return f"{_raw(one, scheme)}，领域内第 {one.place} 名，{_steps(one)}"


def _place(one: ComponentFigure) -> str:
    return f"录入名次第 {one.place} 名，{_steps(one)}"


def _steps(one: ComponentFigure) -> str:
    plan, place, score = one.component.conversion, one.place or 1, one.score or Fraction(0)
    formula = f"{_number(plan.first)} − {_number(plan.step)} × ({place} − 1)"
    if plan.first - plan.step * (place - 1) < plan.floor:
        return f"折算 {formula}，低于下限，计 {_number(plan.floor)} 分"
    return f"折算 {formula} = {_number(score)} 分"


def _best(one: ComponentFigure, scheme: Scheme) -> str:
    best = _figure(one.best or Fraction(0), scheme)
    return f"{_raw(one, scheme)} ÷ 领域内最高 {best} × 100 = {_figure(one.score or Fraction(0), scheme)} 分"


def band_words(band: Band, names: Mapping[int, str]) -> str:
    """Return one sentence on whom the ballots do not tell apart."""
    if not band.neighbors:
        return "与前后名次的差距大于票数所能引起的摆动。"
    told = [names.get(key, str(key)) for key in islice(band.neighbors, MOST_NAMES)]
    more = f"等 {len(band.neighbors)} 人" if len(band.neighbors) > MOST_NAMES else ""
    return f"与{'、'.join(told)}{more}的差距在票数所能引起的摆动之内，名次在第 {band.from_rank}—{band.to_rank} 名之间分不出先后。"
