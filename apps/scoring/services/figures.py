"""Computed figures on their way into the tables: exact as text, rounded once beside it."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from apps.assessments.domain.adjustments import CountedLine
from apps.common.domain.formats import round_half_up
from apps.scoring.domain.computation import Computation, Figures, FormFigures, GroupFigure
from apps.scoring.domain.explaining import band_words, component_words
from apps.scoring.domain.figures import ComponentFigure
from apps.scoring.domain.inputs import AdjustmentLine, Scheme
from apps.scoring.domain.numbers import exact_text
from apps.scoring.models import GroupScore, ScoreRun, ScoreSummary

PORTION = 500  # reviewees stored at a time


def store_figures(run: ScoreRun, result: Computation, scheme: Scheme) -> None:
    """Write everybody's figures of a run."""
    names = {one.person.key: one.person.name for one in result.figures}
    writer = _Writer(run, result, scheme, names)
    for start in range(0, len(result.figures), PORTION):
        writer.store(result.figures[start : start + PORTION])


class _Writer:
    """Turns figures into rows of one run."""

    def __init__(self, run: ScoreRun, result: Computation, scheme: Scheme, names: dict[int, str]) -> None:
        self.run, self.result, self.scheme, self.names = run, result, scheme, names
        self.decimals = scheme.decimals
        self.lines = {line.key: line for line in scheme.adjustments}

    def store(self, figures: tuple[Figures, ...]) -> None:
        """Write some people's figures."""
        summaries = ScoreSummary.objects.bulk_create(self._summary(one) for one in figures)
        GroupScore.objects.bulk_create(
            (
                self._group_score(summary, form, figure)
                for summary, one in zip(summaries, figures, strict=True)
                for form in one.forms
                for figure in form.groups
            ),
            batch_size=1000,
        )

    def _summary(self, one: Figures) -> ScoreSummary:
        return ScoreSummary(
            run=self.run,
            reviewee_id=one.person.key,
            n_valid=one.n_valid,
            ballot_exact=exact_text(one.ballot),
            ballot_score=self._rounded(one.ballot),
            base_exact=exact_text(one.base),
            base=self._rounded(one.base),
            bonus=_points(one.bonus.total),
            deduction=_points(one.deduction.total),
            adjustments=[self._adjustment(line) for line in (*one.bonus.lines, *one.deduction.lines)],
            total_exact=exact_text(one.total),
            total=self._rounded(one.total),
            rank_in_field=self.result.shown_rank(one),
            n_in_field=self.result.n_in_field[one.person.field],
            papers=[self._paper_score(form) for form in one.forms],
            components=[self._component(part) for part in one.components],
            item_scores=[line for form in one.forms for line in self._item_scores(form)],
            band=self._band(one),
            hides_score=one.hides_score,
        )

    def _rounded(self, value: Fraction | None) -> Decimal | None:
        return None if value is None else round_half_up(value, self.decimals)

    def _figure(self, value: Fraction | None) -> dict[str, str | None]:
        rounded = self._rounded(value)
        return {"exact": exact_text(value), "score": None if rounded is None else str(rounded)}

    def _adjustment(self, one: CountedLine[int]) -> dict[str, Any]:
        line: AdjustmentLine = self.lines[one.line]
        return {
            "adjustment_id": line.key,
            "name": line.name,
            "kind": line.kind.value,
            "entered": str(_points(one.entered)),
            "counted": str(_points(one.counted)),
        }

    def _paper_score(self, one: FormFigures) -> dict[str, Any]:
        return {
            "paper_id": one.form.key,
            "name": one.form.name,
            "n_valid": one.n_valid,
            "hides_score": one.hides_score,
        } | self._figure(one.score)

    def _item_scores(self, one: FormFigures) -> list[dict[str, Any]]:
        return [
            {
                "paper_id": one.form.key,
                "item_id": item.key,
                "name": item.text,
                "is_hidden": one.hides_items or one.hides_score,
            }
            | self._figure(score)
            for item, score in zip(one.form.items, one.item_scores, strict=True)
            if item.is_scored
        ]

    def _component(self, one: ComponentFigure) -> dict[str, Any]:
        part, brought = one.component, one.imported
        raw = self._rounded(one.raw.value)
        return {
            "component_id": part.key,
            "name": part.name,
            "kind": part.kind.value,
            "paper_id": part.form,
            "item": part.item,
            "options": list(part.options),
            "weight": exact_text(part.weight),
            "value": None if brought is None else str(brought.value),
            "out_of": None if brought is None else str(brought.out_of),
            "source": "" if brought is None else brought.source,
            "raw": None if raw is None else str(raw),
            "raw_exact": exact_text(one.raw.value),
            "conversion": part.conversion.kind.value,
            "explanation": component_words(one, self.scheme),
            "reason": one.reason,
            "hides_raw": one.hides_raw,
            "hides_score": one.hides_score,
        } | self._figure(one.score)

    def _band(self, one: Figures) -> dict[str, Any]:
        band = self.result.bands.get(one.person.key)
        if band is None:
            return {}
        return {
            "near": band.neighbors.as_text(),
            "n_near": len(band.neighbors),
            "from_rank": band.from_rank,
            "to_rank": band.to_rank,
            "words": band_words(band, self.names),
        }

    def _group_score(self, summary: ScoreSummary, form: FormFigures, figure: GroupFigure) -> GroupScore:
        found = figure.tally
        return GroupScore(
            summary=summary,
            paper_id=form.form.key,
            voter_group_id=figure.group.key,
            n_returned=figure.n_returned,
            n_valid=found.n_valid,
            n_scored=found.n_scored,
            n_abstained=found.n_abstained,
            n_divided_by=figure.n_divided_by,
            mean_exact=exact_text(figure.mean),
            mean=self._rounded(figure.mean),
            effective_weight=exact_text(figure.share),
            is_suppressed=figure.is_suppressed,
            counts=[
                {
                    "item": item.key,
                    "n": found.n_answered(place),
                    "divided_by": divided_by,
                    "answers": found.answers(place),
                    "points": exact_text(points),
                }
                for place, (item, (divided_by, points)) in enumerate(
                    zip(form.form.items, figure.items, strict=True)
                )
            ],
        )


def _points(value: Fraction) -> Decimal:
    return round_half_up(value, 2)
