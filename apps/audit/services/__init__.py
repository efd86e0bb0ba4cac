"""Every write of the log, and the check of its chain. A module each; other apps import from here."""

from apps.audit.services.checking import check_chain
from apps.audit.services.copying import copy_new_entries
from apps.audit.services.cutting import cut_log
from apps.audit.services.exporting import export_period
from apps.audit.services.recording import record_action, record_refusal
from apps.audit.services.verification import verify_chain

__all__ = [
    "check_chain",
    "copy_new_entries",
    "cut_log",
    "export_period",
    "record_action",
    "record_refusal",
    "verify_chain",
]
