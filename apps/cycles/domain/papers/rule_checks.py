"""Faults of validity rules: what they name must exist, what they ask must be possible."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations, pairwise, permutations
from typing import Any

from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.papers.answers import NUMBER
from apps.cycles.domain.papers.sentences import consequences_of
from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate, RuleKind, Scale, ValidityRule
from apps.cycles.domain.papers.validity.numbers import WHOLE, hundredths
from apps.cycles.domain.papers.validity.rules import OPTION_KINDS, judged_items, least, most

Params = Mapping[str, Any]
Check = Callable[[PaperTemplate, Params], Iterator[str]]
MOST = Decimal(99_999)
LISTS = frozenset({"items", "answers", "best", "worst"})
COUNTS = frozenset({"n", "min_n", "max_n"})
SHARES = frozenset({"min_share", "max_share"})
NUMBERS = frozenset({"at_least", "at_most"})
NAMES = frozenset({"item", "overall", "option", "not_better_than"})
PAIRS = (("人数", "min_n", "max_n"), ("比例", "min_share", "max_share"))
LIMITS = COUNTS - {"n"} | SHARES
PARAMS: Mapping[RuleKind, frozenset[str]] = {
    RuleKind.MULTI_MARK: frozenset(),
    RuleKind.BLANK: frozenset({"items"}),
    RuleKind.COUNT_LIMIT: LIMITS | NUMBERS | {"item", "answers"},
    RuleKind.ALL_EQUAL: frozenset({"items", "answers"}),
    RuleKind.OVERALL_AGREES: frozenset({"overall", "option", "best", "min_share", "items"}),
    RuleKind.OVERALL_FLOOR: frozenset({"overall", "items", "worst", "not_better_than"}),
    RuleKind.BAND_AGREES: frozenset({"overall", "items"}),
    RuleKind.RANK_COMPLETE: frozenset({"item"}),
    RuleKind.MIN_ANSWERED: frozenset({"n"}),
}


def is_written(number: Decimal) -> bool:
    """Tell whether a number can be written on a form: 0–99999, at most two decimals."""
    return number.is_finite() and 0 <= number <= MOST and number * 100 % 1 == 0


def rule_gaps(template: PaperTemplate, *, n_subjects: int | None = None) -> Iterator[str]:
    """Yield a sentence for every fault of every rule, and for rules that contradict each other."""
    for no, rule in enumerate(template.rules, start=1):
        for gap in _gaps_of(template, rule, n_subjects):
            yield f"第{no}条规则（{rule.kind.label}）：{gap}"
    sound = [rule for rule in template.rules if not any(_gaps_of(template, rule, n_subjects))]
    yield from _conflicts([rule.params for rule in sound if rule.kind is RuleKind.COUNT_LIMIT], n_subjects)


def _gaps_of(template: PaperTemplate, rule: ValidityRule, n_subjects: int | None) -> Iterator[str]:
    if rule.consequence not in consequences_of(rule.kind):
        yield f"不能以“{rule.consequence.label}”为后果。"
    shapes = [*_shape_gaps(rule)]
    if shapes:
        yield from shapes
        return
    yield from _unknown_items(template, rule.params)
    yield from _CHECKS[rule.kind](template, rule.params)
    if rule.kind is RuleKind.COUNT_LIMIT and n_subjects is not None:
        yield from _few_people(rule.params, n_subjects)


def _shape_gaps(rule: ValidityRule) -> Iterator[str]:
    for name, value in rule.params.items():
        if name not in PARAMS[rule.kind]:
            yield f"有不认识的设置“{name}”。"
        elif not _has_shape(name, value):
            yield f"设置“{name}”的值不对。"


def _has_shape(name: str, value: Any) -> bool:
    if name in LISTS:
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    if name in NAMES:
        return isinstance(value, str)
    if value is None:
        return True
    number = hundredths(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
    if number is None:
        return False
    return (
        name in NUMBERS or (name in SHARES and number <= WHOLE) or (name in COUNTS and "." not in str(value))
    )


def _unknown_items(template: PaperTemplate, params: Params) -> Iterator[str]:
    named = [params.get("item"), params.get("overall"), *(params.get("items") or ())]
    for key in named:
        item = template.item(key) if key else None
        if key and item is None:
            yield f"项目“{key}”不存在，请重新选择。"
        elif item and item.kind is ItemKind.TEXT:
            yield f"项目“{item.text}”是文字项目，不能用在规则里。"


def _unknown_options(template: PaperTemplate, items: Iterable[Item], answers: Iterable[str]) -> Iterator[str]:
    offered = {option.key for item in items for option in template.options_of(item)}
    for answer in answers:
        if answer not in offered:
            yield f"等次“{answer}”不在所选项目的等次表里，请重新选择。"


def _no_faults(_template: PaperTemplate, _params: Params) -> Iterator[str]:
    return iter(())


def _blank(template: PaperTemplate, params: Params) -> Iterator[str]:
    if not judged_items(template, RuleKind.BLANK, params):
        yield "没有必填的项目，请将要求填写的项目设为必填。"


def _count_limit(template: PaperTemplate, params: Params) -> Iterator[str]:
    item = template.item(params.get("item", ""))
    if not params.get("item"):
        yield "请选择项目。"
    if item and item.kind is ItemKind.RANK:
        yield f"项目“{item.text}”是排名，不能限人数。"
    elif item and item.kind is ItemKind.NUMBER:
        yield from _number_limit(params)
    elif item:
        yield from _option_limit(template, item, params)
    yield from _limit_gaps(params)


def _number_limit(params: Params) -> Iterator[str]:
    low, high = hundredths(params.get("at_least")), hundredths(params.get("at_most"))
    if params.get("answers"):
        yield "打分的项目不能选等次，请填分数范围。"
    elif low is None and high is None:
        yield "请填写分数范围。"
    elif low is not None and high is not None and low > high:
        yield "分数范围的下限高于上限。"


def _option_limit(template: PaperTemplate, item: Item, params: Params) -> Iterator[str]:
    answers = params.get("answers") or ()
    if params.get("at_least") is not None or params.get("at_most") is not None:
        yield "选等次的项目不能填分数范围，请选等次。"
    elif not answers:
        yield "请选择限人数的等次。"
    yield from _unknown_options(template, [item], answers)
    is_capped = params.get("max_n") is not None or params.get("max_share") is not None
    if is_capped and {option.key for option in template.options_of(item)} <= set(answers):
        yield "选了全部等次，限的是评价的人数而不是等次，请少选。"


def _limit_gaps(params: Params) -> Iterator[str]:
    if all(params.get(name) is None for name in LIMITS):
        yield "请填写最多或至少的人数或比例。"
    for unit, floor, ceiling in PAIRS:
        low, high = hundredths(params.get(floor)), hundredths(params.get(ceiling))
        if low is not None and high is not None and low > high:
            yield f"至少的{unit}大于最多的{unit}，没有一张票能满足。"


def _few_people(params: Params, n_subjects: int) -> Iterator[str]:
    floor, ceiling = least(params, n_subjects), most(params, n_subjects)
    if floor > n_subjects:
        yield f"要求至少{floor}人，但述职对象只有{n_subjects}人，没有一张票能满足。"
    elif ceiling is not None and floor > ceiling:
        yield f"按{n_subjects}名述职对象计算，至少{floor}人、最多{ceiling}人，没有一张票能满足。"


def _all_equal(template: PaperTemplate, params: Params) -> Iterator[str]:
    items = judged_items(template, RuleKind.ALL_EQUAL, params)
    answers = params.get("answers") or ()
    if not items:
        yield "没有可比较的项目。"
    if any(item.kind is ItemKind.NUMBER for item in items):
        answers = [answer for answer in answers if not NUMBER.fullmatch(answer)]
    yield from _unknown_options(template, items, answers)


def _overall_gaps(template: PaperTemplate, params: Params, kind: RuleKind) -> Iterator[str]:
    overall = template.item(params.get("overall", ""))
    items = judged_items(template, kind, params)
    sort = {ItemKind.NUMBER} if kind is RuleKind.BAND_AGREES else OPTION_KINDS
    if not params.get("overall"):
        yield "请选择总体评价的项目。"
    elif overall and overall.kind not in OPTION_KINDS:
        yield f"项目“{overall.text}”不是选等次的，不能作为总体评价。"
    if params.get("overall") in (params.get("items") or ()):
        yield "分项里不能再有总体评价自己。"
    if not items:
        yield "没有可对照的分项。"
    for item in items:
        if item.kind not in sort:
            yield f"分项“{item.text}”不是{'打分' if kind is RuleKind.BAND_AGREES else '选等次'}的，请去掉。"


def _overall_agrees(template: PaperTemplate, params: Params) -> Iterator[str]:
    yield from _overall_gaps(template, params, RuleKind.OVERALL_AGREES)
    yield from _overall_option(template, params, "option")
    yield from _item_options(template, params, RuleKind.OVERALL_AGREES, "best")
    if not hundredths(params.get("min_share")):
        yield "请填写大于0的比例。"


def _overall_floor(template: PaperTemplate, params: Params) -> Iterator[str]:
    yield from _overall_gaps(template, params, RuleKind.OVERALL_FLOOR)
    yield from _overall_option(template, params, "not_better_than")
    yield from _item_options(template, params, RuleKind.OVERALL_FLOOR, "worst")
    overall = template.item(params.get("overall", ""))
    options = template.options_of(overall) if overall else ()
    if options and options[0].key == params.get("not_better_than"):
        yield f"“{options[0].label}”已是最高等次，规则不起作用，请选低一些的等次。"


def _overall_option(template: PaperTemplate, params: Params, name: str) -> Iterator[str]:
    overall = template.item(params.get("overall", ""))
    if not params.get(name):
        yield "请选择总体评价的等次。"
    elif overall:
        yield from _unknown_options(template, [overall], [params[name]])


def _item_options(template: PaperTemplate, params: Params, kind: RuleKind, name: str) -> Iterator[str]:
    if not params.get(name):
        yield "请选择分项的等次。"
    yield from _unknown_options(template, judged_items(template, kind, params), params.get(name) or ())


def _band_agrees(template: PaperTemplate, params: Params) -> Iterator[str]:
    gaps = [*_overall_gaps(template, params, RuleKind.BAND_AGREES)]
    yield from gaps
    overall = template.item(params.get("overall", ""))
    scale = template.scale_of(overall) if overall else None
    items = judged_items(template, RuleKind.BAND_AGREES, params)
    edges = [edge for item in items for edge in (item.minimum, item.maximum, item.step)]
    if overall and scale and scale.options and not gaps and all(map(is_written, edges)):
        lowest, highest = sum(edges[0::3], Decimal(0)), sum(edges[1::3], Decimal(0))
        finest = Decimal(math.gcd(*(int(step * 100) for step in edges[2::3]))) / 100
        yield from band_gaps(f"“{overall.text}”", scale, lowest, highest, finest)


def band_gaps(name: str, scale: Scale, lowest: Decimal, highest: Decimal, step: Decimal) -> Iterator[str]:
    """Yield what is wrong with printed bands that are to cover ``lowest``–``highest`` in steps; the outer ends may be open."""
    tops = [option.high for option in scale.options]
    bottoms = [option.low for option in scale.options]
    tops[0] = highest if tops[0] is None else tops[0]
    bottoms[-1] = lowest if bottoms[-1] is None else bottoms[-1]
    highs = [top for top in tops if top is not None and is_written(top)]
    lows = [bottom for bottom in bottoms if bottom is not None and is_written(bottom)]
    if len(highs) + len(lows) < 2 * len(scale.options):
        yield f"{name}的分数段没有写全，请给每一档写上起止分数（最多两位小数）。"
        return
    labels = [option.label for option in scale.options]
    if reversed_labels := [label for label, low, high in zip(labels, lows, highs, strict=True) if low > high]:
        yield f"{name}的“{reversed_labels[0]}”分数段起点大于终点。"
        return
    yield from _overlaps(name, labels, list(zip(lows, highs, strict=True)), step)
    if highs[0] < highest or lows[-1] > lowest:
        yield f"{name}的分数段没有盖住{plain_decimal(lowest)}至{plain_decimal(highest)}分，请补上缺的一头。"


def _overlaps(
    name: str, labels: list[str], bands: list[tuple[Decimal, Decimal]], step: Decimal
) -> Iterator[str]:
    for (better, worse), (upper, lower) in zip(pairwise(labels), pairwise(bands), strict=True):
        if upper[0] <= lower[1]:
            yield f"{name}的“{better}”和“{worse}”分数段重叠或次序颠倒，请从高到低、首尾不重复。"
        elif upper[0] - lower[1] > step:
            yield f"{name}的“{better}”和“{worse}”分数段之间有空档，请接上。"


def _rank_complete(template: PaperTemplate, params: Params) -> Iterator[str]:
    item = template.item(params.get("item", ""))
    if not params.get("item"):
        yield "请选择排名的项目。"
    elif item and item.kind not in {ItemKind.RANK, ItemKind.TEXT}:
        yield f"项目“{item.text}”不是排名，请选择排名的项目。"


def _min_answered(_template: PaperTemplate, params: Params) -> Iterator[str]:
    if not hundredths(params.get("n")):
        yield "请填写至少评价的人数，从1起。"


def _conflicts(limits: list[Params], n_subjects: int | None) -> Iterator[str]:
    """Yield quotas on one item that no ballot can meet together."""
    for inner, outer in permutations(limits, 2):
        if inner["item"] == outer["item"] and _is_within(inner, outer):
            for unit, floor, ceiling in PAIRS:
                low, high = hundredths(inner.get(floor)), hundredths(outer.get(ceiling))
                if low is not None and high is not None and low > high:
                    yield f"两条人数限额互相矛盾：一条的至少{unit}大于另一条的最多{unit}，没有一张票能同时满足。"
    for key in sorted({params["item"] for params in limits}):
        yield from _floors_too_high([params for params in limits if params["item"] == key], n_subjects)


def _is_within(inner: Params, outer: Params) -> bool:
    """Tell whether whoever is counted by one limit is counted by the other too."""
    if inner.get("answers"):
        return set(inner["answers"]) <= set(outer.get("answers") or ())
    (low, high), (least_number, greatest) = _range(inner), _range(outer)
    return least_number <= low and high <= greatest


def _range(params: Params) -> tuple[int, int]:
    low, high = hundredths(params.get("at_least")), hundredths(params.get("at_most"))
    return low or 0, int(MOST) * 100 if high is None else high


def _floors_too_high(limits: list[Params], n_subjects: int | None) -> Iterator[str]:
    """Yield if groups of answers without a common one ask for more persons than there are."""
    if any(not _are_apart(one, other) for one, other in combinations(limits, 2)):
        return
    share = sum(hundredths(params.get("min_share")) or 0 for params in limits)
    if share > WHOLE or (n_subjects and sum(least(params, n_subjects) for params in limits) > n_subjects):
        yield "各条限额要求的人数加起来超过了全部人数，没有一张票能同时满足。"


def _are_apart(one: Params, other: Params) -> bool:
    if one.get("answers"):
        return not set(one["answers"]) & set(other.get("answers") or ())
    (low, high), (other_low, other_high) = _range(one), _range(other)
    return high < other_low or other_high < low


_CHECKS: Mapping[RuleKind, Check] = {
    RuleKind.MULTI_MARK: _no_faults,
    RuleKind.BLANK: _blank,
    RuleKind.COUNT_LIMIT: _count_limit,
    RuleKind.ALL_EQUAL: _all_equal,
    RuleKind.OVERALL_AGREES: _overall_agrees,
    RuleKind.OVERALL_FLOOR: _overall_floor,
    RuleKind.BAND_AGREES: _band_agrees,
    RuleKind.RANK_COMPLETE: _rank_complete,
    RuleKind.MIN_ANSWERED: _min_answered,
}
