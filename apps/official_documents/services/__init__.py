"""Every write of official documents. A module each; other apps import from here."""

from apps.official_documents.services.bundles import BUNDLE_FILE, bundle_documents
from apps.official_documents.services.issuing import DOCUMENT_FILE, Press, add_formats, issue_document
from apps.official_documents.services.orders import DOCUMENTS_JOB, order_documents
from apps.official_documents.services.states import mark_document_read, mark_outdated, revoke_document
from apps.official_documents.services.templates import restore_template, save_template
from apps.official_documents.services.working_copies import take_working_copy

__all__ = [
    "BUNDLE_FILE",
    "DOCUMENTS_JOB",
    "DOCUMENT_FILE",
    "Press",
    "add_formats",
    "bundle_documents",
    "issue_document",
    "mark_document_read",
    "mark_outdated",
    "order_documents",
    "restore_template",
    "revoke_document",
    "save_template",
    "take_working_copy",
]
