"""Rules of the tree, whatever the keys are (ids in the database, codes in a workbook).

A path holds the ids from the root down to the organization, each closed by a slash: ``"1/17/204/"``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

PATH_LENGTH = 200
Key = TypeVar("Key", int, str)


class OrganizationData(NamedTuple):
    """An organization as a roster states it. ``kind`` and ``field`` are stored values, not labels."""

    code: str
    name: str
    kind: str
    field: str
    superior_code: str | None
    founded_on: date | None = None
    abolished_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """An organization that comes out of a merger or a split.

    A split puts it beside the old one, whatever ``superior_id``, and gives it the named subordinates of the old one.
    """

    code: str
    name: str
    kind: str
    field: str
    superior_id: int | None = None
    subordinate_ids: tuple[int, ...] = ()


def path_below(superior_path: str, own_id: int) -> str:
    """Return the path of an organization under ``superior_path`` (empty for a root)."""
    return f"{superior_path}{own_id}/"


def depth_of(path: str) -> int:
    """Return the number of superiors."""
    return path.count("/") - 1


def ids_in(path: str) -> list[int]:
    """Return the ids from the root down to the organization itself."""
    return [int(part) for part in path.split("/") if part]


def is_within(path: str, scopes: Iterable[str]) -> bool:
    """Tell whether the organization lies in one of the subtrees, its top included."""
    return any(path.startswith(scope) for scope in scopes)


def topmost(paths: Iterable[str]) -> list[str]:
    """Return the paths that do not lie below another of them."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda one: (len(one), one)):
        if not is_within(path, kept):
            kept.append(path)
    return sorted(kept)


def gaps_between(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return the stretches of paths in byte order that lie in none of the subtrees: from where, before where; empty for no end.

    A path holds figures and slashes only, and after the slash comes nought: ``"1/"`` begins all that is before ``"10"``.
    """
    tops = topmost(paths)
    return list(zip(["", *(f"{top[:-1]}0" for top in tops)], [*tops, ""], strict=True))


def in_cycles(superiors: Mapping[Key, Key | None]) -> set[Key]:
    """Return all keys whose way up never ends. A superior that is not a key itself ends the way."""
    is_good: dict[Key, bool] = {}
    for start in superiors:
        way: list[Key] = []
        on_way: set[Key] = set()
        at: Key | None = start
        while at is not None and at in superiors and at not in is_good and at not in on_way:
            way.append(at)
            on_way.add(at)
            at = superiors[at]
        ends_well = at is None or at not in superiors or is_good.get(at, False)
        is_good.update(dict.fromkeys(way, ends_well))
    return {key for key, good in is_good.items() if not good}


def paths_of(superiors: Mapping[int, int | None], known: Mapping[int, str] | None = None) -> dict[int, str]:
    """Return the path of every id of a tree without cycles; ``known`` holds those of superiors that stay where they are."""
    paths: dict[int, str] = dict(known or {})
    for start in superiors:
        way: list[int] = []
        at: int | None = start
        while at is not None and at not in paths:
            way.append(at)
            at = superiors[at]
        for key in reversed(way):
            superior = superiors[key]
            paths[key] = path_below(paths[superior] if superior is not None else "", key)
    return paths
