"""The deliberation sheet: one section per field, with everything the committee looks at.

Read in three queries whatever the number of people; vetoes, findings, last year's grade and reconsiderations come with the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from apps.assessments.models import ConditionFinding, Veto
from apps.cycles.domain.grades import Grade
from apps.grading.domain.candidates import Cap
from apps.grading.domain.proposal import Flag
from apps.grading.domain.schemes import GradingScheme, LinkEffect
from apps.grading.models import Deliberation, GradeDecision, Reconsideration
from apps.grading.selectors.effective import last_grade_of, with_effective_grade
from apps.grading.selectors.ground import Recorded, caps_of, scores_of
from apps.grading.selectors.quotas import Quota, quota_of
from apps.grading.selectors.rules import grading_scheme, rows_as_json
from apps.organizations.selectors.fields import fields_among
from apps.scoring.models import ScoreSummary

NO_EFFECT = LinkEffect()
LOUD = frozenset(Flag) - {
    Flag.BALLOT_DECIDED
}  # flags of which somebody should take note before pressing a button


@dataclass(frozen=True, slots=True)
class PastAct:
    """One decided reconsideration of a line."""

    before: str
    after: str
    on: str
    reason: str

    @property
    def changed(self) -> bool:
        """Tell whether the grade was changed."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One reviewee on the sheet. ``last_grade``: the grade that counts of the year before, "" without one."""

    decision: GradeDecision
    summary: ScoreSummary | None
    flags: tuple[Flag, ...]
    limits: tuple[Cap, ...] = ()
    last_grade: str = ""
    effect: LinkEffect = NO_EFFECT
    history: tuple[PastAct, ...] = ()
    has_open_request: bool = False

    @property
    def is_decided(self) -> bool:
        """Tell whether the grade is decided."""
        return bool(self.decision.overall_grade)

    @property
    def is_departure(self) -> bool:
        """Tell whether the decision differs from the proposal."""
        return self.is_decided and self.decision.overall_grade != self.decision.proposed_grade

    @property
    def is_reconsidered(self) -> bool:
        """Tell whether a reconsideration changed the grade."""
        return self.decision.effective_grade != self.decision.overall_grade

    @property
    def grade_label(self) -> str:
        """The grade that counts, in words; "" before it is decided."""
        return self.decision.effective_grade_label

    @property
    def is_noteworthy(self) -> bool:
        """Tell whether the committee should look twice."""
        return bool(LOUD.intersection(self.flags))


@dataclass(frozen=True, slots=True)
class SheetSection:
    """One field. ``lines`` are those shown; the quota counts everybody."""

    quota: Quota
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet."""

    scheme: GradingScheme
    sections: tuple[SheetSection, ...]

    @property
    def lines(self) -> list[SheetLine]:
        """Everybody, field by field."""
        return [line for section in self.sections for line in section.lines]

    @property
    def quotas(self) -> list[Quota]:
        """The use of 好, field by field."""
        return [section.quota for section in self.sections]


def sheet_of(deliberation: Deliberation) -> Sheet:
    """Return the sections in the order of fields, each by rank."""
    scheme = grading_scheme(deliberation.cycle)
    summaries = {
        one.reviewee_id: one for one in deliberation.run.summaries.defer("papers", "item_scores").all()
    }
    by_field: dict[str, list[SheetLine]] = {}
    for decision in _rows(deliberation.decisions.all()):
        line = _line(decision, summaries.get(decision.reviewee_id), scheme)
        by_field.setdefault(decision.reviewee.field, []).append(line)
    sections = [
        SheetSection(
            quota_of(field, [line.decision.effective_grade for line in by_field[field.value]], scheme),
            tuple(sorted(by_field[field.value], key=_by_rank)),
        )
        for field in fields_among(by_field)
    ]
    return Sheet(scheme, tuple(sections))


def line_of(decision_id: int, scheme: GradingScheme) -> SheetLine:
    """Return one line of the sheet, read anew."""
    decision = _rows(GradeDecision.objects.filter(pk=decision_id)).get()
    summary = (
        ScoreSummary.objects.select_related("run")
        .filter(run_id=decision.deliberation.run_id, reviewee_id=decision.reviewee_id)
        .first()
    )
    return _line(decision, summary, scheme)


def _rows(decisions: QuerySet[GradeDecision]) -> QuerySet[Any]:
    """Add to each decision what has been recorded of its reviewee."""
    reviewee = OuterRef("reviewee")
    acts = Reconsideration.objects.filter(decision=OuterRef("pk"), withdrawn_at=None).order_by("pk")
    rows: QuerySet[Any] = (
        with_effective_grade(decisions)
        .select_related("reviewee", "decided_by", "deliberation")
        .annotate(
            last_grade=Subquery(last_grade_of("reviewee__secretary", "reviewee__cycle__year")),
            veto_rows=rows_as_json(
                Veto.objects.filter(reviewee=reviewee, withdrawn_at=None).order_by("entered_at", "pk"),
                caps_at="caps_at",
                reason="reason",
                condition__name="condition__name",
            ),
            finding_rows=rows_as_json(
                ConditionFinding.objects.filter(reviewee=reviewee),
                condition_id="condition_id",
                is_met="is_met",
                reason="reason",
            ),
            act_rows=rows_as_json(
                acts, before="grade_before", after="grade_after", on="held_on", reason="reason"
            ),
        )
    )
    return rows


def _line(decision: Any, summary: ScoreSummary | None, scheme: GradingScheme) -> SheetLine:
    recorded = Recorded(
        decision.veto_rows,
        {one["condition_id"]: one for one in decision.finding_rows},
        scores_of(summary.components) if summary else {},
    )
    grade = decision.effective_grade or decision.proposed_grade
    return SheetLine(
        decision=decision,
        summary=summary,
        flags=tuple(Flag(value) for value in decision.flags),
        limits=caps_of(scheme, recorded),
        last_grade=_label(decision.last_grade or ""),
        effect=scheme.effect_of(Grade(grade) if grade else None, summary.shown_total if summary else None),
        history=tuple(_act(one) for one in decision.act_rows if one["after"]),
        has_open_request=any(not one["after"] for one in decision.act_rows),
    )


def _act(one: Mapping[str, Any]) -> PastAct:
    return PastAct(_label(one["before"]), _label(one["after"]), one["on"], one["reason"])


def _label(grade: str) -> str:
    return Grade(grade).label if grade else ""


def _by_rank(line: SheetLine) -> tuple[bool, int, int]:
    rank = line.summary.rank_in_field if line.summary else None
    return rank is None, rank or 0, line.decision.reviewee.order_no


def narrowed(sheet: Sheet, *, field: str = "", show: str = "") -> list[SheetSection]:
    """Return the sections with only the lines asked for; ``show`` is a key of ``SHOWN``. Empty sections fall away."""
    wanted = SHOWN.get(show, SHOWN[""])[1]
    sections = [
        SheetSection(section.quota, tuple(line for line in section.lines if wanted(line)))
        for section in sheet.sections
        if field in {"", section.quota.field.value}
    ]
    return [section for section in sections if section.lines]


SHOWN: Mapping[str, tuple[str, Any]] = {
    "": ("全部", lambda _: True),
    "undecided": ("未审定", lambda line: not line.is_decided),
    "departing": ("与建议不同", lambda line: line.is_departure or line.is_reconsidered),
    "flagged": ("有提示", lambda line: bool(line.flags)),
}


def counts(lines: Sequence[SheetLine]) -> dict[str, int]:
    """Return how many lines each choice of ``SHOWN`` would show."""
    return {key: sum(bool(wanted(line)) for line in lines) for key, (_, wanted) in SHOWN.items()}
