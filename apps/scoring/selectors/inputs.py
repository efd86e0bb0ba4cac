"""What a run reads: the frozen scheme, the marks counted by the database, the imported figures. Never a rehearsal."""

import json
from collections.abc import Iterable
from fractions import Fraction

from django.db import connection
from django.db.models import Count, QuerySet, TextField
from django.db.models.functions import Cast

from apps.assessments.models import ComponentScore
from apps.cycles.domain.schemes import BlankRule, ComponentKind, EmptyGroupRule
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import (
    EvaluationSession,
    OpenedMark,
    SessionClosing,
    SessionPaper,
    SessionSubject,
)
from apps.scoring.domain.inputs import Component, CountedForm, Imported, Inputs, Named, Person, Scheme
from apps.scoring.domain.tally import Form, Pattern, Row, Rules

OPENED = (SessionState.OPENED.value, SessionState.RELEASED.value, SessionState.PURGED.value)


def real_sessions(cycle: ReviewCycle) -> QuerySet[EvaluationSession]:
    """Return the sessions of a cycle that count: no rehearsal."""
    return EvaluationSession.objects.filter(cycle=cycle, rehearsal_of__isnull=True)


def load_inputs(cycle: ReviewCycle) -> Inputs:
    """Read everything one run needs, in a constant number of queries."""
    scheme = scheme_of(cycle.scheme)
    papers = _session_papers(cycle)
    return Inputs(
        scheme=scheme,
        people=_people(cycle, papers),
        marks=counted_marks(scheme.forms, real_sessions(cycle)),
        imported=_imported(cycle),
        returned=_returned(cycle, papers),
    )


def scheme_of(scheme: ReviewScheme) -> Scheme:
    """Return the rules of a scheme's rows."""
    forms = tuple(Form(one.pk, one.name, one.template) for one in scheme.papers.order_by("order_no"))
    first = forms[0].key if forms else None
    rules = Rules(
        blank_rule=BlankRule(scheme.blank_rule),
        blank_value=None if scheme.blank_value is None else Fraction(scheme.blank_value),
        trim_each_side=scheme.trim_each_side,
        trim_when_more_than=scheme.trim_when_more_than,
        empty_group_rule=EmptyGroupRule(scheme.empty_group_rule),
    )
    return Scheme(
        rules=rules,
        forms=forms,
        groups=tuple(
            Named(one.pk, one.name, Fraction(one.weight)) for one in scheme.voter_groups.order_by("order_no")
        ),
        components=tuple(
            Component(
                one.pk,
                one.name,
                Fraction(one.weight),
                kind := ComponentKind(one.kind),
                (one.paper_id or first) if kind is ComponentKind.BALLOT else None,
            )
            for one in scheme.components.order_by("order_no")
        ),
        decimals=scheme.decimals,
        k_min=scheme.k_min,
    )


def counted_marks(forms: Iterable[Form], sessions: QuerySet[EvaluationSession]) -> dict[int, CountedForm]:
    """Return the marks per form, grouped by the database: equal ballots for one person come as one row with their number."""
    counted = (
        OpenedMark.objects.filter(subject__session__in=sessions)
        .order_by()
        .values_list(
            "paper_id",
            "subject__session_id",
            "subject__reviewee_id",
            "group__voter_group_id",
            Cast("marks", TextField()),
        )
        .annotate(n=Count("*"))
    )
    with connection.cursor() as cursor:  # tens of thousands of plain rows: no need for a row object each
        cursor.execute(*counted.query.sql_with_params())
        rows = cursor.fetchall()
    n_subjects = dict(
        SessionSubject.objects.filter(session__in=sessions)
        .order_by()
        .values_list("session_id")
        .annotate(n=Count("pk"))
    )
    return {form.key: _counted(form, rows, n_subjects) for form in forms}


def _counted(
    form: Form, rows: Iterable[tuple[int, int, int, int, str, int]], n_subjects: dict[int, int]
) -> CountedForm:
    places: dict[tuple[str, int], int] = {}
    found: list[Row] = []
    for paper, session, reviewee, group, text, n in rows:
        if paper == form.key:
            key = (text, n_subjects[session] if form.has_ranks else 0)
            found.append((reviewee, group, places.setdefault(key, len(places)), n))
    keys = [item.key for item in form.items]
    return CountedForm([_pattern(keys, text, n) for text, n in places], found)


def _pattern(keys: Iterable[str], text: str, n_subjects: int) -> Pattern:
    marks = json.loads(text)
    return Pattern(tuple([marks.get(key) for key in keys]), n_subjects)


def _session_papers(cycle: ReviewCycle) -> dict[int, list[int]]:
    """Return the forms filled in each session."""
    found: dict[int, list[int]] = {}
    rows = SessionPaper.objects.filter(session__in=real_sessions(cycle)).order_by("paper__order_no")
    for session_id, paper_id in rows.values_list("session_id", "paper_id"):
        found.setdefault(session_id, []).append(paper_id)
    return found


def _people(cycle: ReviewCycle, papers: dict[int, list[int]]) -> list[Person]:
    on_forms: dict[int, dict[int, tuple[str, ...]]] = {}
    subjects = SessionSubject.objects.filter(session__in=real_sessions(cycle)).order_by("session_id")
    rows = subjects.values_list("reviewee_id", "session_id", "session__state", "session__title")
    for reviewee_id, session_id, state, title in rows:
        waiting = on_forms.setdefault(reviewee_id, {})
        for paper_id in papers.get(session_id, []):
            waiting[paper_id] = (*waiting.get(paper_id, ()), *(() if state in OPENED else (title,)))
    return [
        Person(one.pk, f"{one.organization_name}{one.name}", one.field, on_forms.get(one.pk, {}))
        for one in cycle.reviewees.all()
    ]


def _imported(cycle: ReviewCycle) -> dict[tuple[int, int], Imported]:
    return {
        (one.reviewee_id, one.component_id): Imported(one.value, one.out_of, one.source)
        for one in ComponentScore.objects.filter(reviewee__cycle=cycle)
    }


def _returned(cycle: ReviewCycle, papers: dict[int, list[int]]) -> dict[tuple[int, int, int], int]:
    """Return what the ledgers of the opened sessions say came back, for each form and each person on it."""
    closings = SessionClosing.objects.filter(
        session__in=real_sessions(cycle), session__state__in=OPENED
    ).values_list("session_id", "ledger")
    ledgers = dict(closings)
    found: dict[tuple[int, int, int], int] = {}
    subjects = SessionSubject.objects.filter(session_id__in=ledgers).order_by()
    for reviewee_id, session_id in subjects.values_list("reviewee_id", "session_id"):
        for line in ledgers[session_id]["groups"]:
            for paper_id in papers.get(session_id, []):
                key = (paper_id, reviewee_id, line["voter_group_id"])
                found[key] = found.get(key, 0) + line["n_online"] + line["n_paper"]
    return found
