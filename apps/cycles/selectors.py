"""Reads of cycles, schemes and reviewees."""

from datetime import date

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from apps.accounts.models import User
from apps.cycles.domain.checks import Dates, Gap, check_opening
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import (
    ComponentPlan,
    GradePlan,
    GroupPlan,
    ItemPlan,
    SchemePlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.domain.schemes import BlankRule, ComponentKind, EmptyGroupRule, SectionKind
from apps.cycles.domain.stages import ORDER, Stage
from apps.cycles.models import ReviewCycle, Reviewee, ReviewScheme
from apps.organizations.domain.kinds import Field
from apps.organizations.models import Organization
from apps.organizations.selectors import within
from apps.secretaries.models import Appointment


def cycles_visible_to(user: User) -> QuerySet[ReviewCycle]:
    """Return cycles whose host lies in the account's scope, and opened ones in which the account's person reports."""
    own = Q(pk__in=[])
    if user.secretary_id is not None:
        reported = Reviewee.objects.filter(secretary_id=user.secretary_id).values("cycle_id")
        own = Q(pk__in=reported) & ~Q(stage=Stage.DRAFT.value)
    return ReviewCycle.objects.filter(within(user.scope_paths(), "host__") | own)


def cycles_managed_by(user: User) -> QuerySet[ReviewCycle]:
    """Return the cycles the account runs as department staff."""
    return ReviewCycle.objects.filter(within(user.department_paths(), "host__"))


def reviewees_visible_to(user: User) -> QuerySet[Reviewee]:
    """Return reviewees of organizations in the account's scope, and the account's own person in opened cycles."""
    own = Q(pk__in=[])
    if user.secretary_id is not None:
        own = Q(secretary_id=user.secretary_id) & ~Q(cycle__stage=Stage.DRAFT.value)
    return Reviewee.objects.filter(within(user.scope_paths(), "organization__") | own)


def current_cycle_for(user: User) -> ReviewCycle | None:
    """Return the cycle the account works in: the latest open one of the highest host, else the latest of any stage."""
    closed = (Stage.DRAFT.value, Stage.ARCHIVED.value)
    is_idle = Case(When(stage__in=closed, then=Value(1)), default=Value(0), output_field=IntegerField())
    ordered = cycles_visible_to(user).select_related("host").annotate(is_idle=is_idle)
    return ordered.order_by("is_idle", "-year", "host__depth", "pk").first()


def hosts_for(user: User) -> QuerySet[Organization]:
    """Return the organizations that may host a cycle of this account: in its scope and superior to others."""
    in_scope = Organization.objects.filter(within(user.department_paths()), abolished_on=None)
    return in_scope.filter(subordinates__isnull=False).distinct().order_by("depth", "code")


def plan_of(scheme: ReviewScheme) -> SchemePlan:
    """Return a stored scheme as plain data."""
    return SchemePlan(
        groups=tuple(GroupPlan(g.name, g.weight, g.n_expected) for g in scheme.voter_groups.all()),
        items=tuple(ItemPlan(i.name, i.weight, i.hint) for i in scheme.ballot_items.all()),
        grades=tuple(GradePlan(Grade(r.grade), r.points, r.from_total) for r in scheme.grade_rules.all()),
        components=tuple(
            ComponentPlan(c.name, ComponentKind(c.kind), c.weight) for c in scheme.components.all()
        ),
        sections=tuple(
            SectionPlan(s.title, SectionKind(s.kind), s.hint, s.min_chars, s.max_chars)
            for s in scheme.report_sections.all()
        ),
        rules=rules_of(scheme),
    )


def rules_of(scheme: ReviewScheme) -> SchemeRules:
    """Return the single-valued rules of a stored scheme."""
    return SchemeRules(
        trim_each_side=scheme.trim_each_side,
        trim_when_more_than=scheme.trim_when_more_than,
        blank_rule=BlankRule(scheme.blank_rule),
        blank_value=scheme.blank_value,
        empty_group_rule=EmptyGroupRule(scheme.empty_group_rule),
        decimals=scheme.decimals,
        k_min=scheme.k_min,
        good_quota=scheme.good_quota,
        min_problem_share=scheme.min_problem_share,
    )


def gaps_of(cycle: ReviewCycle, scheme: ReviewScheme) -> list[Gap]:
    """Return what still stands between the cycle and its opening."""
    dates = Dates(cycle.reports_due_on, cycle.meeting_on, cycle.rectification_due_on)
    return check_opening(plan_of(scheme), cycle.reviewees.count(), dates)


def candidates_for(cycle: ReviewCycle, on: date) -> QuerySet[Appointment]:
    """Return appointments in force on the day, below the host, of people who are not yet reviewees."""
    in_force = Q(started_on__lte=on) & (Q(ended_on=None) | Q(ended_on__gte=on))
    rows = Appointment.objects.filter(in_force, organization__path__startswith=cycle.host.path)
    taken = Reviewee.objects.filter(cycle=cycle).values("secretary_id")
    return (
        rows.exclude(organization_id=cycle.host_id)
        .exclude(secretary_id__in=taken)
        .select_related("secretary", "organization")
        .order_by("organization__depth", "organization__code", "-started_on", "pk")
    )


def field_counts(cycle: ReviewCycle) -> list[tuple[str, int, int]]:
    """Return per field its label and how many report orally and in writing; fields without anybody are left out."""
    counted = (
        cycle.reviewees.order_by()
        .values("field")
        .annotate(n_oral=Count("pk", filter=Q(mode="oral")), n_written=Count("pk", filter=Q(mode="written")))
    )
    by_field = {row["field"]: (row["n_oral"], row["n_written"]) for row in counted}
    return [(f.label, *by_field[f.value]) for f in Field if f.value in by_field]


def previous_cycle(cycle: ReviewCycle) -> ReviewCycle | None:
    """Return the same host's cycle before this one."""
    earlier = ReviewCycle.objects.filter(host_id=cycle.host_id, year__lt=cycle.year)
    return earlier.order_by("-year").first()


def stage_bar(cycle: ReviewCycle) -> list[tuple[Stage, str]]:
    """Return every stage with its place: "done", "now" or "" (still to come)."""
    here = ORDER.index(Stage(cycle.stage))
    return [(s, "done" if i < here else "now" if i == here else "") for i, s in enumerate(ORDER)]
