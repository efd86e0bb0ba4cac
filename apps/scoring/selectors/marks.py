"""The opened marks of a cycle: the database hands out the marks of a group about one reviewee as one text, equal ones are counted here.

(Counting them in the database takes longer than all the rest: it has to sort or hash long texts, and half of them are different.) They are
read in batches of reviewees, so that a whole district fits into little memory; while one batch is reckoned with, the database works on
the next. Never a rehearsal.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, QuerySet

from apps.evaluations.models import EvaluationSession, SessionGroup, SessionSubject
from apps.scoring.domain.inputs import Batch, CountedForm
from apps.scoring.domain.tally import Form, Pattern, TallyKey

BATCH = 100  # reviewees read at a time
# One row per form, reviewee and group, all its marks in one text. Escaped as JSON is, a mark holds no line break.
MARKS = """
    SELECT paper_id, subject_id, group_id, string_agg(marks::text, E'\\n')
    FROM evaluations_openedmark
    WHERE subject_id = ANY(%s)
    GROUP BY 1, 2, 3
"""
Rows = list[tuple[int, int, int, str]]


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
        yield from map(known.counted, _rows_ahead(known.batches()))


def _rows_ahead(batches: Sequence[list[int]]) -> Iterator[Rows]:
    """Yield the rows of each batch of subjects; the next ones are on their way meanwhile, over the same connection and transaction."""
    with connection.cursor() as cursor, ThreadPoolExecutor(1) as reader:

        def read(subjects: list[int]) -> Rows:
            cursor.execute(MARKS, [subjects])
            rows: Rows = cursor.fetchall()
            return rows

        coming: Future[Rows] | None = None
        for batch in batches:
            last, coming = coming, reader.submit(read, batch)
            if last is not None:
                yield last.result()
        if coming is not None:
            yield coming.result()


class _Counting:
    """The marks of one form while they are read."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.taken: list[str] = []
        self.texts: dict[int, _Places] = {}  # number of subjects -> text -> place
        self.piles: dict[TallyKey, tuple[list[int], list[int]]] = {}

    def add(self, key: TallyKey, n_subjects: int, marks: str) -> None:
        """Take in the marks of a group about a reviewee."""
        n = n_subjects if self.form.has_ranks else 0
        texts = self.texts.setdefault(n, _Places(self.taken))
        places, counts = self.piles.setdefault(key, ([], []))
        counted = Counter(marks.split("\n"))
        places += map(texts.__getitem__, counted)
        counts += counted.values()

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

    def batches(self) -> list[list[int]]:
        """Return the subjects of sessions in batches; all that are one reviewee are in the same one."""
        everybody = list(self.subjects.values())
        return [
            [subject for own in everybody[start : start + BATCH] for subject in own]
            for start in range(0, len(everybody), BATCH)
        ]

    def counted(self, rows: Rows) -> Batch:
        """Return the marks of a batch, counted per form."""
        counting = {form.key: _Counting(form) for form in self.forms}
        for paper, subject, group, marks in rows:
            reviewee, session = self.of_subject[subject]
            key = (reviewee, self.of_group[group])
            counting[paper].add(key, self.n_subjects[session], marks)
        return {key: one.read_texts() for key, one in counting.items()}
