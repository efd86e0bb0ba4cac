"""Every write of roster imports. A module each; other apps import from here."""

from apps.rosters.services.checks import (
    carry_out_check,
    check_workbook,
    discard_import,
    page_of,
    receive_workbook,
)
from apps.rosters.services.exports import export_name, export_roster, order_export, store_roster
from apps.rosters.services.imports import confirm_import, import_workbook, order_confirmation
from apps.rosters.services.outcomes import FILE_KIND, XLSX

__all__ = [
    "FILE_KIND",
    "XLSX",
    "carry_out_check",
    "check_workbook",
    "confirm_import",
    "discard_import",
    "export_name",
    "export_roster",
    "import_workbook",
    "order_confirmation",
    "order_export",
    "page_of",
    "receive_workbook",
    "store_roster",
]
