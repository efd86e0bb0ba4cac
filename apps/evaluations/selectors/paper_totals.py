"""How far the paper totals of a session are. Never a figure: there is none that could be read."""

from dataclasses import dataclass

from apps.evaluations.domain import paper_totals
from apps.evaluations.domain.ballot_papers import from_description
from apps.evaluations.models import EvaluationSession, PaperBatch


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of paper forms. ``differing`` ``None``: two people have not entered yet; else the cells that differ, in words."""

    batch: PaperBatch
    name: str
    entered_by: list[tuple[int, str]]
    differing: list[str] | None

    @property
    def is_agreed(self) -> bool:
        return self.differing == []

    @property
    def is_waiting(self) -> bool:
        """Tell whether the urn cannot be opened because of this batch."""
        return self.batch.n_returned > 0 and not self.is_agreed


def batch_lines(session: EvaluationSession) -> list[BatchLine]:
    """Return the batches of a session in the order of groups and halls."""
    batches = list(
        PaperBatch.objects.filter(session=session)
        .select_related("group__voter_group", "hall")
        .prefetch_related("entries__entered_by")
        .order_by("group__voter_group__order_no", "hall__order_no")
    )
    paper = from_description(session.form) if batches and session.form else None
    lines = []
    for batch in batches:
        entries = sorted(batch.entries.all(), key=lambda entry: entry.place)
        cells = differing_cells(batch)
        words = None
        if cells is not None and paper is not None:
            words = [
                paper_totals.cell_words(paper, cell) for cell in paper_totals.in_form_order(paper, cells)
            ]
        people = [(entry.entered_by_id, entry.entered_by.display_name) for entry in entries]
        lines.append(BatchLine(batch, name_of(batch), people, words))
    return lines


def differing_cells(batch: PaperBatch) -> list[str] | None:
    """Return the cells in which the two entries of a batch differ; ``None`` as long as there are not two."""
    both = [entry.digests["cells"] for entry in sorted(batch.entries.all(), key=lambda entry: entry.place)]
    return paper_totals.differing(*both) if len(both) == 2 else None  # noqa: PLR2004 -- two people


def name_of(batch: PaperBatch) -> str:
    """Return the batch in words."""
    group = batch.group.voter_group.name
    return f"{batch.hall.name} {group}" if batch.hall else group


@dataclass(frozen=True, slots=True)
class Place:
    """Where paper forms may be: a group, in a hall if the session has halls."""

    group_id: int
    hall_id: int | None
    name: str


def places_without_batch(session: EvaluationSession) -> list[Place]:
    """Return the places for which no batch has been opened."""
    taken = set(PaperBatch.objects.filter(session=session).values_list("group_id", "hall_id"))
    halls: list[tuple[int | None, str]] = [(hall.pk, f"{hall.name} ") for hall in session.halls.all()]
    return [
        Place(group.pk, hall_id, f"{prefix}{group.voter_group.name}")
        for group in session.groups.select_related("voter_group").order_by("voter_group__order_no")
        for hall_id, prefix in halls or [(None, "")]
        if (group.pk, hall_id) not in taken
    ]
