"""Evidence as it comes in: checked by content before it gets here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """An uploaded file that passed ``documents.kit.uploads.check_upload``."""

    name: str
    content_type: str
    content: bytes
