"""What a run reads: the frozen scheme, the marks counted by the database, the imported figures."""

import json
from collections.abc import Iterable
from fractions import Fraction

from django.db import connection
from django.db.models import Count, TextField
from django.db.models.functions import Cast

from apps.assessments.models import ComponentScore
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import BlankRule, ComponentKind, EmptyGroupRule
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import OpenedMark, SessionClosing, SessionSubject
from apps.scoring.domain.computation import Component, Imported, Inputs, Named, Person, Scheme
from apps.scoring.domain.tally import Pattern, Rules

GRADES = {grade.value: grade for grade in Grade}
OPENED = (SessionState.OPENED.value, SessionState.RELEASED.value)


def load_inputs(cycle: ReviewCycle) -> Inputs:
    """Read everything one run needs, in a constant number of queries."""
    scheme = scheme_of(cycle.scheme)
    counted = CountedMarks(item.key for item in scheme.items)
    rows = counted.rows(cycle) if scheme.uses_ballots else []
    return Inputs(
        scheme=scheme,
        people=_people(cycle),
        patterns=counted.patterns,
        rows=rows,
        imported=_imported(cycle),
        returned=_returned(cycle),
    )


def scheme_of(scheme: ReviewScheme) -> Scheme:
    """Return the rules of a scheme's rows."""
    items = tuple(
        Named(one.pk, one.name, Fraction(one.weight)) for one in scheme.ballot_items.order_by("order_no")
    )
    rules = Rules(
        item_weights=tuple(item.weight for item in items),
        points={Grade(one.grade): Fraction(one.points) for one in scheme.grade_rules.all()},
        blank_rule=BlankRule(scheme.blank_rule),
        blank_value=None if scheme.blank_value is None else Fraction(scheme.blank_value),
        trim_each_side=scheme.trim_each_side,
        trim_when_more_than=scheme.trim_when_more_than,
        empty_group_rule=EmptyGroupRule(scheme.empty_group_rule),
    )
    return Scheme(
        rules=rules,
        items=items,
        groups=tuple(
            Named(one.pk, one.name, Fraction(one.weight)) for one in scheme.voter_groups.order_by("order_no")
        ),
        components=tuple(
            Component(one.pk, one.name, Fraction(one.weight), ComponentKind(one.kind))
            for one in scheme.components.order_by("order_no")
        ),
        decimals=scheme.decimals,
        k_min=scheme.k_min,
    )


class CountedMarks:
    """Marks grouped by the database: equal ballots for one person come as one row with their number."""

    def __init__(self, item_ids: Iterable[int]) -> None:
        self.patterns: list[Pattern] = []
        self._item_ids = [str(pk) for pk in item_ids]

    def rows(self, cycle: ReviewCycle) -> list[tuple[int, int, int, int]]:
        """Return (reviewee, voter group, place of the pattern, how many)."""
        counted = (
            OpenedMark.objects.filter(subject__session__cycle=cycle)
            .order_by()
            .values_list("subject__reviewee_id", "group__voter_group_id", Cast("marks", TextField()))
            .annotate(n=Count("*"))
        )
        places: dict[str, int] = {}
        with connection.cursor() as cursor:  # tens of thousands of plain rows: no need for a row object each
            cursor.execute(*counted.query.sql_with_params())
            rows = [
                (reviewee, group, places.setdefault(text, len(places)), n)
                for reviewee, group, text, n in cursor.fetchall()
            ]
        self.patterns = [self._pattern(text) for text in places]
        return rows

    def _pattern(self, text: str) -> Pattern:
        marks = json.loads(text)
        return tuple(GRADES[answer] if (answer := marks.get(key)) else None for key in self._item_ids)


def _people(cycle: ReviewCycle) -> list[Person]:
    on_forms: dict[int, list[str]] = {}
    subjects = SessionSubject.objects.filter(session__cycle=cycle).order_by("session_id")
    for reviewee_id, state, title in subjects.values_list("reviewee_id", "session__state", "session__title"):
        waiting = on_forms.setdefault(reviewee_id, [])
        if state not in OPENED:
            waiting.append(title)
    return [
        Person(
            key=one.pk,
            name=f"{one.organization_name}{one.name}",
            field=one.field,
            is_on_a_form=one.pk in on_forms,
            waits_for=tuple(on_forms.get(one.pk, ())),
        )
        for one in cycle.reviewees.all()
    ]


def _imported(cycle: ReviewCycle) -> dict[tuple[int, int], Imported]:
    return {
        (one.reviewee_id, one.component_id): Imported(one.value, one.out_of, one.source)
        for one in ComponentScore.objects.filter(reviewee__cycle=cycle)
    }


def _returned(cycle: ReviewCycle) -> dict[tuple[int, int], int]:
    """Return what the ledgers of the opened sessions say came back, for each person on their forms."""
    ledgers = dict(
        SessionClosing.objects.filter(session__cycle=cycle, session__state__in=OPENED).values_list(
            "session_id", "ledger"
        )
    )
    found: dict[tuple[int, int], int] = {}
    subjects = SessionSubject.objects.filter(session_id__in=ledgers).order_by()
    for reviewee_id, session_id in subjects.values_list("reviewee_id", "session_id"):
        for line in ledgers[session_id]["groups"]:
            key = (reviewee_id, line["voter_group_id"])
            found[key] = found.get(key, 0) + line["n_online"] + line["n_paper"]
    return found
