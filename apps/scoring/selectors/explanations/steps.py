"""The whole way on one screen: each step with its formula and its result, leading to the section that says more."""

from collections.abc import Iterator
from dataclasses import replace

from apps.common.domain.formats import plain_decimal
from apps.scoring.selectors.explanations.lines import ComponentLine, Explanation, FormLine, Step

HIDDEN_RESULT = "不显示"
MISSING_RESULT = "缺"


def steps_of(found: Explanation) -> Explanation:
    """Return the explanation with its steps."""
    return replace(found, steps=tuple(_steps(found)))


def _steps(found: Explanation) -> Iterator[Step]:
    several = len(found.forms) > 1
    for form in found.forms:
        name = f"：{form.name}" if several else ""
        yield Step(f"类别平均分{name}", _means(form), f"{len(form.groups)} 类", "groups")
        yield Step(f"测评得分{name}", form.formula, _result(form.score, is_hidden=form.hides_score), "ballot")
    for part in found.components:
        yield Step(
            part.name, _part_formula(part), _result(part.score, is_hidden=part.is_hidden), "components"
        )
    if found.has_adjustments:
        yield Step("加权合成", found.base_formula, _result(found.base, is_hidden=found.hides_score), "total")
        yield Step("加分、扣分", *_adjustments(found), "adjustments")
    yield Step("总分", found.total_formula, _result(found.total, is_hidden=found.hides_score), "total")
    yield Step("名次", _rank_formula(found), f"第 {found.rank} 名" if found.rank else "未排名", "rank")


def _result(value: object, *, is_hidden: bool) -> str:
    if is_hidden:
        return HIDDEN_RESULT
    return MISSING_RESULT if value is None else f"{value}"


def _means(form: FormLine) -> str:
    return "；".join(
        f"{group.name} 不单独显示"
        if group.is_hidden
        else f"{group.name} {group.mean if group.mean is not None else '无票'}"
        for group in form.groups
    )


def _part_formula(part: ComponentLine) -> str:
    if part.is_missing:
        return part.reason or "还没有数据"
    if part.conversion:
        return part.explanation or part.conversion
    return part.origin


def _adjustments(found: Explanation) -> tuple[str, str]:
    words = [f"{one.name} {'＋' if one.kind == '加分' else '−'}{one.counted}" for one in found.adjustments]
    net = found.bonus - found.deduction
    return "；".join(words), f"{'＋' if net >= 0 else '−'}{plain_decimal(abs(net))}"


def _rank_formula(found: Explanation) -> str:
    if not found.rank:
        return "本领域还有人没有总分，或名次不显示"
    shared = f"，与另外 {found.n_sharing} 人并列" if found.n_sharing else ""
    return f"本领域 {found.n_in_field} 人按总分排列{shared}"
