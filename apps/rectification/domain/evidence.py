"""What proves progress: a file that has passed the checks of ``documents.kit.uploads``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A checked file with its true content type."""

    name: str
    content_type: str
    content: bytes
