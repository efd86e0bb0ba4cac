"""What proposals are made of: the candidates of a run with their limits, and what the rules make of them.

Only figures that may be shown shape a proposal: whose score is hidden stands among the candidates without any.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.assessments.models import ConditionFinding, Veto
from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import ConditionKind, GradeMethod
from apps.cycles.models import ReviewCycle
from apps.grading.domain.candidates import Candidate, Cap, CapKind
from apps.grading.domain.proposal import Proposal, propose_grades
from apps.grading.domain.schemes import Condition, GradingScheme
from apps.grading.selectors.rules import grading_scheme
from apps.organizations.domain.fields import Field
from apps.organizations.models import field_named
from apps.scoring.models import GroupScore, ScoreRun
from apps.scoring.selectors.closeness import neighbors_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """What has been recorded of one reviewee: standing vetoes, findings by condition, published scores by component."""

    vetoes: Sequence[Mapping[str, Any]] = ()
    findings: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    scores: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the rules make of a run: by reviewee the proposal, and the limits it stands under."""

    proposals: Mapping[int, Proposal]
    limits: Mapping[int, tuple[Cap, ...]]


def grounds_of(run: ScoreRun) -> Grounds:
    """Return the proposed grade and the limits of every reviewee of a run, field by field."""
    scheme = grading_scheme(run.cycle)
    rows = list(
        run.summaries.order_by("reviewee__order_no").values_list(
            "reviewee_id", "reviewee__field", "total", "ballot_score", "band", "hides_score", "components"
        )
    )
    limits = limits_of(run.cycle, scheme, {key: parts for key, *_, parts in rows})
    votes = votes_of(run) if scheme.rules.method is GradeMethod.PLURALITY else {}
    by_field: dict[Field, list[Candidate]] = {}
    for key, name, total, ballot, band, is_hidden, _ in rows:
        near = frozenset(neighbors_of(band))
        shown = Candidate(key, total, limits[key], ballot, votes.get(key, {}), near)
        hidden = Candidate(key, None, limits[key], is_hidden=True)
        by_field.setdefault(field_named(name), []).append(hidden if is_hidden else shown)
    proposals: dict[int, Proposal] = {}
    for one, candidates in by_field.items():
        proposals |= propose_grades(candidates, scheme.rules_of(one))
    return Grounds(proposals, limits)


def limits_of(
    cycle: ReviewCycle, scheme: GradingScheme, parts: Mapping[int, Sequence[Mapping[str, Any]]]
) -> dict[int, tuple[Cap, ...]]:
    """Return the limits of each reviewee; ``parts`` are the stored components of each summary."""
    vetoes = _by_reviewee(
        Veto.objects.filter(reviewee__cycle=cycle, withdrawn_at__isnull=True).values(
            "reviewee_id", "caps_at", "reason", "condition__name"
        )
    )
    findings = _by_reviewee(
        ConditionFinding.objects.filter(reviewee__cycle=cycle).values(
            "reviewee_id", "condition_id", "is_met", "reason"
        )
    )
    return {
        key: caps_of(
            scheme,
            Recorded(
                vetoes.get(key, ()),
                {one["condition_id"]: one for one in findings.get(key, ())},
                scores_of(components),
            ),
        )
        for key, components in parts.items()
    }


def _by_reviewee(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["reviewee_id"], []).append(row)
    return found


def scores_of(components: Iterable[Mapping[str, Any]]) -> dict[int, Decimal]:
    """Return the published scores by component; a missing one is not in it."""
    return {one["component_id"]: Decimal(one["score"]) for one in components if one.get("score") is not None}


def caps_of(scheme: GradingScheme, recorded: Recorded) -> tuple[Cap, ...]:
    """Return what limits one reviewee's grade, vetoes first."""
    held = (_eligibility_cap(one, recorded) for one in scheme.conditions)
    return (*(_veto_cap(one) for one in recorded.vetoes), *(cap for cap in held if cap is not None))


def _veto_cap(veto: Mapping[str, Any]) -> Cap:
    grade = Grade(veto["caps_at"])
    name = f"{veto['condition__name']}：" if veto.get("condition__name") else ""
    return Cap(grade, CapKind.VETO, f"一票否决：{name}{veto['reason']}（最高评为“{grade.label}”）")


def _eligibility_cap(one: Condition, recorded: Recorded) -> Cap | None:
    """Return the limit of an eligibility rule that is not met or not known to be; ``None`` if it does not limit."""
    if one.kind is not ConditionKind.ELIGIBILITY:
        return None
    kind, why = _by_score(one, recorded) if one.is_computed else _by_finding(one, recorded)
    return Cap(one.cap, kind, f"{one.name}：{why}（最高评为“{one.cap.label}”）") if kind else None


def _by_score(one: Condition, recorded: Recorded) -> tuple[CapKind | None, str]:
    score = recorded.scores.get(one.component or 0)
    if score is None:
        return CapKind.NOT_RECORDED, f"“{one.component_name}”还没有得分"
    least = one.at_least or Decimal(0)
    if score >= least:
        return None, ""
    return CapKind.NOT_MET, f"“{one.component_name}”未达到 {plain_decimal(least)} 分"


def _by_finding(one: Condition, recorded: Recorded) -> tuple[CapKind | None, str]:
    finding = recorded.findings.get(one.key)
    if finding is None:
        return CapKind.NOT_RECORDED, "尚未认定"
    if finding["is_met"]:
        return None, ""
    return CapKind.NOT_MET, "，".join(part for part in ("不具备", finding.get("reason") or "") if part)


def votes_of(run: ScoreRun) -> dict[int, dict[Grade, int]]:
    """Return the counted answers per grade of the item that decides, of all voter groups together.

    The item has the four grades in order, so an option stands for the grade at its place on the scale.
    """
    scheme = run.cycle.scheme
    paper = scheme.plurality_paper
    item = paper.template.item(scheme.plurality_item) if paper else None
    if paper is None or item is None:
        return {}
    options = [option.key for option in paper.template.options_of(item)]
    grades = dict(zip(options, BEST_FIRST, strict=False))
    found: dict[int, dict[Grade, int]] = {}
    rows = GroupScore.objects.filter(summary__run=run, paper=paper).order_by()
    for reviewee_id, counts in rows.values_list("summary__reviewee_id", "counts"):
        own = found.setdefault(reviewee_id, dict.fromkeys(BEST_FIRST, 0))
        for counted in counts:
            if counted["item"] == scheme.plurality_item:
                for option, n in counted["answers"].items():
                    if option in grades:
                        own[grades[option]] += n
    return found


def limits_on(run: ScoreRun, reviewee_id: int) -> tuple[Cap, ...]:
    """Return what limits one reviewee's grade."""
    parts = run.summaries.filter(reviewee_id=reviewee_id).values_list("components", flat=True).first()
    return limits_of(run.cycle, grading_scheme(run.cycle), {reviewee_id: parts or []})[reviewee_id]
