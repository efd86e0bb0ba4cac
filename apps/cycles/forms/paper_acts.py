"""What the buttons of the designer do to an unsaved form: add, move, double and remove rows. Nothing is stored.

An act is ``<sort>-<verb>:<row>``, e.g. ``item-up:q3``, ``option-add:grades``, ``rule-add:blank``.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.http import QueryDict

from apps.cycles.domain.papers.presets import FOUR_GRADES
from apps.cycles.domain.papers.sentences import PATTERNS, consequences_of
from apps.cycles.domain.papers.templates import Item, ItemKind, Option, RuleKind, Scale, ValidityRule
from apps.cycles.forms.paper_editor import (
    MAX_ITEMS,
    MAX_OPTIONS,
    MAX_RULES,
    MAX_SCALES,
    new_key,
    put_item,
    put_option,
    put_rule,
    put_scale,
    rows_of,
)

YES_NO = Scale("yes_no", "是、否", (Option("yes", "是", Decimal(100)), Option("no", "否", Decimal(0))))


def apply_act(data: QueryDict, act: str) -> str:
    """Change ``data`` as the button says; return the row to look at afterwards, empty if nothing happened."""
    name, _, row = act.partition(":")
    sort, _, verb = name.partition("-")
    if verb == "add" and sort in ADDERS:
        return ADDERS[sort](data, row)
    if sort == "item" and verb == "copy":
        return _copy_item(data, row)
    return _arrange(data, sort, verb, row)


def _arrange(data: QueryDict, sort: str, verb: str, row: str) -> str:
    scale, _, option = row.rpartition(".")
    field, key = (f"option-{scale}", option) if sort == "option" else (sort, row)
    keys = data.getlist(field)
    if sort not in {"item", "scale", "option", "rule"} or key not in keys:
        return ""
    if verb == "drop":
        data.setlist(field, [one for one in keys if one != key])
        _forget(data, f"{sort}-{row.replace('.', '-')}-")
        if sort == "scale":
            data.pop(f"option-{key}", None)
            _forget(data, f"option-{key}-")
        return ""
    data.setlist(field, moved(keys, key, {"up": -1, "down": 1}.get(verb, 0)))
    return f"{sort}:{row}"


def _forget(data: QueryDict, prefix: str) -> None:
    """Take out what was typed in a row, so that a new row of the same key starts empty."""
    for name in [name for name in data if name.startswith(prefix)]:
        data.pop(name)


def moved(keys: Sequence[str], key: str, step: int) -> list[str]:
    """Return the keys with one moved a step towards the front or the back; at the end it stays."""
    rest = [one for one in keys if one != key]
    place = min(max(keys.index(key) + step, 0), len(rest))
    return [*rest[:place], key, *rest[place:]]


def _add_item(data: QueryDict, kind_value: str) -> str:
    kind = next((one for one in ItemKind if one.value == kind_value), ItemKind.GRADE)
    keys = data.getlist("item")
    if len(keys) >= MAX_ITEMS:
        return ""
    key = new_key("q", keys)
    weight = Decimal(0 if kind is ItemKind.TEXT else 10)
    put_item(data, Item(key, "", kind, weight=weight, scale=_scale_for(data, kind)))
    data.appendlist("open", f"item:{key}")
    return f"item:{key}"


def _scale_for(data: QueryDict, kind: ItemKind) -> str:
    """Return the scale a new item is answered on; the usual one is made if there is none."""
    usual = {ItemKind.GRADE: FOUR_GRADES, ItemKind.YES_NO: YES_NO}.get(kind)
    if usual is None:
        return ""
    known = rows_of(data, "scale", MAX_SCALES)
    if usual.key in known:
        return usual.key
    if kind is ItemKind.GRADE and known:
        return known[0]
    if len(known) >= MAX_SCALES:
        return ""
    put_scale(data, usual)
    return usual.key


def _copy_item(data: QueryDict, key: str) -> str:
    keys = data.getlist("item")
    if key not in keys or len(keys) >= MAX_ITEMS:
        return ""
    new = new_key("q", keys)
    place = keys.index(key) + 1
    data.setlist("item", [*keys[:place], new, *keys[place:]])
    prefix = f"item-{key}-"
    for name in [name for name in data if name.startswith(prefix)]:
        data.setlist(f"item-{new}-{name.removeprefix(prefix)}", data.getlist(name))
    data.pop(f"item-{new}-is_overall", None)
    data.appendlist("open", f"item:{new}")
    return f"item:{new}"


def _add_scale(data: QueryDict, _row: str) -> str:
    keys = data.getlist("scale")
    if len(keys) >= MAX_SCALES:
        return ""
    key = new_key("s", keys)
    put_scale(data, Scale(key, "", tuple(_option(n, 3) for n in range(1, 4))))
    return f"scale:{key}"


def _option(n: int, n_all: int) -> Option:
    return Option(f"o{n}", f"第{n}等", (Decimal(100) * (n_all - n) / (n_all - 1)).quantize(Decimal(1)))


def _add_option(data: QueryDict, scale: str) -> str:
    keys = data.getlist(f"option-{scale}")
    if scale not in data.getlist("scale") or len(keys) >= MAX_OPTIONS:
        return ""
    key = new_key("o", keys)
    put_option(data, scale, Option(key, f"第{len(keys) + 1}等", Decimal(0)))
    return f"option:{scale}.{key}"


def _add_rule(data: QueryDict, kind_value: str) -> str:
    kind = next((one for one in RuleKind if one.value == kind_value), None)
    if kind is None or len(data.getlist("rule")) >= MAX_RULES:
        return ""
    put_rule(data, ValidityRule(kind, consequences_of(kind)[0], _likely_items(data, kind)))
    return f"rule:{data.getlist('rule')[-1]}"


def _likely_items(data: QueryDict, kind: RuleKind) -> dict[str, str]:
    """Name the item a new rule is most likely about: the overall one, or the one with ranks."""
    keys = data.getlist("item")
    if kind is RuleKind.RANK_COMPLETE:
        found = [key for key in keys if data.get(f"item-{key}-kind") == ItemKind.RANK.value]
        return {"item": found[0]} if found else {}
    found = [key for key in keys if data.get(f"item-{key}-is_overall") == "on"]
    return {"overall": found[0]} if found and "{overall}" in PATTERNS[kind] else {}


ADDERS: dict[str, Callable[[QueryDict, str], str]] = {
    "item": _add_item,
    "scale": _add_scale,
    "option": _add_option,
    "rule": _add_rule,
}
