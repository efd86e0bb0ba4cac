"""What a run reads: the frozen scheme, the marks counted by the database, imported figures and points. Never a rehearsal."""

from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from apps.assessments.models import ComponentScore
from apps.assessments.selectors import adjustment_entries_of
from apps.cycles.domain.schemes import (
    FROM_BALLOTS,
    AdjustmentKind,
    BlankRule,
    ComponentKind,
    Denominator,
    EmptyGroupRule,
)
from apps.cycles.models import ReviewCycle, ReviewScheme, SchemeComponent
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession, SessionClosing, SessionPaper, SessionSubject
from apps.scoring.domain.fingerprints import ADJUSTMENTS, IMPORTED, adjustments_hash, imported_hash
from apps.scoring.domain.inputs import (
    Adjustment,
    AdjustmentLine,
    Component,
    EarlierFigure,
    Imported,
    Inputs,
    Named,
    Person,
    Scheme,
)
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.domain.tally import Form, Rules
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors.marks import StoredMarks

OPENED = (SessionState.OPENED.value, SessionState.RELEASED.value, SessionState.PURGED.value)


def real_sessions(cycle: ReviewCycle) -> QuerySet[EvaluationSession]:
    """Return the sessions of a cycle that count: no rehearsal."""
    return EvaluationSession.objects.filter(cycle=cycle, rehearsal_of__isnull=True)


def load_inputs(cycle: ReviewCycle) -> Inputs:
    """Read everything one run needs, in a constant number of queries; marks are read when they are asked for."""
    scheme = scheme_of(cycle.scheme)
    papers = _session_papers(cycle)
    return Inputs(
        scheme=scheme,
        people=_people(cycle, papers),
        marks=StoredMarks(scheme.forms, real_sessions(cycle)),
        imported=_imported(cycle),
        returned=_returned(cycle, papers),
        adjustments=_adjustments(cycle),
        earlier=_earlier(cycle),
    )


def entered_hashes(cycle: ReviewCycle) -> dict[str, str]:
    """Return the hashes of what people enter: imported figures and points, as a run computes them."""
    return {
        IMPORTED: imported_hash(_imported(cycle)),
        ADJUSTMENTS: adjustments_hash(_adjustments(cycle)),
    }


def scheme_of(scheme: ReviewScheme) -> Scheme:
    """Return the rules of a scheme's rows."""
    forms = tuple(Form(one.pk, one.name, one.template) for one in scheme.papers.order_by("order_no"))
    first = forms[0].key if forms else None
    rules = Rules(
        blank_rule=BlankRule(scheme.blank_rule),
        blank_value=_exact(scheme.blank_value),
        trim_each_side=scheme.trim_each_side,
        trim_when_more_than=scheme.trim_when_more_than,
        empty_group_rule=EmptyGroupRule(scheme.empty_group_rule),
        denominator=Denominator(scheme.denominator),
    )
    return Scheme(
        rules=rules,
        forms=forms,
        groups=tuple(
            Named(one.pk, one.name, Fraction(one.weight)) for one in scheme.voter_groups.order_by("order_no")
        ),
        components=tuple(_component(one, first) for one in scheme.components.order_by("order_no")),
        decimals=scheme.decimals,
        k_min=scheme.k_min,
        adjustments=tuple(
            AdjustmentLine(one.pk, one.name, AdjustmentKind(one.kind), _exact(one.limit))
            for one in scheme.adjustments.order_by("order_no")
        ),
        bonus_limit=_exact(scheme.bonus_limit),
        deduction_limit=_exact(scheme.deduction_limit),
        clamps_total=scheme.clamps_total,
    )


def _component(one: SchemeComponent, first: int | None) -> Component:
    kind = ComponentKind(one.kind)
    form = (one.paper_id or first) if kind in FROM_BALLOTS else None
    return Component(
        one.pk, one.name, Fraction(one.weight), kind, form, one.item, tuple(one.options), one.conversion_plan
    )


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _session_papers(cycle: ReviewCycle) -> dict[int, list[int]]:
    """Return the forms filled in each session."""
    found: dict[int, list[int]] = {}
    rows = SessionPaper.objects.filter(session__in=real_sessions(cycle)).order_by("paper__order_no")
    for session_id, paper_id in rows.values_list("session_id", "paper_id"):
        found.setdefault(session_id, []).append(paper_id)
    return found


def _people(cycle: ReviewCycle, papers: dict[int, list[int]]) -> list[Person]:
    on_forms: dict[int, dict[int, tuple[str, ...]]] = {}
    subjects = SessionSubject.objects.filter(session__in=real_sessions(cycle)).order_by("session_id")
    rows = subjects.values_list("reviewee_id", "session_id", "session__state", "session__title")
    for reviewee_id, session_id, state, title in rows:
        waiting = on_forms.setdefault(reviewee_id, {})
        for paper_id in papers.get(session_id, []):
            waiting[paper_id] = (*waiting.get(paper_id, ()), *(() if state in OPENED else (title,)))
    return [
        Person(one.pk, f"{one.organization_name}{one.name}", one.field, on_forms.get(one.pk, {}))
        for one in cycle.reviewees.all()
    ]


def _imported(cycle: ReviewCycle) -> dict[tuple[int, int], Imported]:
    return {
        (one.reviewee_id, one.component_id): Imported(one.value, one.out_of, one.source)
        for one in ComponentScore.objects.filter(reviewee__cycle=cycle)
    }


def _adjustments(cycle: ReviewCycle) -> dict[int, list[Adjustment]]:
    found: dict[int, list[Adjustment]] = {}
    for reviewee_id, line, points in adjustment_entries_of(cycle):
        found.setdefault(reviewee_id, []).append(Adjustment(line, Fraction(points)))
    return found


def _earlier(cycle: ReviewCycle) -> dict[int, list[EarlierFigure]]:
    """Return the different figures that finished runs of this cycle have told of everybody, hidden ones left out."""
    told = ScoreSummary.objects.filter(run__cycle=cycle, run__finished_at__isnull=False, hides_score=False)
    rows = told.exclude(base_exact="").order_by("reviewee_id", "base_exact", "bonus", "deduction")
    found: dict[int, list[EarlierFigure]] = {}
    names = ("reviewee_id", "base_exact", "bonus", "deduction")
    for reviewee_id, base, bonus, deduction in rows.values_list(*names).distinct():
        exact = from_exact_text(base) or Fraction(0)
        found.setdefault(reviewee_id, []).append(EarlierFigure(exact, Fraction(bonus - deduction)))
    return found


def _returned(cycle: ReviewCycle, papers: dict[int, list[int]]) -> dict[tuple[int, int, int], int]:
    """Return what the ledgers of the opened sessions say came back, for each form and each person on it."""
    closings = SessionClosing.objects.filter(
        session__in=real_sessions(cycle), session__state__in=OPENED
    ).values_list("session_id", "ledger")
    ledgers = dict(closings)
    found: dict[tuple[int, int, int], int] = {}
    subjects = SessionSubject.objects.filter(session_id__in=ledgers).order_by()
    for reviewee_id, session_id in subjects.values_list("reviewee_id", "session_id"):
        for line in ledgers[session_id]["groups"]:
            for paper_id in papers.get(session_id, []):
                key = (paper_id, reviewee_id, line["voter_group_id"])
                found[key] = found.get(key, 0) + line["n_online"] + line["n_paper"]
    return found
