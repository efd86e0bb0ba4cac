"""Nodes of the tree browser, a level at a time: as the tree is now, or as it was on a day.

However many organizations there are, a level costs one read (as of a day two) and shows 100 at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from apps.common.domain.actors import Actor
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.domain.tree import ids_in, topmost
from apps.organizations.models import Organization, OrganizationPeriod
from apps.organizations.selectors import within
from apps.organizations.selectors.history import organizations_as_of

LEVEL_SIZE = 100
ORDER = (F("abolished_on").desc(nulls_first=True), F("code").asc())


@dataclass(slots=True)
class Node:
    """One organization in the tree. ``more_from`` is where the level goes on below it, ``None`` if nothing is left."""

    pk: int
    code: str
    name: str
    kind: str
    field: str
    is_abolished: bool = False
    n_subordinates: int = 0
    is_expandable: bool = False
    is_open: bool = False
    is_chosen: bool = False
    below: list["Node"] = made_by(default_factory=list)
    more_from: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """Some organizations below one; ``more_from`` is where the next 100 begin."""

    nodes: Sequence[Node]
    more_from: int | None


def kind_label(kind: str) -> str:
    """Return the name of a kind."""
    return dict(OrganizationKind.choices()).get(kind, kind)


def level_below(superior: Organization, *, start: int = 0, with_abolished: bool = False) -> Level:
    """Return up to 100 direct subordinates from place ``start`` on, living ones first, by code."""
    rows = _alive(Organization.objects.filter(superior=superior), with_abolished=with_abolished)
    found = list(_with_counts(rows.order_by(*ORDER, "pk"))[start : start + LEVEL_SIZE + 1])
    nodes = _nodes(found[:LEVEL_SIZE], with_abolished=with_abolished)
    return Level(nodes, start + LEVEL_SIZE if len(found) > LEVEL_SIZE else None)


def open_tree(actor: Actor, chosen: Organization | None, *, with_abolished: bool = False) -> list[Node]:
    """Return the tops the account sees, opened down to ``chosen`` and its subordinates (``None``: the tops only).

    A single top is opened too. Costs two reads, however deep.
    """
    paths = topmost(actor.scope_paths())
    on_way = ids_in(chosen.path) if chosen else []
    known = _with_counts(Organization.objects.filter(Q(path__in=paths) | Q(pk__in=on_way)).order_by("path"))
    rows = {row.pk: row for row in known}
    tops = [row.pk for row in rows.values() if row.path in paths]
    opened = set(on_way) or set(tops[:1] if len(tops) == 1 else ())
    levels, has_more = _levels(opened, with_abolished=with_abolished)
    for row in rows.values():
        if row.superior_id in opened and row.pk not in {one.pk for one in levels[row.superior_id]}:
            levels[row.superior_id].append(row)
    rows |= {row.pk: row for level in levels.values() for row in level}
    by_id = {node.pk: node for node in _nodes(rows.values(), with_abolished=with_abolished)}
    for superior_id, level in levels.items():
        node = by_id.get(superior_id)
        if node is not None:
            node.below, node.is_open, node.is_expandable = [by_id[row.pk] for row in level], True, True
            node.more_from = LEVEL_SIZE if superior_id in has_more else None
    if chosen is not None and chosen.pk in by_id:
        by_id[chosen.pk].is_chosen = True
    return [by_id[pk] for pk in tops]


def _levels(opened: Iterable[int], *, with_abolished: bool) -> tuple[dict[int, list[Any]], set[int]]:
    """Return the first 100 below each opened organization, and which of them have more."""
    place = Window(RowNumber(), partition_by=F("superior"), order_by=[*ORDER, F("pk").asc()])
    rows = _alive(Organization.objects.filter(superior__in=opened), with_abolished=with_abolished)
    levels: dict[int, list[Any]] = defaultdict(list)
    has_more = set()
    found: QuerySet[Any] = _with_counts(rows).annotate(place=place).filter(place__lte=LEVEL_SIZE + 1)
    for row in found.order_by("superior", "place"):
        if row.place > LEVEL_SIZE:
            has_more.add(row.superior_id)
        else:
            levels[row.superior_id].append(row)
    return levels, has_more


def tops_as_of(actor: Actor, day: date) -> list[Node]:
    """Return what stood at the top on a day, of the organizations that are in the account's subtrees now.

    Their superior of that day did not exist then, is out of sight, or there was none.
    """
    seen = within(actor.scope_paths(), "organization__")
    superior = organizations_as_of(day).filter(seen, organization=OuterRef("superior"))
    found = organizations_as_of(day).filter(seen, pk__in=_possible_tops(actor, day)).filter(~Exists(superior))
    return _counted_as_of(list(found.order_by("organization__depth", "code", "pk")[:LEVEL_SIZE]), actor, day)


def _possible_tops(actor: Actor, day: date) -> QuerySet[Any]:
    """Return the periods that can stand at the top on a day, each found by an index: to ask all whether their superior is there
    would read a whole country.

    Whose period is still open has the superior of today, which is in sight unless it stands at the top of a scope itself.
    Who did not exist on a day began later or has ended before.
    """
    periods = OrganizationPeriod.objects.order_by()
    absent = (
        periods.filter(begins_on__gt=day)
        .values("organization")
        .union(periods.filter(ends_on__lte=day).values("organization"), all=True)
    )
    tops = periods.filter(organization__path__in=topmost(actor.scope_paths()))
    without = periods.filter(superior__isnull=True)
    below_absent = periods.filter(superior__in=absent)
    ended_since = periods.filter(ends_on__gt=day)
    return tops.values("pk").union(*(one.values("pk") for one in (without, below_absent, ended_since)))


def level_as_of(superior: Organization, actor: Actor, day: date, *, start: int = 0) -> Level:
    """Return up to 100 organizations that stood below another on a day."""
    rows = organizations_as_of(day).filter(within(actor.scope_paths(), "organization__"), superior=superior)
    found = list(rows.order_by("code", "pk")[start : start + LEVEL_SIZE + 1])
    nodes = _counted_as_of(found[:LEVEL_SIZE], actor, day)
    return Level(nodes, start + LEVEL_SIZE if len(found) > LEVEL_SIZE else None)


def _alive(rows: QuerySet[Organization], *, with_abolished: bool) -> QuerySet[Organization]:
    return rows if with_abolished else rows.filter(abolished_on__isnull=True)


def _with_counts(rows: QuerySet[Organization]) -> QuerySet[Any]:
    """Add how many living subordinates each has, and whether it has any at all. The database counts for the shown rows only."""
    below = Organization.objects.filter(superior=OuterRef("pk")).order_by()
    living = below.filter(abolished_on__isnull=True).values("superior").annotate(n=Count("pk")).values("n")
    return rows.annotate(n_living=Coalesce(Subquery(living), 0), has_any=Exists(below))


def _nodes(rows: Iterable[Any], *, with_abolished: bool) -> list[Node]:
    """Return nodes of rows that were counted."""
    nodes = []
    for row in rows:
        node = _node(row.pk, row, row.n_living)
        node.is_abolished = row.abolished_on is not None
        node.is_expandable = bool(row.has_any if with_abolished else row.n_living)
        nodes.append(node)
    return nodes


def _counted_as_of(rows: Sequence[OrganizationPeriod], actor: Actor, day: date) -> list[Node]:
    below = organizations_as_of(day).filter(
        within(actor.scope_paths(), "organization__"), superior__in=[row.organization_id for row in rows]
    )
    counts: Mapping[Any, int] = dict(
        below.order_by().values_list("superior").annotate(n=Count("pk")).values_list("superior", "n")
    )
    nodes = [_node(row.organization_id, row, counts.get(row.organization_id, 0)) for row in rows]
    for node in nodes:
        node.is_expandable = node.n_subordinates > 0
    return nodes


def _node(pk: int, row: Organization | OrganizationPeriod, n_subordinates: int) -> Node:
    return Node(
        pk, row.code, row.name, kind_label(row.kind), row.get_field_display(), n_subordinates=n_subordinates
    )  # fmt: skip
