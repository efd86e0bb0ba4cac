"""The opened marks of a cycle, counted by the database: equal marks of a group about one reviewee come as one row with their number.

They are read in batches of reviewees, so that a whole district fits into little memory. Never a rehearsal.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, QuerySet

from apps.evaluations.models import EvaluationSession, SessionGroup, SessionSubject
from apps.scoring.domain.inputs import Batch, CountedForm
from apps.scoring.domain.tally import Form, Pattern, TallyKey

BATCH = 60  # reviewees read at a time
COUNTED = """
    SELECT paper_id, subject_id, group_id, marks::text, count(*)
    FROM evaluations_openedmark
    WHERE subject_id = ANY(%s)
    GROUP BY 1, 2, 3, 4
"""
Pile = tuple[dict[str, int], list[int], list[int]]  # text -> place of the pattern; places, numbers


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


@dataclass(slots=True)
class _Counting:
    """The marks of one form while they are read."""

    form: Form
    patterns: list[Pattern] = field(default_factory=list)
    texts: dict[int, dict[str, int]] = field(default_factory=dict)  # number of subjects -> text -> place
    piles: dict[TallyKey, tuple[list[int], list[int]]] = field(default_factory=dict)

    def pile(self, key: TallyKey, n_subjects: int) -> Pile:
        """Return where the marks of a group about a reviewee go."""
        n = n_subjects if self.form.has_ranks else 0
        return (self.texts.setdefault(n, {}), *self.piles.setdefault(key, ([], [])))

    def read_texts(self) -> CountedForm:
        """Return the form's marks; each different text is read once."""
        keys = [item.key for item in self.form.items]
        n_patterns = sum(map(len, self.texts.values()))
        patterns: list[Pattern] = [Pattern(())] * n_patterns
        for n_subjects, texts in self.texts.items():
            for text, place in texts.items():
                patterns[place] = Pattern(tuple(map(json.loads(text).get, keys)), n_subjects)
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
        piles: dict[tuple[int, int, int], Pile] = {}
        with connection.cursor() as cursor:  # tens of thousands of plain rows: no need for a row object each
            cursor.execute(COUNTED, [list(subjects)])
            rows = cursor.fetchall()
        n_texts = dict.fromkeys(counting, 0)
        for paper, subject, group, text, n in rows:
            key = (paper, subject, group)
            pile = piles.get(key)
            if pile is None:
                reviewee, session = self.of_subject[subject]
                own = (reviewee, self.of_group[group])
                pile = piles[key] = counting[paper].pile(own, self.n_subjects[session])
            texts, places, numbers = pile
            place = texts.get(text)
            if place is None:
                place = texts[text] = n_texts[paper]
                n_texts[paper] += 1
            places.append(place)
            numbers.append(n)
        return {key: one.read_texts() for key, one in counting.items()}
