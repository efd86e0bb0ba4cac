"""Writing history: every service notes what it changed in a chronicle, which refuses days that contradict one another."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from apps.common.domain.actors import Actor
from apps.common.kit.copying import copy_values, new_ids
from apps.organizations.domain.history import (
    TRACKED,
    Change,
    ChangeKind,
    contradicted_by,
    founding_day,
    periods_of,
)
from apps.organizations.errors import WrongDates
from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod

UNSAVED = 2**63  # the place in the order of entry of what was noted but has no id yet: the last

FOUNDINGS = """
INSERT INTO organizations_organizationchange
    (organization_id, kind, "on", reason, before, after, counterparts, recorded_by_id, recorded_by, recorded_at)
SELECT one.id, noted.kind, noted."on", %(reason)s, noted.before, noted.after, '[]', %(by_id)s, %(by)s, %(at)s
FROM organizations_organization one,
LATERAL (
    SELECT 1 AS n, 'founded' AS kind, one.founded_on AS "on", '{}'::jsonb AS before, jsonb_build_object(
        'code', one.code, 'name', one.name, 'kind', one.kind, 'field', one.field, 'superior', one.superior_id,
        'exists', true, 'founded_on', one.founded_on) AS after
    UNION ALL
    SELECT 2, 'abolished', one.abolished_on, '{"exists": true}', '{"exists": false}' WHERE one.abolished_on IS NOT NULL
) noted
WHERE one.id = ANY(%(ids)s) ORDER BY one.id, noted.n
"""
FIRST_PERIODS = """
INSERT INTO organizations_organizationperiod (organization_id, begins_on, ends_on, code, name, kind, field, superior_id)
SELECT id, founded_on, abolished_on, code, name, kind, field, superior_id FROM organizations_organization
WHERE id = ANY(%(ids)s) AND (abolished_on IS NULL OR founded_on IS NULL OR abolished_on > founded_on) ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who changed what since when, and why. ``on`` is the day it takes effect, ``at`` the moment of recording."""

    on: date
    reason: str
    actor: Actor | None
    at: datetime


def act_of(on: date | None, reason: str, actor: Actor | None, at: datetime) -> Act:
    """Return an act; without a day it takes effect on the day it is recorded.

    :raises WrongDates: the day lies in the future. Only what has happened is recorded: until then the tree stays as it is.
    """
    today = timezone.localdate(at)
    if on is not None and on > today:
        raise WrongDates(
            f"生效日期 {on} 还没有到。这里只登记已经生效的变化，没有改动；请到 {on} 当天或之后再登记。"
        )
    return Act(on=on or today, reason=reason, actor=actor, at=at)


class _Noted(NamedTuple):
    """One change to be written: the columns of ``OrganizationChange`` in order, without its id."""

    organization_id: int
    kind: str
    on: date | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    counterparts: list[int]
    recorded_by_id: int | None
    recorded_by: str
    recorded_at: datetime


def values_of(organization: Organization) -> dict[str, Any]:
    """Return what history keeps of an organization."""
    return {
        "code": organization.code,
        "name": organization.name,
        "kind": organization.kind,
        "field": organization.field,
        "superior": organization.superior_id,
    }


class Chronicle:
    """The history of some organizations while an act is carried out. ``save`` writes what was noted.

    The rows must be locked before. One of them without any history (made by hand) is given its founding first.
    """

    def __init__(self, organizations: Iterable[Organization], act: Act) -> None:
        self.act = act
        self._recorder = _recorder(act.actor)
        self._known: dict[int, list[Change]] = {}
        self._noted: dict[int, list[_Noted]] = {}
        self.include(list(organizations))

    def include(self, organizations: Sequence[Organization]) -> None:
        """Read the history of further organizations, before they change: only what is included can be noted."""
        found: dict[int, list[Change]] = defaultdict(list)
        rows = OrganizationChange.objects.filter(organization__in=[one.pk for one in organizations])
        for pk, organization_id, on, kind, after in rows.order_by("pk").values_list(
            "pk", "organization_id", "on", "kind", "after"
        ):
            found[organization_id].append(Change(pk, on, kind, after))
        for one in organizations:
            self._known[one.pk] = found[one.pk]
            if not found[one.pk]:
                self._note_past(one)

    def _note_past(self, organization: Organization) -> None:
        self.note_founding(organization)
        if organization.abolished_on is not None:
            self.note(organization, ChangeKind.ABOLISHED, {"exists": False}, on=organization.abolished_on)

    def changes_of(self, organization: Organization) -> list[Change]:
        """Return all that is known of an organization, with what was noted so far."""
        noted = (_change(UNSAVED, row) for row in self._noted.get(organization.pk, ()))
        return [*self._known[organization.pk], *noted]

    def check(self, organization: Organization, touched: Collection[str], what: str) -> None:
        """Refuse if a change of these values on the day of the act contradicts a later one.

        :raises WrongDates: names the later change and its day.
        """
        found = contradicted_by(self.changes_of(organization), touched, self.act.on)
        if found is None:
            return
        is_founding = found.kind == ChangeKind.FOUNDED.value
        day = founding_day(self.changes_of(organization)) if is_founding else found.on
        raise WrongDates(
            f"“{organization}”在 {day} 有“{ChangeKind(found.kind).label}”的记录，{self.act.on} 的{what}与它矛盾，没有改动。"
            f"请核对生效日期，不能早于 {day}。"
        )

    def note_founding(self, organization: Organization, counterparts: Sequence[int] = ()) -> None:
        """Note that an organization came into being on its founding day."""
        self._known.setdefault(organization.pk, [])
        founded_on = organization.founded_on
        after = values_of(organization) | {
            "exists": True,
            "founded_on": founded_on.isoformat() if founded_on else None,
        }
        self.note(organization, ChangeKind.FOUNDED, after, on=founded_on, counterparts=counterparts)

    def note(
        self,
        organization: Organization,
        kind: ChangeKind,
        after: Mapping[str, Any],
        *,
        on: date | None,
        before: Mapping[str, Any] | None = None,
        counterparts: Sequence[int] = (),
    ) -> None:
        """Note one change; ``on`` ``None``: from the very beginning."""
        row = _Noted(
            organization.pk, kind.value, on, self.act.reason, dict(before or {}), dict(after), list(counterparts),
            *self._recorder, self.act.at,
        )  # fmt: skip
        self._noted.setdefault(organization.pk, []).append(row)

    def save(self) -> None:
        """Write what was noted and the periods that follow from it, in the same few statements however many."""
        rows = [row for noted in self._noted.values() for row in noted]
        if not rows:
            return
        ids = new_ids(OrganizationChange._meta.db_table, len(rows))  # noqa: SLF001 -- Django's public name for it
        copy_values(
            OrganizationChange,
            ("id", *_Noted._fields),
            ((pk, *row) for pk, row in zip(ids, rows, strict=True)),
        )
        for pk, row in zip(ids, rows, strict=True):
            self._known[row.organization_id].append(_change(pk, row))
        _write_periods({organization_id: self._known[organization_id] for organization_id in self._noted})
        self._noted = {}


def _change(pk: int, row: _Noted) -> Change:
    return Change(pk, row.on, row.kind, row.after)


def _write_periods(changes: Mapping[int, Sequence[Change]]) -> None:
    OrganizationPeriod.objects.filter(organization__in=list(changes)).delete()
    rows = [
        (organization_id, one.begins_on, one.ends_on, *(getattr(one.state, name) for name in TRACKED))
        for organization_id, known in changes.items()
        for one in periods_of(known)
    ]
    names = ("id", "organization_id", "begins_on", "ends_on", "code", "name", "kind", "field", "superior_id")
    ids = new_ids(OrganizationPeriod._meta.db_table, len(rows))  # noqa: SLF001 -- as above
    if rows:
        copy_values(OrganizationPeriod, names, ((pk, *row) for pk, row in zip(ids, rows, strict=True)))


def record_foundings(ids: Sequence[int], act: Act) -> None:
    """Write the history of organizations that were just inserted, straight from their rows: founded, and perhaps abolished.

    What ``Chronicle`` would write of them one by one.
    """
    recorder = _recorder(act.actor)
    with connection.cursor() as cursor:
        cursor.execute(
            FOUNDINGS,
            {"ids": list(ids), "reason": act.reason, "by_id": recorder[0], "by": recorder[1], "at": act.at},
        )
        cursor.execute(FIRST_PERIODS, {"ids": list(ids)})


def _recorder(actor: Actor | None) -> tuple[int | None, str]:
    return (actor.pk, f"{actor.display_name}（{actor.username}）") if actor else (None, "系统")


def ever_above(superior_id: int, since: date) -> set[int]:
    """Return the ids that stood above an organization (itself included) on any day from ``since`` on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up(id) AS (
                SELECT %s::bigint
                UNION
                SELECT period.superior_id FROM organizations_organizationperiod period
                JOIN up ON period.organization_id = up.id
                WHERE period.superior_id IS NOT NULL AND (period.ends_on IS NULL OR period.ends_on > %s)
            )
            SELECT id FROM up
            """,
            [superior_id, since],
        )
        return {row[0] for row in cursor.fetchall()}


__all__ = ["TRACKED", "Act", "Chronicle", "act_of", "ever_above", "values_of"]
