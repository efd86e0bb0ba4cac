"""History of one organization (组织沿革): from its recorded changes to what it was on any day.

Changes are only ever added. Each takes effect on a day, whenever it was entered: later days overrule earlier ones, and of
two on the same day the one entered later counts. Days are half-open: an organization abolished on a day is no more on it.

``on`` empty means "from the very beginning". Nothing takes effect before the founding; the day of the founding itself is the
one stated last, so a corrected founding day corrects all that follows from it. A founding without a known day reaches back
for ever: nobody can say that the organization did not exist then.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from apps.common.domain.labels import LabelledEnum

TRACKED = ("code", "name", "kind", "field", "superior")
EVERYTHING = frozenset((*TRACKED, "exists"))


class ChangeKind(LabelledEnum):
    """What happened to an organization."""

    FOUNDED = "founded", "成立"
    RENAMED = "renamed", "更名"
    MOVED = "moved", "调整隶属"
    CORRECTED = "corrected", "变更信息"
    MERGED = "merged", "合并"
    SPLIT = "split", "分设"
    ABOLISHED = "abolished", "撤销"
    REINSTATED = "reinstated", "恢复"
    TAKEN_BACK = "taken_back", "撤回登记"


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded change. ``after`` holds what it set: any of ``TRACKED``, ``exists``, ``founded_on`` (ISO)."""

    id: int
    on: date | None
    kind: str
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """What an organization was. ``superior`` is an id, ``None`` for a root."""

    code: str
    name: str
    kind: str
    field: str
    superior: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """Days in which nothing changed: from ``begins_on`` (``None``: ever since) until before ``ends_on`` (``None``: still)."""

    begins_on: date | None
    ends_on: date | None
    state: State


def founding_day(changes: Iterable[Change]) -> date | None:
    """Return the founding day as stated last, ``None`` if nobody knows it."""
    stated = [one.after["founded_on"] for one in _as_entered(changes) if "founded_on" in one.after]
    return date.fromisoformat(stated[-1]) if stated and stated[-1] else None


def in_order(changes: Iterable[Change]) -> list[tuple[date, Change]]:
    """Return the changes in the order they take effect, each with its day (``date.min``: ever since)."""
    known = _as_entered(changes)
    founded = founding_day(known) or date.min
    dated = [(founded if _is_founding(one) else max(one.on or date.min, founded), one) for one in known]
    return sorted(dated, key=lambda pair: (pair[0], pair[1].id))


def state_as_of(changes: Iterable[Change], day: date) -> State | None:
    """Return what the organization was on a day, ``None`` if it did not exist then: the plain replay."""
    state: dict[str, Any] = {}
    for effective, change in in_order(changes):
        if effective <= day:
            state |= change.after
    return _state(state)


def periods_of(changes: Iterable[Change]) -> list[Period]:
    """Return all days of existence, cut where something changed."""
    return list(_joined(_cut(in_order(changes))))


def exists_since(periods: Sequence[Period]) -> date | None:
    """Return since when it has existed without a break (``date.min``: ever since), ``None`` if it does not exist now."""
    since: date | None = None
    for period in sorted(periods, key=lambda one: one.begins_on or date.min, reverse=True):
        if period.ends_on != since:
            return since
        since = period.begins_on or date.min
    return since


def contradicted_by(changes: Iterable[Change], touched: Collection[str], on: date) -> Change | None:
    """Return the last change after ``on`` that a new change of these values, dated ``on``, would run into."""
    later = [
        change
        for effective, change in in_order(changes)
        if effective > on and (_is_founding(change) or not change.after.keys().isdisjoint(touched))
    ]
    return later[-1] if later else None


def day_of_value(changes: Iterable[Change], name: str) -> date | None:
    """Return the ``on`` of the change that set a value last: from then on a correction of it counts."""
    setting = [change for _, change in in_order(changes) if name in change.after]
    return setting[-1].on if setting and not _is_founding(setting[-1]) else None


def _cut(dated: Sequence[tuple[date, Change]]) -> Iterator[Period]:
    state: dict[str, Any] = {}
    days = [(day, [change for _, change in group]) for day, group in groupby(dated, key=lambda pair: pair[0])]
    ends: list[date | None] = [*(day for day, _ in days[1:]), None]
    for (day, changes), ends_on in zip(days, ends, strict=True):
        for change in changes:
            state |= change.after
        found = _state(state)
        if found is not None:
            yield Period(None if day == date.min else day, ends_on, found)


def _joined(periods: Iterable[Period]) -> Iterator[Period]:
    """Join neighbours that say the same."""
    held: Period | None = None
    for period in periods:
        if held is not None and held.ends_on == period.begins_on and held.state == period.state:
            held = Period(held.begins_on, period.ends_on, period.state)
            continue
        if held is not None:
            yield held
        held = period
    if held is not None:
        yield held


def _state(values: Mapping[str, Any]) -> State | None:
    if not values.get("exists"):
        return None
    return State(values["code"], values["name"], values["kind"], values["field"], values["superior"])


def _is_founding(change: Change) -> bool:
    return change.kind == str(ChangeKind.FOUNDED.value)


def _as_entered(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda one: one.id)
