"""The jobs of scoring."""

from django.urls import reverse

from apps.documents.kit.jobs import JobContext
from apps.scoring.services import STEPS, compute_score_run, verify_session


def compute_scores(context: JobContext) -> None:
    """Compute the run named in the job. Doing it twice changes nothing."""

    def progress(step: str) -> None:
        context.progress(STEPS.index(step), len(STEPS))

    run = compute_score_run(int(context.arguments["run_id"]), at=context.at, progress=progress)
    context.progress(len(STEPS), len(STEPS))
    context.link(reverse("scoring:run_detail", args=[run.pk]))


def verify_results(context: JobContext) -> None:
    """Verify the session named in the job. Doing it twice changes nothing."""
    context.progress(0, 1)
    session = verify_session(int(context.arguments["session_id"]), actor=context.requested_by, at=context.at)
    context.progress(1, 1)
    context.link(reverse("scoring:verification", args=[session.pk]))
