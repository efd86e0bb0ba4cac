"""A secretary's own years: grade, figures as far as the letters of the cycle tell them, documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.grading.models import GradeDecision, Reconsideration
from apps.grading.selectors import own_decisions, with_effective_grade
from apps.official_documents.kit.kinds import kind_for
from apps.official_documents.models import IssuedDocument
from apps.official_documents.selectors import IN_FORCE, own_documents
from apps.official_documents.selectors.templates import switches_in_use
from apps.scoring.models import ScoreSummary

LETTER = "feedback_letter"


@dataclass(frozen=True, slots=True)
class OwnYear:
    """One year. ``tells_score`` and ``tells_rank``: whether the letters of this cycle tell them; the page keeps to it."""

    decision: GradeDecision
    summary: ScoreSummary | None
    documents: Sequence[IssuedDocument]
    acts: Sequence[Reconsideration]
    tells_score: bool
    tells_rank: bool

    @property
    def is_unread(self) -> bool:
        """Tell whether a document in force waits to be taken."""
        return any(one.read_at is None for one in self.documents)

    @property
    def has_letter(self) -> bool:
        """Tell whether the feedback letter has been issued."""
        return any(one.kind == LETTER for one in self.documents)


def own_years(user: User) -> list[OwnYear]:
    """Return the signed grades of the account's secretary, the newest first."""
    decisions = list(
        with_effective_grade(own_decisions(user))
        .select_related("reviewee__cycle__host", "deliberation")
        .prefetch_related("reconsiderations")
        .order_by("-reviewee__cycle__year")
    )
    ids = [one.reviewee_id for one in decisions]
    found = ScoreSummary.objects.filter(run__is_current=True, reviewee__in=ids).select_related("run")
    summaries = {one.reviewee_id: one for one in found}
    papers = (
        own_documents(user).filter(IN_FORCE, reviewee__in=ids).select_related("pdf", "xlsx", "docx", "cycle")
    )
    documents = list(papers.order_by("kind"))
    return [
        _year(one, summaries.get(one.reviewee_id), [d for d in documents if d.reviewee_id == one.reviewee_id])
        for one in decisions
    ]


def _year(
    decision: GradeDecision, summary: ScoreSummary | None, documents: Sequence[IssuedDocument]
) -> OwnYear:
    tells = _told(decision.reviewee.cycle)
    return OwnYear(
        decision,
        summary,
        documents,
        [act for act in decision.reconsiderations.all() if act.withdrawn_at is None],
        tells.get("score", True),
        tells.get("rank", True),
    )


def _told(cycle: ReviewCycle) -> dict[str, bool]:
    kind = kind_for(LETTER)
    return switches_in_use(kind, cycle) if kind else {}


def unread_count(user: User) -> int:
    """Return how many documents in force the account's secretary has not taken yet."""
    return own_documents(user).filter(IN_FORCE, read_at__isnull=True).count()
