"""What an act changed, as a table: one line per field, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PAIR = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One field. ``name`` empty: the act has a single value; ``None`` is told as nothing."""

    name: str
    before: Any
    after: Any


def split_details(details: Mapping[str, Any]) -> tuple[list[Change], dict[str, Any]]:
    """Return what is told as before and after, and the rest.

    Understood are ``before`` and ``after`` (mappings by field, or single values), and ``changes`` (field to a pair).
    """
    rest = dict(details)
    changes = []
    told = rest.get("changes")
    if isinstance(told, Mapping) and all(_is_pair(pair) for pair in told.values()):
        changes += [Change(name, *pair) for name, pair in rest.pop("changes").items()]
    if "before" in rest or "after" in rest:
        changes += _compared(rest.pop("before", None), rest.pop("after", None))
    return changes, rest


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == PAIR


def _compared(before: Any, after: Any) -> list[Change]:
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        return [Change("", before, after)]
    old = before if isinstance(before, Mapping) else {"": before} if before is not None else {}
    new = after if isinstance(after, Mapping) else {"": after} if after is not None else {}
    names = [*old, *(name for name in new if name not in old)]
    return [Change(name, old.get(name), new.get(name)) for name in names]
