"""Tables of an evaluation session. No table here knows a person, a time of casting, an address or a device."""

from apps.evaluations.models.paper import PaperBatch, PaperEntry
from apps.evaluations.models.results import OpenedComment, OpenedMark, SessionClosing
from apps.evaluations.models.sessions import (
    EvaluationSession,
    SessionGroup,
    SessionHall,
    SessionPaper,
    SessionSubject,
)
from apps.evaluations.models.slips import Credential, UrnEntry

__all__ = [
    "Credential",
    "EvaluationSession",
    "OpenedComment",
    "OpenedMark",
    "PaperBatch",
    "PaperEntry",
    "SessionClosing",
    "SessionGroup",
    "SessionHall",
    "SessionPaper",
    "SessionSubject",
    "UrnEntry",
]
