"""Long work of rosters, as handlers of jobs: a large workbook is checked, written or exported by a worker."""

from apps.documents.kit.jobs import JobContext
from apps.rosters import services
from apps.rosters.selectors import labels_to_choose
from apps.rosters.services.checks import page_of
from apps.rosters.sheets import export_skeleton


def check(context: JobContext) -> None:
    """Check a large workbook."""
    one = services.carry_out_check(context.arguments["import_id"], at=context.at)
    context.link(page_of(one))


def confirm(context: JobContext) -> None:
    """Write a large workbook that was checked and confirmed by a person."""
    one = services.confirm_import(context.arguments["import_id"], actor=context.requested_by, at=context.at)
    context.link(page_of(one))


def export(context: JobContext) -> None:
    """Write the roster of an account's subtrees."""
    user = context.requested_by
    if user is None:
        raise LookupError("a roster is exported for an account")
    context.attach(
        services.store_roster(
            user, export_skeleton(labels_to_choose()), at=context.at, progress=context.progress
        )
    )
