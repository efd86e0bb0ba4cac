"""A breach in one Chinese sentence: what is off and how to mend it. ``validity.js`` says the same, word for word."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apps.cycles.domain.papers.templates import Consequence, PaperTemplate, RuleKind
from apps.cycles.domain.papers.validity.judging import Violation
from apps.cycles.domain.papers.validity.rules import judged_items

Params = Mapping[str, Any]


def words(template: PaperTemplate, violation: Violation, names: Mapping[str, str]) -> str:
    """Return the sentence for a person; ``names`` gives the name of a subject."""
    who = f"{names.get(violation.subject, violation.subject)}的" if violation.subject else ""
    sentence = _SENTENCES[violation.kind](template, violation, template.rules[violation.rule_no].params)
    return f"{who}{sentence}{_ending(violation)}"


def _ending(violation: Violation) -> str:
    if violation.kind is RuleKind.BLANK and violation.consequence is Consequence.ITEM:
        return "，不填按弃权计。"
    label = Consequence.BALLOT.label if violation.voids_ballot else violation.consequence.label
    return f"，否则{label}。"


def _text(template: PaperTemplate, key: str) -> str:
    item = template.item(key)
    return f"“{item.text if item else key}”"


def _labels(template: PaperTemplate, item_keys: Iterable[str], answers: Iterable[str]) -> str:
    """Name options by the first of the items that offers them; a number or a rank is its own name."""
    items = [item for key in item_keys if (item := template.item(key))]
    known = {
        option.key: option.label for item in reversed(items) for option in reversed(template.options_of(item))
    }
    return "或".join(f"“{known.get(answer, answer)}”" for answer in answers)


def _keys(template: PaperTemplate, kind: RuleKind, params: Params) -> list[str]:
    return [item.key for item in judged_items(template, kind, params)]


def _multi_mark(template: PaperTemplate, violation: Violation, _params: Params) -> str:
    return f"{_text(template, violation.item)}选了不止一个，请只选一个"


def _blank(template: PaperTemplate, violation: Violation, _params: Params) -> str:
    return f"{_text(template, violation.item)}还没有填，请补填"


def _count_limit(template: PaperTemplate, violation: Violation, params: Params) -> str:
    found, wanted = int(violation.found), int(violation.wanted)
    what = _text(template, violation.item) + _counted(template, violation.item, params)
    if found > wanted:
        return f"{what}的最多{wanted}人，现在有{found}人，请减少{found - wanted}人"
    return f"{what}的至少{wanted}人，现在只有{found}人，请增加{wanted - found}人"


def _counted(template: PaperTemplate, item_key: str, params: Params) -> str:
    low, high = params.get("at_least"), params.get("at_most")
    if params.get("answers"):
        return "选" + _labels(template, [item_key], params["answers"])
    if low is None or high is None:
        return f"打{high}分及以下" if high is not None else f"打{low}分及以上"
    return f"打{low}至{high}分"


def _all_equal(template: PaperTemplate, violation: Violation, params: Params) -> str:
    what = _text(template, violation.item) if violation.item else "各项"
    answers = params.get("answers")
    if not answers:
        return f"对所有人{what}的评价完全相同，请按实际情况区别评价"
    labels = _labels(template, _keys(template, RuleKind.ALL_EQUAL, params), answers)
    return f"对所有人{what}都评了{labels}，请按实际情况区别评价"


def _overall_agrees(template: PaperTemplate, violation: Violation, params: Params) -> str:
    overall = _text(template, violation.item)
    option = _labels(template, [violation.item], [params["option"]])
    best = _labels(template, _keys(template, RuleKind.OVERALL_AGREES, params), params.get("best", ()))
    return (
        f"{overall}选了{option}，分项中{best}至少要有{violation.wanted}项，现在只有{violation.found}项，"
        "请修改分项或总体评价"
    )


def _overall_floor(template: PaperTemplate, violation: Violation, params: Params) -> str:
    worst = _labels(template, _keys(template, RuleKind.OVERALL_FLOOR, params), params.get("worst", ()))
    limit = _labels(template, [violation.item], [params["not_better_than"]])
    return f"分项中有{worst}，{_text(template, violation.item)}不能高于{limit}，请修改分项或总体评价"


def _band_agrees(template: PaperTemplate, violation: Violation, _params: Params) -> str:
    return (
        f"得分合计{violation.found}分，{_text(template, violation.item)}所选等次的分数段是{violation.wanted}，"
        "两者不一致，请修改分数或等次"
    )


def _rank_complete(template: PaperTemplate, violation: Violation, _params: Params) -> str:
    return f"{_text(template, violation.item)}须从1排到{violation.wanted}，不重复、不跳号、不漏人，请改正"


def _min_answered(_template: PaperTemplate, violation: Violation, _params: Params) -> str:
    missing = int(violation.wanted) - int(violation.found)
    return f"至少要评价{violation.wanted}人，现在评价了{violation.found}人，请再评价{missing}人"


_SENTENCES: Mapping[RuleKind, Callable[[PaperTemplate, Violation, Params], str]] = {
    RuleKind.MULTI_MARK: _multi_mark,
    RuleKind.BLANK: _blank,
    RuleKind.COUNT_LIMIT: _count_limit,
    RuleKind.ALL_EQUAL: _all_equal,
    RuleKind.OVERALL_AGREES: _overall_agrees,
    RuleKind.OVERALL_FLOOR: _overall_floor,
    RuleKind.BAND_AGREES: _band_agrees,
    RuleKind.RANK_COMPLETE: _rank_complete,
    RuleKind.MIN_ANSWERED: _min_answered,
}
