"""What trimming changed: the mean of all ballots beside the one that counts. Only for groups whose own figures are shown."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.db.models import Count, TextField
from django.db.models.functions import Cast

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import PaperTemplate
from apps.cycles.domain.schemes import BlankRule
from apps.cycles.models import ReviewScheme
from apps.evaluations.models import OpenedMark
from apps.evaluations.selectors.results import OPENED_STATES
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.domain.tally import Form, Pattern, Rules, mark_score
from apps.scoring.models import GroupScore, ScoreSummary
from apps.scoring.selectors.explanations.lines import TrimmingLine

Key = tuple[int, int]  # form, voter group


def trimming_of(
    summary: ScoreSummary,
    scheme: ReviewScheme,
    templates: Mapping[int, PaperTemplate],
    scores: Sequence[GroupScore],
) -> dict[Key, TrimmingLine]:
    """Return what trimming did to each shown group. One query, none if the scheme does not trim.

    Marks that have been purged meanwhile cannot be counted again: then nothing is said.
    """
    trimmed = [one for one in scores if not one.is_suppressed and n_dropped(one, scheme)]
    if not trimmed:
        return {}
    sums = _sums(summary, scheme, templates)
    return {
        key: _line(one, scheme, sums[key])
        for one in trimmed
        if (key := (one.paper_id, one.voter_group_id)) in sums
    }


def n_dropped(one: GroupScore, scheme: ReviewScheme) -> int:
    """Return how many ballots of a group were left out, both sides together."""
    k, n = scheme.trim_each_side, one.n_scored
    return 2 * k if n > scheme.trim_when_more_than and n > 2 * k else 0


def _line(one: GroupScore, scheme: ReviewScheme, total: Fraction) -> TrimmingLine:
    n, mean = n_dropped(one, scheme), from_exact_text(one.mean_exact) or Fraction(0)
    without = total / (n_divided_by(one, scheme) + n)
    return TrimmingLine(n, round_half_up(without, scheme.decimals), round_half_up(mean, scheme.decimals))


def n_divided_by(one: GroupScore, scheme: ReviewScheme) -> int:
    """Return the ballots by which a group's mean is divided."""
    return one.n_divided_by or one.n_scored - n_dropped(one, scheme)


def _sums(
    summary: ScoreSummary, scheme: ReviewScheme, templates: Mapping[int, PaperTemplate]
) -> dict[Key, Fraction]:
    """Return the sum of the scores of all ballots, per form and group."""
    rows = (
        OpenedMark.objects.filter(
            subject__reviewee_id=summary.reviewee_id,
            subject__session__state__in=OPENED_STATES,
            subject__session__rehearsal_of=None,
        )
        .order_by()
        .values_list("paper_id", "group__voter_group_id", Cast("marks", TextField()))
        .annotate(n=Count("*"))
    )
    blank_value = None if scheme.blank_value is None else Fraction(scheme.blank_value)
    rules = Rules(blank_rule=BlankRule(scheme.blank_rule), blank_value=blank_value)
    forms = {key: Form(key, "", template) for key, template in templates.items()}
    sums: dict[Key, Fraction] = {}
    for paper_id, group_id, text, n in rows:
        form = forms.get(paper_id)
        if form is None or form.has_ranks:
            continue
        marks = json.loads(text)
        score = mark_score(rules, form, Pattern(tuple(marks.get(item.key) for item in form.items)))
        if score is not None:
            sums[paper_id, group_id] = sums.get((paper_id, group_id), Fraction(0)) + n * score
    return sums
