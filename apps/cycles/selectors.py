"""Reads of cycles, schemes and reviewees."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from apps.accounts.models import User
from apps.cycles.domain.checks import Dates, Gap, check_opening
from apps.cycles.domain.comparison import compare_schemes
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    GradePlan,
    GroupPlan,
    LinkPlan,
    PaperPlan,
    QuotaPlan,
    SchemePlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    AppraisalGrade,
    BlankRule,
    ComponentKind,
    ConditionKind,
    Denominator,
    EmptyGroupRule,
    GradeMethod,
    SectionKind,
    TieRule,
)
from apps.cycles.domain.stages import MOVED_BY_HAND, ORDER, Stage, next_stage
from apps.cycles.models import FieldQuota, ReviewCycle, Reviewee, ReviewScheme, SchemeComponent, SchemePaper
from apps.notifications.kit.todos import Todo
from apps.organizations.models import Organization, field_named
from apps.organizations.selectors import within
from apps.organizations.selectors.fields import fields_among
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


def papers_visible_to(user: User) -> QuerySet[SchemePaper]:
    """Return the evaluation forms of the cycles the account may look at."""
    return SchemePaper.objects.filter(scheme__cycle__in=cycles_visible_to(user))


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
    below = Organization.objects.filter(superior=OuterRef("pk"))
    return in_scope.filter(Exists(below)).order_by("depth", "code")


def plan_of(scheme: ReviewScheme) -> SchemePlan:
    """Return a stored scheme as plain data."""
    return SchemePlan(
        groups=tuple(GroupPlan(g.name, g.weight, g.n_expected) for g in scheme.voter_groups.all()),
        papers=tuple(PaperPlan(p.name, p.template, p.preset) for p in scheme.papers.all()),
        grades=tuple(
            GradePlan(Grade(r.grade), r.from_total, r.until_share) for r in scheme.grade_rules.all()
        ),
        components=tuple(_component_plan(one) for one in scheme.components.select_related("paper")),
        sections=tuple(
            SectionPlan(s.title, SectionKind(s.kind), s.hint, s.min_chars, s.max_chars)
            for s in scheme.report_sections.all()
        ),
        adjustments=tuple(
            AdjustmentPlan(a.name, AdjustmentKind(a.kind), a.least, a.most, a.limit)
            for a in scheme.adjustments.all()
        ),
        conditions=tuple(
            ConditionPlan(
                c.name,
                ConditionKind(c.kind),
                Grade(c.cap),
                c.component.name if c.component else "",
                c.at_least,
            )
            for c in scheme.conditions.select_related("component")
        ),
        quotas=tuple(QuotaPlan(field_named(q.field), q.good_quota) for q in scheme.quotas.all()),
        links=tuple(
            LinkPlan(Grade(one.grade), AppraisalGrade(one.best_appraisal), one.consequence)
            for one in scheme.links.all()
        ),
        rules=rules_of(scheme),
    )


def _component_plan(one: SchemeComponent) -> ComponentPlan:
    return ComponentPlan(
        one.name,
        ComponentKind(one.kind),
        one.weight,
        one.paper.name if one.paper else "",
        one.item,
        tuple(one.options),
        one.conversion_plan,
        one.full_marks,
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
        denominator=Denominator(scheme.denominator),
        clamps_total=scheme.clamps_total,
        bonus_limit=scheme.bonus_limit,
        deduction_limit=scheme.deduction_limit,
        grade_method=GradeMethod(scheme.grade_method),
        tie_rule=TieRule(scheme.tie_rule),
        plurality_paper=scheme.plurality_paper.name if scheme.plurality_paper else "",
        plurality_item=scheme.plurality_item,
        annual_weight=scheme.annual_weight,
    )


def gaps_of(cycle: ReviewCycle, plan: SchemePlan) -> list[Gap]:
    """Return what still stands between the cycle and its opening."""
    dates = Dates(cycle.reports_due_on, cycle.meeting_on, cycle.rectification_due_on)
    fields = Counter(field_named(one) for one in cycle.reviewees.order_by().values_list("field", flat=True))
    return check_opening(plan, fields.total(), dates, fields)


def candidates_for(cycle: ReviewCycle, on: date) -> QuerySet[Appointment]:
    """Return appointments in force on the day, below the host, of people who are not yet reviewees.

    ``level`` is how many steps the organization stands below the host.
    """
    in_force = Q(started_on__lte=on) & (Q(ended_on=None) | Q(ended_on__gte=on))
    rows = Appointment.objects.filter(in_force, organization__path__startswith=cycle.host.path)
    taken = Reviewee.objects.filter(cycle=cycle).values("secretary_id")
    return (
        rows.exclude(organization_id=cycle.host_id)
        .exclude(secretary_id__in=taken)
        .select_related("secretary", "organization")
        .annotate(level=F("organization__depth") - Value(cycle.host.depth))
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
    return [(one.label, *by_field[one.value]) for one in fields_among(by_field)]


def opened_cycles_by_field() -> Mapping[str, int]:
    """Return by field in how many opened cycles somebody of it reports, or it has a quota of its own."""
    reporting = Reviewee.objects.filter(cycle__opened_at__isnull=False).order_by()
    with_quota = FieldQuota.objects.filter(scheme__cycle__opened_at__isnull=False).order_by()
    pairs = reporting.values_list("field", "cycle").union(with_quota.values_list("field", "scheme__cycle"))
    return Counter(field for field, _ in pairs)


def previous_cycle(cycle: ReviewCycle) -> ReviewCycle | None:
    """Return the same host's cycle before this one."""
    earlier = ReviewCycle.objects.filter(host_id=cycle.host_id, year__lt=cycle.year)
    return earlier.select_related("host", "scheme").order_by("-year").first()


def comparable_cycles(cycle: ReviewCycle, user: User) -> QuerySet[ReviewCycle]:
    """Return the other cycles whose scheme this one's may be held against: the same host's first, the latest first."""
    is_other = Case(When(host_id=cycle.host_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = cycles_visible_to(user).exclude(pk=cycle.pk).select_related("host", "scheme")
    return rows.annotate(is_other=is_other).order_by("is_other", "-year", "pk")


def changes_since_last_year(cycle: ReviewCycle, plan: SchemePlan) -> tuple[ReviewCycle, int] | None:
    """Return the same host's cycle before this one and in how many statements the schemes differ; ``None``: the first."""
    before = previous_cycle(cycle)
    if before is None:
        return None
    parts = compare_schemes(plan_of(before.scheme), plan)
    return before, sum(len(part.changed) for part in parts)


def stage_bar(cycle: ReviewCycle) -> list[tuple[Stage, str]]:
    """Return every stage with its place: "done", "now" or "" (still to come)."""
    here = ORDER.index(Stage(cycle.stage))
    return [(s, "done" if i < here else "now" if i == here else "") for i, s in enumerate(ORDER)]


def step_by_hand(cycle: ReviewCycle) -> Stage | None:
    """Return the stage a button may move the cycle to; ``None`` while it ends by itself or has ended."""
    here = Stage(cycle.stage)
    return next_stage(here) if here in MOVED_BY_HAND else None


def with_list_figures(cycles: QuerySet[ReviewCycle]) -> QuerySet[ReviewCycle]:
    """Add what the list shows: how many report, and how many of them orally."""
    oral = Count("reviewees", filter=Q(reviewees__mode="oral"))
    counted = cycles.select_related("host", "scheme")
    return counted.annotate(n_reviewees=Count("reviewees"), n_oral=oral)


def copyable_cycles(user: User) -> QuerySet[ReviewCycle]:
    """Return the latest cycle of each host the account runs: the ones worth copying into the next year."""
    later = ReviewCycle.objects.filter(host_id=OuterRef("host_id"), year__gt=OuterRef("year"))
    rows = cycles_managed_by(user).filter(~Exists(later)).select_related("host")
    return rows.order_by("host__depth", "host__code")


def frozen_in_words(cycle: ReviewCycle, plan: SchemePlan, since: tuple[ReviewCycle, int] | None) -> str:
    """Say what opening freezes, for the question before it. ``since``: ``changes_since_last_year``."""
    n_oral = cycle.reviewees.filter(mode="oral").count()
    n_all = cycle.reviewees.count()
    compared = f"方案与{since[0]}相比有{since[1]}处不同。\n" if since else ""
    return (
        f"启动“{cycle}”后，下列内容冻结，不能再改：\n"
        f"· 测评主体类别{len(plan.groups)}类及权重\n"
        f"· 测评表{len(plan.papers)}张（共{_n_items(plan)}项），分值、权重和有效性规则\n"
        f"· 得分构成{len(plan.components)}项及折算办法，加分扣分情形{len(plan.adjustments)}条\n"
        f"· 建议等次的办法、比例上限，否决和评定条件{len(plan.conditions)}条，年度考核挂钩{len(plan.links)}条\n"
        "· 去掉高低分、空白项、小数位等计分规则\n"
        f"· 述职报告栏目{len(plan.sections)}个及字数要求\n"
        f"· 述职对象{n_all}人（现场{n_oral}人、书面{n_all - n_oral}人）\n"
        f"{compared}"
        "同时为每位述职对象建好述职报告，书记即可开始填写。"
    )


def _n_items(plan: SchemePlan) -> int:
    return sum(len(paper.template.items) for paper in plan.papers)


def todos_of(user: User, today: date) -> list[Todo]:
    """Return what waits for staff: drafts to be opened, and meetings that have come while reports are still taken."""
    if not user.department_paths():
        return []
    waiting = Q(stage=Stage.DRAFT.value) | Q(stage=Stage.REPORTING.value, meeting_on__lte=today)
    return [_todo(cycle) for cycle in cycles_managed_by(user).filter(waiting)]


def _todo(cycle: ReviewCycle) -> Todo:
    url = reverse("cycles:cycle_detail", args=[cycle.pk])
    if cycle.stage == Stage.DRAFT.value:
        return Todo(f"{cycle}还在筹备，完善方案后启动", url, due_on=cycle.reports_due_on, order=20)
    return Todo(f"{cycle}已到会议日期，请进入会议测评阶段", url, due_on=cycle.meeting_on, order=20)
