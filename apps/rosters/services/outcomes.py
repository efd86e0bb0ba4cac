"""What a check found, put into the row of its import."""

from datetime import datetime

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.documents.models import StoredFile
from apps.documents.services import store_file
from apps.rosters.domain.checking import plan_import
from apps.rosters.domain.plan import ImportPlan
from apps.rosters.domain.preview import PreviewWriter
from apps.rosters.domain.states import ImportState
from apps.rosters.errors import TemplateMismatch
from apps.rosters.kit.workbook import RosterWorkbook
from apps.rosters.models import RosterImport, RowError
from apps.rosters.selectors import reach_of
from apps.rosters.selectors.stored import DatabaseRoster, field_words

FILE_KIND = "rosters.workbook"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ERRORS_KEPT = 20_000
BATCH = 1_000
COUNTS = (
    "n_organizations", "n_secretaries", "n_created", "n_updated", "n_unchanged", "n_gone", "n_errors",
)  # fmt: skip
OUTCOME = ("state", *COUNTS, "lines", "notices", "fingerprint", "reason")


def store_workbook(name: str, content: bytes, *, actor: User | None, at: datetime) -> StoredFile:
    """Keep the uploaded workbook."""
    return store_file(FILE_KIND, name, content, content_type=XLSX, actor=actor, at=at)


def plan_for(book: RosterWorkbook, actor: User | None) -> ImportPlan:
    """Check a workbook against the roster as it is now, held to what the account may write.

    :raises TemplateMismatch: there is nothing in it.
    """
    plan = plan_import(book.sheets, field_words(), DatabaseRoster(), reach_of(actor), book.problems)
    if not plan.n_organizations and not plan.n_secretaries:
        raise TemplateMismatch(
            "两张表里都没有要导入的行（示例行不算）。请把内容填进模板，从第二行开始，再上传。"
        )
    return plan


def note_outcome(roster_import: RosterImport, plan: ImportPlan, book: RosterWorkbook) -> None:
    """Set the fields of an import from its plan; the caller saves them (``OUTCOME``)."""
    roster_import.state = (ImportState.REFUSED if plan.problems else ImportState.CHECKED).value
    roster_import.n_organizations, roster_import.n_secretaries = plan.n_organizations, plan.n_secretaries
    preview = PreviewWriter()
    for change in plan.changes():
        preview.add(change)
    kinds = preview.kinds
    roster_import.n_created, roster_import.n_updated = kinds["new"], kinds["changed"]
    roster_import.n_unchanged, roster_import.n_gone = kinds["same"], plan.n_gone
    roster_import.n_errors = len(plan.problems)
    roster_import.lines = preview.packed()
    roster_import.notices = [*book.notices, *plan.notices]
    roster_import.fingerprint = preview.fingerprint()
    roster_import.reason = ""


def keep_errors(roster_import: RosterImport, plan: ImportPlan) -> None:
    """Replace the reasons against rows."""
    RowError.objects.filter(roster_import=roster_import).delete()
    RowError.objects.bulk_create(
        [
            RowError(
                roster_import=roster_import, sheet=one.sheet, row_no=one.row_no, column=one.column, value=one.value,
                reason=one.reason[:500],
            )
            for one in plan.problems[:MAX_ERRORS_KEPT]
        ],
        batch_size=BATCH,
    )  # fmt: skip


def log(what: str, roster_import: RosterImport, *, actor: User | None, at: datetime) -> None:
    """Write the one entry of an act on an import."""
    details = {name: getattr(roster_import, name) for name in COUNTS} | {"file": roster_import.file.name}
    record_action(f"rosters.{what}", roster_import, actor=actor, at=at, details=details)
