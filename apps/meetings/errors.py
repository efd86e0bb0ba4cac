"""Refusals of the meeting room."""

from apps.common.errors import DomainError


class MeetingClosed(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The cycle is not at a stage in which this part of the meeting may change."""

    code = "meeting_closed"


class NotOnAgenda(DomainError):  # noqa: N818 -- see above
    """A person who does not (or may not) report at this meeting."""

    code = "not_on_agenda"


class AgendaEmpty(DomainError):  # noqa: N818 -- see above
    """Lots cannot be drawn among nobody."""

    code = "agenda_empty"


class LotsAlreadyDrawn(DomainError):  # noqa: N818 -- see above
    """Lots were drawn before; drawing again must be wanted."""

    code = "lots_already_drawn"


class CommentaryHasProblems(DomainError):  # noqa: N818 -- see above
    """A commentary from which problems were taken stays."""

    code = "commentary_has_problems"


class BadCount(DomainError):  # noqa: N818 -- see above
    """Attendance figures that cannot be true."""

    code = "bad_count"


class TextMissing(DomainError):  # noqa: N818 -- see above
    """An empty text where words are needed."""

    code = "text_missing"
