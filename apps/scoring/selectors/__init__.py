"""Reads of scores. Doors: ``runs_visible_to`` and ``summaries_visible_to``."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.common.domain.actors import Actor
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession
from apps.organizations.selectors import within
from apps.scoring.domain.states import RunState
from apps.scoring.models import ScoreRun, ScoreSummary
from apps.scoring.selectors.inputs import entered_hashes

SIGNED_STAGES = (Stage.RECTIFYING.value, Stage.ARCHIVED.value)
RELEASED_STATES = (SessionState.RELEASED.value, SessionState.PURGED.value)
SCORABLE_STAGES = (Stage.MEETING.value, Stage.GRADING.value)


def runs_visible_to(user: Actor) -> QuerySet[ScoreRun]:
    """Return the runs of cycles the account manages as department staff."""
    return ScoreRun.objects.filter(within(user.department_paths(), "cycle__host__"))


def summaries_visible_to(user: Actor) -> QuerySet[ScoreSummary]:
    """Return the current figures: all of a managed cycle for staff, the own ones after sign-off for a secretary."""
    managed = within(user.department_paths(), "run__cycle__host__")
    own = Q(pk__in=[])
    if user.secretary_id is not None:
        own = Q(reviewee__secretary_id=user.secretary_id, run__cycle__stage__in=SIGNED_STAGES)
    return ScoreSummary.objects.filter(managed | own, run__is_current=True)


def released_summaries_visible_to(user: Actor) -> QuerySet[ScoreSummary]:
    """Return those of cycles that had a session and whose sessions are all released."""
    real = EvaluationSession.objects.filter(cycle=OuterRef("run__cycle"), rehearsal_of=None)
    done = real.filter(state__in=RELEASED_STATES)
    waiting = real.exclude(state__in=RELEASED_STATES)
    return summaries_visible_to(user).filter(Exists(done), ~Exists(waiting))


def current_run(cycle: ReviewCycle) -> ScoreRun | None:
    """Return the run that counts, if there is one yet."""
    return ScoreRun.objects.filter(cycle=cycle, is_current=True).first()


def latest_run(cycle: ReviewCycle) -> ScoreRun | None:
    """Return the run asked for last, finished or not."""
    return ScoreRun.objects.filter(cycle=cycle).select_related("job").order_by("-pk").first()


def is_outdated(run: ScoreRun) -> bool:
    """Tell whether imported figures or points were entered, changed or taken back since the run read them."""
    if run.state == RunState.RUNNING.value or not run.input_hashes:
        return False
    now = entered_hashes(run.cycle)
    return any(run.input_hashes.get(part) != value for part, value in now.items())
