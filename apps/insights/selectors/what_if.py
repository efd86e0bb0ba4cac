"""What a what-if starts from: the scheme that holds, what its run published, and other schemes to start from. Plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast, JSONObject

from apps.cycles.domain.grades import Grade
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import BlankRule, ComponentKind, Denominator, GradeMethod, TieRule
from apps.cycles.models import FieldQuota, GradeRule, ReviewCycle, ReviewScheme, SchemeComponent, VoterGroup
from apps.cycles.selectors import plan_of
from apps.insights.domain.what_if.outcomes import Known, Part
from apps.insights.domain.what_if.trials import Counting, Grading, Names, Trial
from apps.organizations.selectors.fields import fields_among
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.models import GroupScore, ScoreRun, ScoreSummary

OWN = ""
PRESET = "preset-"
CYCLE = "cycle-"


@dataclass(frozen=True, slots=True)
class TrialGround:
    """A cycle's scheme as far as a what-if may change it. ``has_votes``: a grade may be proposed by plurality."""

    trial: Trial
    names: Names
    ballot_keys: tuple[int, ...]
    clamps_total: bool
    has_votes: bool


def trial_ground(cycle: ReviewCycle) -> TrialGround:
    """Return the cycle's own scheme as a trial, with the names of its parts. One query."""
    own = OuterRef("pk")
    scheme = ReviewScheme.objects.annotate(
        group_rows=_rows(VoterGroup.objects.filter(scheme=own).order_by("order_no")),
        component_rows=_rows(SchemeComponent.objects.filter(scheme=own).order_by("order_no"), kind="kind"),
        grade_rows=_json(
            GradeRule.objects.filter(scheme=own),
            grade="grade",
            start=_text("from_total"),
            until=_text("until_share"),
        ),
        quota_rows=_json(FieldQuota.objects.filter(scheme=own), field="field", share=_text("good_quota")),
        field_rows=ArraySubquery(
            cycle.reviewees.model.objects.filter(cycle=OuterRef("cycle"))
            .order_by()
            .values("field")
            .distinct()
        ),
    ).get(cycle=cycle)
    return _ground(scheme)


def _rows(rows: QuerySet[Any], **columns: str) -> ArraySubquery:
    return _json(rows, key="pk", name="name", weight=_text("weight"), **columns)


def _json(rows: QuerySet[Any], **columns: Any) -> ArraySubquery:
    return ArraySubquery(rows.values(row_as_json=JSONObject(**columns)))


def _text(column: str) -> Cast:
    """Return a decimal column as text: JSON has floats only."""
    return Cast(F(column), CharField())


def _ground(scheme: Any) -> TrialGround:
    groups, components = scheme.group_rows, scheme.component_rows
    return TrialGround(
        trial=Trial(
            groups=_weights(groups),
            components=_weights(components),
            counting=Counting(
                scheme.trim_each_side,
                scheme.trim_when_more_than,
                BlankRule(scheme.blank_rule),
                scheme.blank_value,
                Denominator(scheme.denominator),
            ),
            decimals=scheme.decimals,
            grading=_grading(scheme),
        ),
        names=Names(
            groups={one["key"]: one["name"] for one in groups},
            components={one["key"]: one["name"] for one in components},
            fields={one.value: one.label for one in fields_among(scheme.field_rows)},
        ),
        ballot_keys=tuple(one["key"] for one in components if one["kind"] == ComponentKind.BALLOT.value),
        clamps_total=scheme.clamps_total,
        has_votes=bool(scheme.plurality_item),
    )


def _weights(rows: Sequence[Mapping[str, Any]]) -> dict[int, Decimal]:
    return {one["key"]: Decimal(one["weight"]) for one in rows}


def _grading(scheme: Any) -> Grading:
    rules = {Grade(one["grade"]): one for one in scheme.grade_rows}
    return Grading(
        method=GradeMethod(scheme.grade_method),
        thresholds={grade: Decimal(one["start"]) for grade, one in rules.items()},
        until={grade: Decimal(one["until"]) for grade, one in rules.items() if one["until"] is not None},
        quota=scheme.good_quota,
        quotas={one["field"]: Decimal(one["share"]) for one in scheme.quota_rows},
        tie_rule=TieRule(scheme.tie_rule),
    )


def known_of(run: ScoreRun, ballot_keys: Sequence[int]) -> dict[int, tuple[Known, ScoreSummary]]:
    """Return what the run stored and shows of everybody, by reviewee, in the order of the list. One query."""
    hidden = GroupScore.objects.filter(summary=OuterRef("pk"), is_suppressed=True)
    rows = run.summaries.select_related("reviewee").annotate(has_hidden=Exists(hidden))
    found: dict[int, tuple[Known, ScoreSummary]] = {}
    for one in rows.order_by("reviewee__order_no", "reviewee_id"):
        one.run = run
        found[one.reviewee_id] = (_known(one, ballot_keys), one)
    return found


def _known(one: Any, ballot_keys: Sequence[int]) -> Known:
    return Known(
        key=one.reviewee_id,
        field=one.reviewee.field,
        parts={part["component_id"]: _part(part, ballot_keys) for part in one.components},
        total=one.shown_total,
        ballot=one.shown_ballot_score,
        extra=Fraction(one.bonus) - Fraction(one.deduction),
        hides_score=one.hides_score,
        hides_group=one.has_hidden or any(part.get("hides_score") for part in one.components),
    )


def _part(part: Mapping[str, Any], ballot_keys: Sequence[int]) -> Part:
    is_open = part["score"] is not None and not part.get("hides_score")
    return Part(
        exact=from_exact_text(part["exact"]),
        published=Decimal(part["score"]) if is_open else None,
        is_ballot=part["component_id"] in ballot_keys,
    )


@dataclass(frozen=True, slots=True)
class Start:
    """A scheme to start from: ``key`` for the address, ``label`` for people."""

    key: str
    label: str


def starts_for(cycle: ReviewCycle, cycles: Sequence[ReviewCycle]) -> list[Start]:
    """Return what a trial may start from: the own scheme, the host's earlier ones, the presets. No query."""
    earlier = [one for one in cycles if one.host_id == cycle.host_id and one.year < cycle.year]
    return [
        Start(OWN, "本周期的方案"),
        *(Start(f"{CYCLE}{one.pk}", f"{one.year}年度的方案") for one in earlier),
        *(Start(f"{PRESET}{key}", f"样式：{preset.label}") for key, preset in PRESETS.items()),
    ]


def plan_to_start_from(key: str) -> SchemePlan | None:
    """Return the plan a start names; ``None`` for the own scheme. The caller has checked that the start is offered."""
    if key.startswith(PRESET):
        return PRESETS[key.removeprefix(PRESET)].plan
    if key.startswith(CYCLE):
        return plan_of(ReviewScheme.objects.get(cycle_id=int(key.removeprefix(CYCLE))))
    return None


def started_from(ground: TrialGround, plan: SchemePlan) -> tuple[Trial, list[str]]:
    """Return the cycle's trial with a plan's settings, and what could not be taken over, in words.

    Weights go by name, or one to one where the plan has a single ballot component and so has the cycle; groups are taken over only as a
    whole. A component the plan does not know gets weight 0.
    """
    groups, about_groups = _groups_from(ground, plan)
    components, about_components = _components_from(ground, plan)
    rules = plan.rules
    trial = replace(
        ground.trial,
        groups=groups,
        components=components,
        counting=Counting(
            rules.trim_each_side,
            rules.trim_when_more_than,
            rules.blank_rule,
            rules.blank_value,
            rules.denominator,
        ),
        decimals=rules.decimals,
        grading=Grading(
            method=_method_from(ground, plan),
            thresholds={one.grade: one.from_total for one in plan.grades},
            until={one.grade: one.until_share for one in plan.grades if one.until_share is not None},
            quota=rules.good_quota,
            quotas={one.field.value: one.good_quota for one in plan.quotas},
            tie_rule=rules.tie_rule,
        ),
    )
    return trial, [*about_groups, *about_components]


def _method_from(ground: TrialGround, plan: SchemePlan) -> GradeMethod:
    method = plan.rules.grade_method
    return ground.trial.grading.method if method is GradeMethod.PLURALITY and not ground.has_votes else method


def _groups_from(ground: TrialGround, plan: SchemePlan) -> tuple[Mapping[int, Decimal], list[str]]:
    wanted = {one.name: one.weight for one in plan.groups}
    if set(wanted) != set(ground.names.groups.values()):
        return ground.trial.groups, ["测评主体类别的名称不同，类别权重仍用本周期的。"]
    return {key: wanted[name] for key, name in ground.names.groups.items()}, []


def _components_from(ground: TrialGround, plan: SchemePlan) -> tuple[Mapping[int, Decimal], list[str]]:
    wanted = {one.name: one.weight for one in plan.components}
    ballots = [one for one in plan.components if one.kind is ComponentKind.BALLOT]
    names = dict(ground.names.components)
    if len(ballots) == len(ground.ballot_keys) == 1:
        names[ground.ballot_keys[0]] = ballots[0].name
    found = {key: wanted.get(name, Decimal(0)) for key, name in names.items()}
    missing = sorted(wanted.keys() - names.values())
    if not any(found.values()):
        return ground.trial.components, ["得分构成的名称都不同，构成权重仍用本周期的。"]
    told = [f"本周期没有“{'”“'.join(missing)}”，它的权重由其余部分按比例分担。"] if missing else []
    return found, told
