"""Every write of the log, and the check of its chain. A module each; other apps import from here."""

from apps.audit.services.recording import record_action, record_refusal
from apps.audit.services.verification import verify_chain

__all__ = ["record_action", "record_refusal", "verify_chain"]
