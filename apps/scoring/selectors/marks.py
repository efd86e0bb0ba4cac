"""The opened marks of a cycle: the database hands out the marks of a group about one reviewee as one text, equal ones are counted here.

(Counting them in the database takes longer than all the rest: it has to sort or hash long texts, and half of them are different.) They are
read in batches of reviewees, so that a whole district fits into little memory; while one batch is reckoned with, the database works on
the next. Never a rehearsal.
"""

import json
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, QuerySet

from apps.evaluations.models import EvaluationSession, SessionGroup, SessionSubject
from apps.scoring.domain.inputs import Batch, CountedForm
from apps.scoring.domain.tally import Form, Pattern, TallyKey

BATCH = 10  # reviewees read at a time: their marks fit into the memory the database groups in
AHEAD = 2  # batches that are read before they are asked for
MOST_KNOWN = 1 << 15  # different marks of a form that are remembered from batch to batch
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

    def __init__(self, n_subjects: int, met: list[str], among: list[int]) -> None:
        super().__init__()
        self.n_subjects, self.met, self.among = n_subjects, met, among

    def __missing__(self, text: str) -> int:
        place = self[text] = len(self.met)
        self.met.append(text)
        self.among.append(self.n_subjects)
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

        coming: deque[Future[Rows]] = deque()
        for batch in batches:
            coming.append(reader.submit(read, batch))
            if len(coming) > AHEAD:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


class _FormMarks:
    """The different marks of one form, as far as they are known; the list of them grows from batch to batch."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.met: list[str] = []
        self.among: list[int] = []  # how many subjects
        self.places: dict[int, _Places] = {}  # by the number of subjects
        self.patterns: list[Pattern] = []

    def count(self, n_subjects: int, marks: str) -> tuple[list[int], list[int]]:
        """Return the marks of a group about a reviewee: the places of the different ones, and how many there are of each."""
        n = n_subjects if self.form.has_ranks else 0
        if n not in self.places:
            self.places[n] = _Places(n, self.met, self.among)
        counted = Counter(marks.split("\n"))
        return list(map(self.places[n].__getitem__, counted)), list(counted.values())

    def read_new(self) -> list[Pattern]:
        """Return the patterns at all places; each different text is read once."""
        n_known = len(self.patterns)
        keys = [item.key for item in self.form.items]
        marks = json.loads(f"[{','.join(self.met[n_known:])}]")  # in one go: there are thousands of them
        self.patterns += [
            Pattern(tuple(map(one.get, keys)), n) for one, n in zip(marks, self.among[n_known:], strict=True)
        ]
        return self.patterns


class _Known:
    """Who is who in the sessions."""

    def __init__(self, forms: Sequence[Form], sessions: QuerySet[EvaluationSession]) -> None:
        self.forms = {form.key: form for form in forms}
        self.marks = {key: _FormMarks(form) for key, form in self.forms.items()}
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
        piles: dict[int, dict[TallyKey, tuple[list[int], list[int]]]] = {key: {} for key in self.forms}
        for key, known in self.marks.items():
            if len(known.patterns) > MOST_KNOWN:
                self.marks[key] = _FormMarks(self.forms[key])
        for paper, subject, group, marks in rows:
            reviewee, session = self.of_subject[subject]
            places, counts = self.marks[paper].count(self.n_subjects[session], marks)
            pile = piles[paper].setdefault((reviewee, self.of_group[group]), ([], []))
            pile[0].extend(places)
            pile[1].extend(counts)
        return {key: CountedForm(self.marks[key].read_new(), piles=own) for key, own in piles.items()}
