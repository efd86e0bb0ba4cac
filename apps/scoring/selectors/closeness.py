"""Whose ranks the ballots do not tell apart, as a run stored it."""

from apps.scoring.models import ScoreRun


def undistinguished(run: ScoreRun) -> dict[int, set[int]]:
    """Return for every reviewee with a shown rank those of the field that are not distinguishable; see ``domain.closeness``."""
    rows = run.summaries.order_by().values_list("reviewee_id", "band")
    return {reviewee_id: set(band["neighbors"]) for reviewee_id, band in rows if band}
