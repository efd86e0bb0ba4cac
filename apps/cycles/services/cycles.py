"""Making a cycle, from a preset or from last year's."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.presets import COPIED, PRESETS
from apps.cycles.errors import BadSchemePart, CycleExists, UnknownPreset
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.cycles.selectors import plan_of
from apps.cycles.services.locking import lock_cycle, lock_draft
from apps.cycles.services.writing import rule_values, write_parts, write_scheme
from apps.organizations.models import Organization

FIRST_YEAR, LAST_YEAR = 2000, 2100


@transaction.atomic
def create_cycle(
    *, year: int, host_id: int, title: str = "", preset: str, actor: User, at: datetime
) -> ReviewCycle:
    """Make a draft cycle whose scheme starts from a preset (a key of ``presets.PRESETS``).

    :raises CycleExists: the host already has a cycle of this year.
    :raises UnknownPreset: no such preset.
    """
    if preset not in PRESETS:
        raise UnknownPreset("没有这个方案样式，请在列表里选一个。周期没有建立。")
    cycle = _create(year, host_id, title, preset, PRESETS[preset].plan, at)
    record_action("cycles.created", cycle, actor=actor, at=at, details={"year": year, "preset": preset})
    return cycle


@transaction.atomic
def copy_cycle(
    source_id: int, *, year: int | None = None, title: str = "", actor: User, at: datetime
) -> ReviewCycle:
    """Make a draft cycle for ``year`` (the next one by default) with the whole scheme of another cycle.

    Reviewees are chosen anew, for people change posts; dates are set anew.

    :raises CycleExists: the host already has a cycle of that year.
    """
    source = lock_cycle(source_id)
    cycle = _create(year or source.year + 1, source.host_id, title, COPIED, plan_of(source.scheme), at)
    record_action("cycles.copied", cycle, actor=actor, at=at, details={"source_id": source.pk})
    return cycle


def _create(year: int, host_id: int, title: str, preset: str, plan: SchemePlan, at: datetime) -> ReviewCycle:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadSchemePart(f"年度应在{FIRST_YEAR}到{LAST_YEAR}之间，周期没有建立。")
    host = Organization.objects.get(pk=host_id)
    title = title.strip() or f"{year}年度{host.name}述职评议考核"
    try:
        with transaction.atomic():
            cycle = ReviewCycle.objects.create(year=year, host=host, title=title[:120], created_at=at)
    except IntegrityError as error:
        raise CycleExists(
            f"{host.name}已经有{year}年度的周期，一个组织单位一年只能有一个。没有建立新的周期，请打开已有的继续编辑。"
        ) from error
    scheme = ReviewScheme.objects.create(cycle=cycle, preset=preset, **rule_values(plan.rules))
    write_parts(scheme, plan)
    return cycle


@transaction.atomic
def update_cycle(
    cycle_id: int,
    *,
    title: str,
    reports_due_on: date | None,
    meeting_on: date | None,
    rectification_due_on: date | None,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> ReviewCycle:
    """Change the name and the schedule of a draft.

    :raises SchemeFrozen: the cycle has opened.
    """
    cycle = lock_draft(cycle_id, version)
    cycle.title = title.strip()
    cycle.reports_due_on, cycle.meeting_on = reports_due_on, meeting_on
    cycle.rectification_due_on = rectification_due_on
    touch_version(cycle)
    cycle.save()
    record_action("cycles.updated", cycle, actor=actor, at=at, details={"title": cycle.title})
    return cycle


@transaction.atomic
def apply_preset(
    cycle_id: int, *, preset: str, version: int | None = None, actor: User, at: datetime
) -> ReviewCycle:
    """Replace the whole scheme of a draft by a preset's. Reviewees and dates stay.

    :raises UnknownPreset: no such preset.
    :raises SchemeFrozen: the cycle has opened.
    """
    if preset not in PRESETS:
        raise UnknownPreset("没有这个方案样式，请在列表里选一个。方案没有变化。")
    cycle = lock_draft(cycle_id, version)
    cycle.scheme.preset = preset
    write_scheme(cycle.scheme, PRESETS[preset].plan)
    touch_version(cycle)
    cycle.save(update_fields=["version"])
    record_action("cycles.preset_applied", cycle, actor=actor, at=at, details={"preset": preset})
    return cycle


@transaction.atomic
def delete_draft(cycle_id: int, *, actor: User, at: datetime) -> None:
    """Throw a draft away with its scheme and its choice of reviewees; nothing has been built on it yet.

    :raises SchemeFrozen: the cycle has opened.
    """
    cycle = lock_draft(cycle_id, None)
    record_action("cycles.deleted", cycle, actor=actor, at=at, details={"year": cycle.year})
    cycle.reviewees.all().delete()
    write_parts(cycle.scheme, SchemePlan())
    cycle.scheme.delete()
    cycle.delete()
