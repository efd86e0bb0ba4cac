"""The opened marks of a cycle, counted by the database: equal marks of a group about one reviewee come as one row with their number.

They are read in batches of reviewees, so that a whole district fits into little memory. Never a rehearsal.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, QuerySet

from apps.evaluations.models import EvaluationSession, SessionGroup, SessionSubject
from apps.scoring.domain.inputs import Batch, CountedForm
from apps.scoring.domain.tally import Form, Pattern, TallyKey

BATCH = 100  # reviewees read at a time
# One row per form, reviewee and group: its different marks, and how many there are of each, in the same order.
COUNTED = """
    SELECT paper_id, subject_id, group_id, string_agg(mark, E'\\n'), string_agg(n::text, ',')
    FROM (
        SELECT paper_id, subject_id, group_id, marks::text AS mark, count(*) AS n
        FROM evaluations_openedmark
        WHERE subject_id = ANY(%s)
        GROUP BY 1, 2, 3, 4
    ) counted
    GROUP BY 1, 2, 3
"""


class _Places(dict[str, int]):
    """The place of each different text; a new text gets the next one. Looked up thousands of times, hence no function of ours."""

    def __init__(self, taken: list[str]) -> None:
        super().__init__()
        self.taken = taken

    def __missing__(self, text: str) -> int:
        place = self[text] = len(self.taken)
        self.taken.append(text)
        return place


@dataclass(frozen=True)
class StoredMarks:
    """All marks of some sessions, to be read again and again, a batch of reviewees at a time."""

    forms: Sequence[Form]
    sessions: QuerySet[EvaluationSession]

    def __iter__(self) -> Iterator[Batch]:
        known = _Known(self.forms, self.sessions)
        everybody = list(known.subjects)
        for start in range(0, len(everybody), BATCH):
            batch = everybody[start : start + BATCH]
            yield known.read([subject for one in batch for subject in known.subjects[one]])


class _Counting:
    """The marks of one form while they are read."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.taken: list[str] = []
        self.texts: dict[int, _Places] = {}  # number of subjects -> text -> place
        self.piles: dict[TallyKey, tuple[list[int], list[int]]] = {}

    def add(self, key: TallyKey, n_subjects: int, marks: str, numbers: str) -> None:
        """Take in the marks of a group about a reviewee."""
        n = n_subjects if self.form.has_ranks else 0
        texts = self.texts.setdefault(n, _Places(self.taken))
        places, counts = self.piles.setdefault(key, ([], []))
        places += map(texts.__getitem__, marks.split("\n"))
        counts += map(int, numbers.split(","))

    def read_texts(self) -> CountedForm:
        """Return the form's marks; each different text is read once."""
        keys = [item.key for item in self.form.items]
        marks = json.loads(f"[{','.join(self.taken)}]")  # in one go: there are thousands of them
        n_subjects = dict.fromkeys(range(len(marks)), 0)
        for n, texts in self.texts.items():
            n_subjects |= dict.fromkeys(texts.values(), n)
        patterns = [
            Pattern(tuple(map(one.get, keys)), n) for one, n in zip(marks, n_subjects.values(), strict=True)
        ]
        return CountedForm(patterns, piles=self.piles)


class _Known:
    """Who is who in the sessions."""

    def __init__(self, forms: Sequence[Form], sessions: QuerySet[EvaluationSession]) -> None:
        self.forms = forms
        rows = SessionSubject.objects.filter(session__in=sessions).order_by("session_id", "order_no", "pk")
        self.of_subject: dict[int, tuple[int, int]] = {}
        self.subjects: dict[int, list[int]] = {}
        for pk, reviewee, session in rows.values_list("pk", "reviewee_id", "session_id"):
            self.of_subject[pk] = (reviewee, session)
            self.subjects.setdefault(reviewee, []).append(pk)
        counted = rows.order_by().values_list("session_id").annotate(n=Count("pk"))
        self.n_subjects: dict[int, int] = dict(counted)
        groups = SessionGroup.objects.filter(session__in=sessions)
        self.of_group: dict[int, int] = dict(groups.values_list("pk", "voter_group_id"))

    def read(self, subjects: Sequence[int]) -> Batch:
        """Return all marks about some subjects of sessions."""
        counting = {form.key: _Counting(form) for form in self.forms}
        with connection.cursor() as cursor:
            cursor.execute(COUNTED, [list(subjects)])
            for paper, subject, group, marks, numbers in cursor:
                reviewee, session = self.of_subject[subject]
                key = (reviewee, self.of_group[group])
                counting[paper].add(key, self.n_subjects[session], marks, numbers)
        return {key: one.read_texts() for key, one in counting.items()}
