"""The history of one organization as its page tells it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apps.common.domain.actors import Actor
from apps.organizations.domain.history import TRACKED, Change, ChangeKind, in_order
from apps.organizations.domain.tree import is_within
from apps.organizations.models import Organization, OrganizationChange, field_named
from apps.organizations.selectors.history import changes_of
from apps.organizations.selectors.tree import kind_label

LABELS = {
    "code": "编码",
    "name": "名称",
    "kind": "类型",
    "field": "领域",
    "superior": "上级",
    "founded_on": "成立日期",
}


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Another organization that took part; ``pk`` is ``None`` where the account may not look."""

    pk: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Event:
    """One change in words. ``on`` ``None``: from the very beginning."""

    on: date | None
    label: str
    lines: list[tuple[str, str, str]]
    is_founding: bool
    counterparts: list[Counterpart]
    counterparts_label: str
    reason: str
    recorded_by: str
    recorded_at: datetime


def timeline_of(organization: Organization, actor: Actor) -> list[Event]:
    """Return all changes, the latest first, in two reads."""
    rows = list(changes_of(organization))
    known = _counterparts(rows, actor)
    by_id = {row.pk: row for row in rows}
    dated = in_order(Change(row.pk, row.on, row.kind, row.after) for row in rows)
    return [_event(by_id[change.id], day, known) for day, change in reversed(dated)]


def told_of_act(rows: Sequence[OrganizationChange]) -> str:
    """Say what taking back an act does, for the page that asks for it."""
    parts = {
        "恢复": [row for row in rows if row.after.get("exists") is False],
        "不再存在（编码让出来）": [row for row in rows if row.kind == ChangeKind.FOUNDED.value],
    }
    named = [
        f"“{'”“'.join(row.organization.name for row in found)}”{what}"
        for what, found in parts.items()
        if found
    ]
    n_moved = sum(row.kind == ChangeKind.MOVED.value for row in rows)
    moved = [f"{n_moved} 个下级调回原上级"] if n_moved else []
    on = f" {rows[0].on:%Y-%m-%d} " if rows[0].on else ""
    return (
        f"撤回{on}的这次登记：{'，'.join([*named, *moved])}；因此同日免去的任职恢复在任（因免职停用的账号请另行启用）。就当没有发生过，沿革和日志里留有原样和原因。"
        "只用于登记有误；确实发生过、后来又变了的，请用恢复或调整隶属。"
    )


def _event(row: OrganizationChange, day: date, known: Mapping[int, Counterpart]) -> Event:
    is_founding = row.kind == ChangeKind.FOUNDED.value
    names = [
        name
        for name in (*TRACKED, "founded_on")
        if name in row.after and not (is_founding and name == "founded_on")
    ]
    return Event(
        on=None if day == date.min else day,
        label=ChangeKind(row.kind).label,
        lines=[(LABELS[name], _word(name, row.before.get(name), known), _word(name, row.after[name], known)) for name in names],
        is_founding=is_founding,
        counterparts=[known[pk] for pk in row.counterparts if pk in known],
        counterparts_label=_counterparts_label(row),
        reason=row.reason,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )  # fmt: skip


def _counterparts_label(row: OrganizationChange) -> str:
    """Say what the other organizations have to do with it."""
    has_ended = row.after.get("exists") is False
    return {
        ChangeKind.FOUNDED.value: "来自",
        ChangeKind.MERGED.value: "并入" if has_ended else "并入本组织的",
        ChangeKind.SPLIT.value: "分设为" if has_ended else "分出",
    }.get(row.kind, "相关组织")


def _word(name: str, value: Any, known: Mapping[int, Counterpart]) -> str:
    if value is None or value == "":
        return "无" if name == "superior" else "未填"
    if name == "superior":
        return known[value].name if value in known else str(value)
    if name == "kind":
        return kind_label(value)
    return field_named(value).label if name == "field" else str(value)


def _counterparts(rows: Iterable[OrganizationChange], actor: Actor) -> dict[int, Counterpart]:
    """Return all organizations the changes speak of."""
    ids = {pk for row in rows for pk in row.counterparts}
    ids |= {side["superior"] for row in rows for side in (row.before, row.after) if side.get("superior")}
    found = Organization.objects.filter(pk__in=ids).values_list("pk", "name", "path")
    scopes = actor.scope_paths()
    return {pk: Counterpart(pk if is_within(path, scopes) else None, name) for pk, name, path in found}
