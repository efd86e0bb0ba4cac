"""The grades of the example beside the scheme editor, proposed by the same rules as real ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.domain.plans import ConditionPlan, SchemePlan
from apps.cycles.domain.schemes import ConditionKind, GradeMethod
from apps.cycles.domain.words import method_words
from apps.cycles.kit.worked_example import Line, Outcome, Step, WorkedExample
from apps.grading.domain.candidates import Candidate, Cap, CapKind, Proposal
from apps.grading.domain.methods import floor_share
from apps.grading.domain.proposal import GradingRules, propose_grades
from apps.organizations.domain.fields import preset_field

FIELD = preset_field("rural")  # the field of the made-up people


def graded_example(plan: SchemePlan, worked: WorkedExample) -> WorkedExample:
    """Return the example with everybody's proposed grade and the lines that lead to the first person's."""
    rules = grading_rules(plan)
    candidates = [_candidate(plan, one) for one in worked.outcomes]
    proposals = propose_grades(candidates, rules)
    outcomes = tuple(_graded(one, proposals[one.key]) for one in worked.outcomes)
    lines = (*_lines(plan, rules, candidates), Line("建议等次", "", _grade(proposals[candidates[0].key])))
    step = Step(f"{worked.outcomes[0].name}的建议等次", lines)
    return replace(worked, steps=(*worked.steps, step), outcomes=outcomes)


def grading_rules(plan: SchemePlan) -> GradingRules:
    """Return how a plan grades the made-up field."""
    own = {quota.field: quota.good_quota for quota in plan.quotas}
    by_grade = {rule.grade: rule for rule in plan.grades}
    return GradingRules(
        method=plan.rules.grade_method,
        thresholds={grade: rule.from_total for grade, rule in by_grade.items()},
        until={grade: rule.until_share for grade, rule in by_grade.items() if rule.until_share is not None},
        grades=tuple(grade for grade in BEST_FIRST if grade in by_grade) or BEST_FIRST,
        quota=own.get(FIELD, plan.rules.good_quota),
        tie_rule=plan.rules.tie_rule,
    )


def _candidate(plan: SchemePlan, one: Outcome) -> Candidate:
    """Nothing has happened and every finding is met in the example; only scores may fall short."""
    votes = dict(zip(BEST_FIRST, one.votes, strict=False))
    caps = (_cap(rule, one) for rule in plan.conditions if rule.kind is ConditionKind.ELIGIBILITY)
    return Candidate(one.key, one.total, tuple(cap for cap in caps if cap), one.ballot, votes)


def _cap(rule: ConditionPlan, one: Outcome) -> Cap | None:
    if not rule.component or rule.at_least is None:
        return None
    score = one.components.get(rule.component)
    if score is not None and score >= rule.at_least:
        return None
    kind = CapKind.NOT_RECORDED if score is None else CapKind.NOT_MET
    return Cap(rule.cap, kind, f"“{rule.component}”未达到{plain_decimal(rule.at_least)}分")


def _graded(one: Outcome, proposal: Proposal) -> Outcome:
    note = "；".join(flag.label for flag in proposal.flags)
    return replace(one, grade=_grade(proposal), note=note)


def _grade(proposal: Proposal) -> str:
    return proposal.grade.label if proposal.grade else "—"


def _lines(plan: SchemePlan, rules: GradingRules, candidates: Sequence[Candidate]) -> Iterator[Line]:
    first, n = candidates[0], len(candidates)
    yield Line(method_words(plan), _ground(rules, first), _grade(_by_method_alone(rules, candidates)))
    for cap in first.caps:
        yield Line("评定条件", cap.words, f"最高“{cap.grade.label}”")
    allowed = floor_share(rules.quota, n)
    if allowed < n:
        yield Line("“好”的名额", f"{n} 人 × {plain_decimal(rules.quota)}%，向下取整", f"{allowed} 人")


def _ground(rules: GradingRules, first: Candidate) -> str:
    if rules.method is GradeMethod.PLURALITY:
        return "、".join(f"{grade.label} {n} 票" for grade, n in first.votes.items())
    if rules.method is GradeMethod.RANK_BAND:
        return "、".join(f"{grade.label}到前 {plain_decimal(share)}%" for grade, share in rules.until.items())
    return "、".join(
        f"{grade.label} {plain_decimal(start)} 分起" for grade, start in rules.thresholds.items()
    )


def _by_method_alone(rules: GradingRules, candidates: Sequence[Candidate]) -> Proposal:
    """Return what the method alone gives the first person: no limit, no quota."""
    free = [replace(one, caps=()) for one in candidates]
    return propose_grades(free, replace(rules, quota=Decimal(100)))[candidates[0].key]
