"""What a form asks for, in Chinese sentences: how an item is answered, what a validity rule says.

The editor shows the same sentences with boxes in place of ``{field}``, so that a rule reads alike while it is written and afterwards.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.common.domain.formats import plain_decimal as plain
from apps.cycles.domain.papers.templates import (
    Consequence,
    Item,
    ItemKind,
    Option,
    PaperTemplate,
    RuleKind,
    ValidityRule,
)

PATTERNS: Mapping[RuleKind, str] = {
    RuleKind.MULTI_MARK: "纸质票上同一项画了两个以上记号的，{consequence}。",
    RuleKind.BLANK: "{items}有没填的，{consequence}。",
    RuleKind.COUNT_LIMIT: (
        "“{item}”评为{answers}（打分的项填 {at_least} 分至 {at_most} 分）的人，"
        "人数应在 {min_n} 至 {max_n} 人之间，占全部人数的 {min_share}% 至 {max_share}%（空着为不限）；不符的，{consequence}。"
    ),
    RuleKind.ALL_EQUAL: "对所有人{items}的评价完全相同{answers}的，{consequence}。",
    RuleKind.OVERALL_AGREES: (
        "“{overall}”评为{option}的，{items}里评为{best}的应不少于 {min_share}%；不符的，{consequence}。"
    ),
    RuleKind.OVERALL_FLOOR: (
        "{items}里有一项评为{worst}的，“{overall}”不能高于{not_better_than}；不符的，{consequence}。"
    ),
    RuleKind.BAND_AGREES: "{items}得分之和应落在“{overall}”所选等次的分数段里；不符的，{consequence}。",
    RuleKind.RANK_COMPLETE: "“{item}”的名次应从1排起，不重复、不跳号；不符的，{consequence}。",
    RuleKind.MIN_ANSWERED: "至少评价 {n} 人；不足的，{consequence}。",
}
ALL_ITEMS: Mapping[RuleKind, str] = {
    RuleKind.BLANK: "必填项",
    RuleKind.ALL_EQUAL: "计分的各项",
    RuleKind.BAND_AGREES: "打分的各项",
}
CONSEQUENCES: Mapping[RuleKind, tuple[Consequence, ...]] = {
    RuleKind.MULTI_MARK: (Consequence.ITEM, Consequence.BALLOT),
    RuleKind.BLANK: (Consequence.ITEM, Consequence.REVIEWEE, Consequence.BALLOT),
    RuleKind.OVERALL_AGREES: (Consequence.REVIEWEE, Consequence.BALLOT, Consequence.ITEM),
    RuleKind.OVERALL_FLOOR: (Consequence.REVIEWEE, Consequence.BALLOT, Consequence.ITEM),
    RuleKind.BAND_AGREES: (Consequence.REVIEWEE, Consequence.BALLOT, Consequence.ITEM),
    RuleKind.RANK_COMPLETE: (Consequence.ITEM, Consequence.BALLOT),
}
BALLOT_ONLY = (Consequence.BALLOT,)


def consequences_of(kind: RuleKind) -> tuple[Consequence, ...]:
    """Return what a breach of such a rule may make void, the usual one first."""
    return CONSEQUENCES.get(kind, BALLOT_ONLY)


def band_words(option: Option) -> str:
    """Write the printed band of an option, "17–20"; empty if it has none."""
    if option.low is None or option.high is None:
        return ""
    return f"{plain(option.low)}–{plain(option.high)}"


def answer_words(template: PaperTemplate, item: Item) -> str:
    """Say how an item is answered: "好、较好、一般、差", "0–20分"."""
    if item.kind is ItemKind.NUMBER:
        step = "" if item.step == 1 else f"，每{plain(item.step)}分一档"
        return f"{plain(item.minimum)}–{plain(item.maximum)}分{step}"
    if item.kind is ItemKind.RANK:
        return "排名次，1为最好"
    if item.kind is ItemKind.TEXT:
        return f"写文字，最多{item.max_chars}字"
    return "、".join(option.label for option in template.options_of(item)) or "还没有等次"


def rule_sentence(template: PaperTemplate, rule: ValidityRule) -> str:
    """Say what a rule of the form demands and what a breach makes void."""
    if rule.kind is RuleKind.COUNT_LIMIT:
        return _count_limit(template, rule)
    return PATTERNS[rule.kind].format_map(_Words(_values(template, rule)))


class _Words(dict[str, str]):
    """The values of a pattern; what a rule leaves open stays visible as a gap."""

    def __missing__(self, name: str) -> str:
        return "（未填）"


def _values(template: PaperTemplate, rule: ValidityRule) -> dict[str, str]:
    params = rule.params
    values = {"consequence": rule.consequence.label}
    values |= {name: str(params[name]) for name in ("n", "min_share") if params.get(name) not in {None, ""}}
    for name in ("item", "overall"):
        if item := template.item(params.get(name, "")):
            values[name] = item.text
    for name in ("option", "not_better_than"):
        if params.get(name):
            values[name] = _options(template, [params[name]])
    for name in ("best", "worst"):
        if params.get(name):
            values[name] = _options(template, params[name])
    values["items"] = _items(template, params.get("items") or (), ALL_ITEMS.get(rule.kind, "其他各项"))
    values["answers"] = f"（都是{_options(template, params['answers'])}）" if params.get("answers") else ""
    return values


def _items(template: PaperTemplate, keys: Iterable[str], otherwise: str) -> str:
    texts = [item.text for item in template.items if item.key in keys]
    return f"“{'”“'.join(texts)}”" if texts else otherwise


def _options(template: PaperTemplate, keys: Iterable[str]) -> str:
    labels = {option.key: option.label for scale in reversed(template.scales) for option in scale.options}
    return "、".join(f"“{labels.get(key, key)}”" for key in keys)


def _count_limit(template: PaperTemplate, rule: ValidityRule) -> str:
    params = rule.params
    item = template.item(params.get("item", ""))
    limits = "，".join(_limits(params)) or "（未填人数）"
    return (
        f"“{item.text if item else '（未选）'}”{_counted(template, params)}的人{limits}；"
        f"不符的，{rule.consequence.label}。"
    )


def _counted(template: PaperTemplate, params: Mapping[str, Any]) -> str:
    if params.get("answers"):
        return f"评为{_options(template, params['answers'])}"
    low, high = params.get("at_least"), params.get("at_most")
    parts = [f"不低于{low}分" if low else "", f"不高于{high}分" if high else ""]
    return "且".join(part for part in parts if part) or "评为（未选）"


def _limits(params: Mapping[str, Any]) -> Iterable[str]:
    for name, pattern in (
        ("min_n", "不少于{}人"),
        ("max_n", "不超过{}人"),
        ("min_share", "不少于{}%"),
        ("max_share", "不超过{}%"),
    ):
        if params.get(name) not in {None, ""}:
            yield pattern.format(params[name])
