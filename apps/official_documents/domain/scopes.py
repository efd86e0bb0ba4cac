"""What a document is about, and the forms it comes in."""

from dataclasses import dataclass

from apps.common.domain.labels import LabelledEnum


class Scope(LabelledEnum):
    """One document for each reviewee, for each field, or for the whole cycle."""

    REVIEWEE = "reviewee", "每人一份"
    FIELD = "field", "每个领域一份"
    CYCLE = "cycle", "全周期一份"


class Format(LabelledEnum):
    """A file format. The PDF is the document; the others are for those who work on with it."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"
    DOCX = "docx", "Word"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What one document is about. ``reviewee_id`` is set in scope reviewee only, ``field`` in scope field only."""

    cycle_id: int
    reviewee_id: int | None = None
    field: str = ""

    @property
    def person(self) -> int:
        """The reviewee's id.

        :raises LookupError: the document is not about a person (a mistake in the program).
        """
        if self.reviewee_id is None:
            raise LookupError("this subject is no person")
        return self.reviewee_id
