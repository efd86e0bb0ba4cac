"""A run against the one before it, as far as both may be shown."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.cycles.domain.schemes import ComponentKind
from apps.scoring.domain.differences import ShownFigures, changed_parts, describe_differences
from apps.scoring.domain.fingerprints import ADJUSTMENTS, IMPORTED
from apps.scoring.domain.inputs import Inputs
from apps.scoring.models import ScoreRun, ScoreSummary


def differences_of(run: ScoreRun, inputs: Inputs, hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return what changed against the current run, whose place this one is about to take; empty if there is none."""
    before = ScoreRun.objects.filter(cycle_id=run.cycle_id, is_current=True).exclude(pk=run.pk).first()
    if before is None:
        return {}
    names = {person.key: person.name for person in inputs.people}
    forms = {form.key: form.name for form in inputs.scheme.forms}
    parts = changed_parts(before.input_hashes, hashes, forms) if before.input_hashes else []
    old, new = ([_shown(one, names) for one in _summaries(each)] for each in (before, run))
    return describe_differences(against=before.pk, parts=parts, before=old, now=new)


def _summaries(run: ScoreRun) -> Iterator[ScoreSummary]:
    """Yield the summaries of a run without their long parts: in a large field a band alone may name a thousand people."""
    rows = ScoreSummary.objects.filter(run=run).select_related("reviewee")
    for one in rows.defer("band", "papers", "item_scores").iterator(500):
        one.run = run  # its own long words are not read with every line again
        yield one


def _shown(one: ScoreSummary, names: dict[int, str]) -> ShownFigures:
    figures: dict[str, str | None] = {}
    causes: dict[str, str] = {}
    for part in one.components:
        name = f"“{part['name']}”"
        if part["kind"] == ComponentKind.IMPORTED.value:
            causes[name] = IMPORTED
        if not part.get("hides_score") and not one.hides_score:
            figures[name] = part["score"]
    for name, value in (("加分", one.bonus), ("扣分", one.deduction)):
        figures[name], causes[name] = f"{value:f}", ADJUSTMENTS
    if not one.hides_score:
        for name, shown in (
            ("测评得分", one.shown_ballot_score),
            ("加减分前", one.shown_base),
            ("总分", one.shown_total),
        ):
            figures[name] = None if shown is None else f"{shown:f}"
    figures["领域内名次"] = None if one.rank_in_field is None else f"第 {one.rank_in_field} 名"
    return ShownFigures(one.reviewee_id, names.get(one.reviewee_id, one.reviewee.name), figures, causes)
