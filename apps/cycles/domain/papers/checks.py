"""What makes a form unusable or unfair, in words; the designer shows it, and no cycle opens with such a form.

Source: the template model, domain reference 2.1; limits of ``templates`` and of the ballot.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.papers.rule_checks import band_gaps, is_written, rule_gaps
from apps.cycles.domain.papers.templates import (
    MAX_ALL_TEXTS,
    MAX_TEXT,
    CommentPolicy,
    Item,
    ItemKind,
    PaperTemplate,
    RuleKind,
    Scale,
)

KEY = re.compile(
    r"[a-z0-9][a-z0-9_]{0,19}", re.ASCII
)  # no underscore in front: "__proto__" is no key in a browser
RESERVED = frozenset({"c"})  # of the comment, beside the text items
MOST_ITEMS = 60
MOST_MUST_READ = 120
HUNDRED = Decimal(100)


def template_gaps(template: PaperTemplate, *, n_subjects: int | None = None) -> list[str]:
    """Return a sentence for every fault of a form; with ``n_subjects`` also quotas that so few reviewees cannot meet."""
    return [
        *_head_gaps(template),
        *_text_gaps(template),
        *_key_gaps("测评项目", [item.key for item in template.items]),
        *_key_gaps("等次表", [scale.key for scale in template.scales]),
        *_item_list_gaps(template),
        *(gap for item in template.items for gap in _item_gaps(template, item)),
        *_rank_gaps(template),
        *(gap for scale in template.scales for gap in _scale_gaps(scale)),
        *rule_gaps(template, n_subjects=n_subjects),
    ]


def _head_gaps(template: PaperTemplate) -> Iterator[str]:
    if not template.title.strip():
        yield "请填写测评表的标题。"
    if not 0 <= template.must_read_seconds <= MOST_MUST_READ:
        yield f"填表说明的阅读时间应在0至{MOST_MUST_READ}秒之间。"
    elif template.must_read_seconds and not template.notes.strip():
        yield "设了阅读时间但没有填表说明，请写上说明或将阅读时间改为0。"


def _text_gaps(template: PaperTemplate) -> Iterator[str]:
    """Words of one person that could not all be sent, as a ballot holds a fixed length."""
    lengths = {f"“{item.text}”": item.max_chars for item in template.items if item.kind is ItemKind.TEXT}
    if template.comments is not CommentPolicy.NONE:
        lengths["意见"] = template.comment_max_chars
    for what, length in lengths.items():
        if not 1 <= length <= MAX_TEXT:
            yield f"{what}的字数上限应在1至{MAX_TEXT}字之间。"
    if sum(lengths.values()) > MAX_ALL_TEXTS:
        yield f"文字太多：一张票的文字总共{MAX_ALL_TEXTS}字，请减少文字项目或调低字数上限。"


def _key_gaps(what: str, keys: list[str]) -> Iterator[str]:
    for key in keys:
        if not KEY.fullmatch(key):
            yield f"{what}的代号“{key}”不合规，只能用小写字母、数字和下划线，不以下划线开头，最长20个字符。"
    for key in _doubled(keys):
        yield f"{what}的代号“{key}”重复了，请改成不同的代号。"


def _doubled(names: Iterable[str]) -> list[str]:
    return [name for name, n in Counter(name.strip() for name in names).items() if n > 1]


def _item_list_gaps(template: PaperTemplate) -> Iterator[str]:
    items = template.items
    if not items:
        yield "还没有测评项目，请至少添加一项。"
    elif not any(
        item.kind is not ItemKind.TEXT and item.weight.is_finite() and item.is_scored for item in items
    ):
        yield "没有计分的项目，请至少让一项（文字项目除外）的权重大于0。"
    if len(items) > MOST_ITEMS:
        yield f"测评项目有{len(items)}项，最多{MOST_ITEMS}项，请合并或删减。"
    for text, section in _doubled_texts(items):
        where = f"“{section}”中的" if section else ""
        yield f"{where}项目“{text}”重复了，请改名或删去一项。"
    if sum(item.is_overall for item in items) > 1:
        yield "总体评价只能有一项，请取消多余项目的“总体评价”标记。"


def _doubled_texts(items: Iterable[Item]) -> list[tuple[str, str]]:
    counted = Counter((item.text.strip(), item.section.strip()) for item in items if item.text.strip())
    return [place for place, n in counted.items() if n > 1]


def _item_gaps(template: PaperTemplate, item: Item) -> Iterator[str]:
    name = f"项目“{item.text}”"
    if not item.text.strip():
        yield f"代号为“{item.key}”的项目还没有文字。"
    if not is_written(item.weight):
        yield f"{name}的权重应为0至99999之间的数，最多两位小数。"
    if item.scale and template.scale_of(item) is None:
        yield f"{name}所用的等次表“{item.scale}”不存在，请重新选择。"
    if item.kind in {ItemKind.GRADE, ItemKind.YES_NO}:
        yield from _choice_gaps(template, item, name)
    elif item.kind is ItemKind.NUMBER:
        yield from _number_gaps(template, item, name)
    elif item.kind is ItemKind.TEXT:
        yield from _words_gaps(item, name)


def _choice_gaps(template: PaperTemplate, item: Item, name: str) -> Iterator[str]:
    scale = template.scale_of(item)
    if not item.scale:
        yield f"{name}还没有选等次表。"
    elif scale and item.kind is ItemKind.YES_NO and len(scale.options) != 2:  # noqa: PLR2004 -- yes and no
        yield f"{name}是“是或否”，所用的等次表应恰好有两档。"
    elif scale and len(scale.options) == 1:
        yield f"{name}只有一档可选，请在等次表里至少写两档。"


def _number_gaps(template: PaperTemplate, item: Item, name: str) -> Iterator[str]:
    scale = template.scale_of(item)
    if not all(map(is_written, (item.minimum, item.maximum, item.step))):
        yield f"{name}的最低分、最高分和步长应为0至99999之间的数，最多两位小数。"
    elif item.minimum >= item.maximum:
        yield f"{name}的最低分应小于最高分。"
    elif item.step <= 0 or (item.maximum - item.minimum) % item.step:
        yield f"{name}的步长{plain_decimal(item.step)}不能把最低分到最高分等分，请修改步长。"
    elif scale and scale.options:
        yield from band_gaps(name, scale, item.minimum, item.maximum, item.step)


def _words_gaps(item: Item, name: str) -> Iterator[str]:
    if item.is_overall:
        yield f"{name}是文字项目，不能作为总体评价。"
    if item.key in RESERVED:
        yield f"{name}的代号“{item.key}”留作他用，请换一个代号。"


def _rank_gaps(template: PaperTemplate) -> Iterator[str]:
    """Ranks that would be unfair: mixed with grades into one score, or scored although everybody might get the first rank."""
    scored = [item for item in template.items if item.weight.is_finite() and item.is_scored]
    complete = [rule.params.get("item") for rule in template.rules if rule.kind is RuleKind.RANK_COMPLETE]
    for item in scored:
        if item.kind is not ItemKind.RANK:
            continue
        if len(scored) > 1:
            yield f"排名项目“{item.text}”不能和其他计分项目放在一张表里，请单独成表或将权重改为0。"
        if item.key not in complete:
            yield f"排名项目“{item.text}”计分，请加上“{RuleKind.RANK_COMPLETE.label}”的规则，否则可以给所有人排第1。"


def _scale_gaps(scale: Scale) -> Iterator[str]:
    name = f"等次表“{scale.label or scale.key}”"
    if not scale.options:
        yield f"{name}还没有等次，请至少写两档。"
    yield from _key_gaps(f"{name}中等次", [option.key for option in scale.options])
    if not all(option.label.strip() for option in scale.options):
        yield f"{name}中有等次没有名称。"
    for label in _doubled(option.label for option in scale.options if option.label.strip()):
        yield f"{name}中的“{label}”重复了。"
    yield from _value_gaps(scale, name)


def _value_gaps(scale: Scale, name: str) -> Iterator[str]:
    values = [option.value for option in scale.options]
    if not all(is_written(value) and value <= HUNDRED for value in values):
        yield f"{name}的分值应在0至100之间，最多两位小数。"
    elif any(better <= worse for better, worse in pairwise(values)):
        yield f"{name}的分值应从高到低排列，各档不能相同。"
