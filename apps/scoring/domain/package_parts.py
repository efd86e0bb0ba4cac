"""What a result package tells of a computation: the scheme, the components, every intermediate figure, line by line.

Figures are told exactly (``387/5``) and, where they are published, rounded. Nothing is hidden here; what pages have to hide is marked.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from apps.assessments.domain.adjustments import CountedLine
from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.conversions import describe_conversion
from apps.cycles.domain.papers.templates import describe_template
from apps.scoring.domain.explaining import component_words
from apps.scoring.domain.figures import ComponentFigure, Computation, Figures, FormFigures, GroupFigure
from apps.scoring.domain.inputs import Inputs, Scheme
from apps.scoring.domain.numbers import exact_text
from apps.scoring.domain.packages import safe_text

Line = tuple[object, ...]


def number_text(value: Fraction | None) -> str | None:
    """Return a number of the scheme as people write it (``60``, ``12.5``); as a fraction where decimals do not end in time."""
    if value is None:
        return None
    rounded = round_half_up(value, 4)
    return plain_decimal(rounded) if Fraction(rounded) == value else str(value)


def described_scheme(scheme: Scheme) -> dict[str, Any]:
    """Return the rules by which everything is computed, as plain JSON."""
    rules = scheme.rules
    return {
        "papers": [
            {"id": one.key, "key": str(n), "name": one.name, "definition": describe_template(one.template)}
            for n, one in enumerate(scheme.forms, start=1)
        ],
        "groups": [
            {"id": one.key, "name": one.name, "weight": number_text(one.weight)} for one in scheme.groups
        ],
        "components": [
            {
                "id": one.key,
                "name": one.name,
                "kind": one.kind.value,
                "weight": number_text(one.weight),
                "paper": one.form,
                "item": one.item,
                "options": list(one.options),
                "conversion": describe_conversion(one.conversion),
            }
            for one in scheme.components
        ],
        "adjustments": [
            {"id": one.key, "name": one.name, "kind": one.kind.value, "limit": number_text(one.limit)}
            for one in scheme.adjustments
        ],
        "rules": {
            "denominator": rules.denominator.value,
            "blank_rule": rules.blank_rule.value,
            "blank_value": number_text(rules.blank_value),
            "trim_each_side": rules.trim_each_side,
            "trim_when_more_than": rules.trim_when_more_than,
            "empty_group_rule": rules.empty_group_rule.value,
            "bonus_limit": number_text(scheme.bonus_limit),
            "deduction_limit": number_text(scheme.deduction_limit),
            "clamps_total": scheme.clamps_total,
            "decimals": scheme.decimals,
            "k_min": scheme.k_min,
        },
    }


def adjustment_lines(inputs: Inputs) -> Iterator[Line]:
    """Yield the bonus and deduction entries, one a line."""
    lines = {one.key: one for one in inputs.scheme.adjustments}
    for reviewee, entries in sorted(inputs.adjustments.items()):
        for entry in entries:
            line = lines[entry.line]
            yield reviewee, line.key, line.kind.value, number_text(entry.points), safe_text(line.name)


class Telling:
    """The lines about one computation."""

    def __init__(self, result: Computation, scheme: Scheme) -> None:
        self.result, self.scheme, self.decimals = result, scheme, scheme.decimals

    def components(self) -> Iterator[Line]:
        """Yield each reviewee's components: what went in, what it was converted to."""
        for one in self.result.figures:
            for part in one.components:
                yield self._component(one, part)

    def _component(self, one: Figures, figure: ComponentFigure) -> Line:
        part, brought = figure.component, figure.imported
        return (
            one.person.key,
            part.key,
            part.kind.value,
            part.form or "",
            number_text(part.weight),
            brought.value if brought else "",
            brought.out_of if brought else "",
            *self._pair(figure.raw.value),
            part.conversion.kind.value,
            " ".join(exact_text(share) for share in figure.raw.overriding),
            "" if figure.place is None else figure.place,
            exact_text(figure.best),
            *self._pair(figure.score),
            safe_text(part.name),
            safe_text(brought.source) if brought else "",
            safe_text(component_words(figure, self.scheme)),
        )

    def results(self) -> Iterator[Line]:
        """Yield every intermediate figure, one a line."""
        for one in self.result.figures:
            for form in one.forms:
                for figure in form.groups:
                    yield from self._group(one, form, figure)
                yield from self._form(one, form)
            yield from self._person(one)

    def _person(self, one: Figures) -> Iterator[Line]:
        person = (one.person.key, "", "", "", "")
        yield (*person, "ballot", *self._pair(one.ballot))
        yield (*person, "base", *self._pair(one.base))
        for line in (*one.bonus.lines, *one.deduction.lines):
            yield from self._adjustment(one, line)
        yield (*person, "bonus", *self._pair(one.bonus.total))
        yield (*person, "deduction", *self._pair(one.deduction.total))
        yield (*person, "total", *self._pair(one.total))
        yield (*person, "rank", self.result.rank.get(one.person.key, ""), "")
        yield (*person, "in_field", self.result.n_in_field[one.person.field], "")
        yield (*person, "hides_score", int(one.hides_score), "")
        yield (*person, "hides_rank", int(one.person.field in self.result.hidden_ranks), "")
        band = self.result.bands.get(one.person.key)
        if band is not None:
            yield (*person, "close_to", " ".join(map(str, band.neighbors)), "")
            yield (*person, "close_ranks", f"{band.from_rank}-{band.to_rank}", "")

    def _adjustment(self, one: Figures, line: CountedLine[int]) -> Iterator[Line]:
        place = (one.person.key, "", "", line.line, "")
        yield (*place, "entered", *self._pair(line.entered))
        yield (*place, "counted", *self._pair(line.counted))

    def _form(self, one: Figures, form: FormFigures) -> Iterator[Line]:
        place = (one.person.key, form.form.key, "")
        for item, score in zip(form.form.items, form.item_scores, strict=True):
            yield (*place, item.key, "", "item_score", *self._pair(score))
        yield (*place, "", "", "score", *self._pair(form.score))
        for name in ("hides_score", "hides_items", "hides_shares"):
            yield (*place, "", "", name, int(getattr(form, name)), "")

    def _group(self, one: Figures, form: FormFigures, figure: GroupFigure) -> Iterator[Line]:
        place = (one.person.key, form.form.key, figure.group.key)
        found = figure.tally
        for number, (item, (divided_by, points)) in enumerate(
            zip(form.form.items, figure.items, strict=True)
        ):
            for option, n in found.answers(number).items():
                if n:
                    yield (*place, item.key, option, "count", n, "")
            yield (*place, item.key, "", "answered", found.n_answered(number), "")
            yield (*place, item.key, "", "divided_by", divided_by, "")
            yield (*place, item.key, "", "points", *self._pair(points))
        for name, n in (
            ("returned", figure.n_returned),
            ("valid", found.n_valid),
            ("scored", found.n_scored),
            ("abstained", found.n_abstained),
            ("divided_by", figure.n_divided_by),
        ):
            yield (*place, "", "", name, n, "")
        yield (*place, "", "", "mean", *self._pair(figure.mean))
        yield (*place, "", "", "share", exact_text(figure.share), "")
        yield (*place, "", "", "hidden", int(figure.is_suppressed), "")

    def _pair(self, value: Fraction | None) -> tuple[str, str]:
        return exact_text(value), "" if value is None else str(round_half_up(value, self.decimals))
