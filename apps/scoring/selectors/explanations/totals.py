"""From components to the total: raw figure → conversion → score, bonuses and deductions, the rank and its band."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.schemes import AdjustmentKind, ComponentKind, Conversion
from apps.cycles.models import ReviewScheme
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors.closeness import neighbors_of
from apps.scoring.selectors.explanations.lines import HIDDEN, AdjustmentLine, BandLine, ComponentLine
from apps.scoring.selectors.lines import hides_part

ORIGINS = {ComponentKind.BALLOT: "现场测评得分", ComponentKind.SHARE: "现场测评占比"}


def component_lines(summary: ScoreSummary) -> tuple[ComponentLine, ...]:
    """Return the parts of the total in the order of the scheme."""
    return tuple(_component_line(summary, part) for part in summary.components)


def _component_line(summary: ScoreSummary, part: Mapping[str, Any]) -> ComponentLine:
    is_hidden = hides_part(summary, part["component_id"])
    weight = from_exact_text(part["weight"]) or Fraction(0)
    conversion = Conversion(part.get("conversion") or Conversion.NONE.value)
    hides_raw = is_hidden or bool(part.get("hides_raw"))
    return ComponentLine(
        name=part["name"],
        weight=f"{plain(weight)}%",
        score=None if is_hidden or part["score"] is None else Decimal(part["score"]),
        origin=_origin(part),
        is_missing=part["score"] is None,
        is_hidden=is_hidden,
        raw="" if hides_raw else _raw(part),
        conversion="" if conversion is Conversion.NONE else conversion.label,
        explanation="" if hides_raw else part.get("explanation") or "",
        reason=part.get("reason") or "",
    )


def _raw(part: Mapping[str, Any]) -> str:
    """Return the figure before conversion with its unit; empty if it is missing."""
    raw = part.get("raw")
    if raw is None:
        return ""
    if part.get("conversion") == Conversion.PLACE.value:
        return f"第 {plain_decimal(Decimal(raw))} 名"
    return f"{raw}%" if part["kind"] == ComponentKind.SHARE.value else f"{raw}"


def _origin(part: Mapping[str, Any]) -> str:
    kind = ComponentKind(part["kind"])
    if kind is not ComponentKind.IMPORTED:
        return ORIGINS[kind]
    if not part["value"]:
        return ""
    if part.get("conversion") == Conversion.PLACE.value:
        return f"依据：{part['source']}"
    value, full = (plain_decimal(Decimal(part[name])) for name in ("value", "out_of"))
    return f"{value} ÷ {full} × 100，依据：{part['source']}"


def plain(weight: Fraction) -> str:
    """Return a weight as people write it."""
    return plain_decimal(round_half_up(weight, 2))


def base_formula(summary: ScoreSummary) -> str:
    """Return how the components make the figure before bonuses and deductions; empty where there are none, or it may not be told."""
    base = summary.shown_base
    return f"{_weighted(summary)} = {base}" if base is not None and has_adjustments(summary) else ""


def total_formula(summary: ScoreSummary, scheme: ReviewScheme) -> str:
    """Return how the total is made; empty if it is missing or hidden."""
    total, base = summary.shown_total, summary.shown_base
    if total is None:
        return ""
    if base is None or not has_adjustments(summary):
        return f"{_weighted(summary)} = {total}"
    bonus = f" ＋ 加分 {plain_decimal(summary.bonus)}" if summary.bonus else ""
    deduction = f" − 扣分 {plain_decimal(summary.deduction)}" if summary.deduction else ""
    is_clamped = scheme.clamps_total and total != base + summary.bonus - summary.deduction
    note = "（总分限在 0—100 分之间）" if is_clamped and total in {Decimal(0), Decimal(100)} else ""
    return f"{base}{bonus}{deduction} = {total}{note}"


def has_adjustments(summary: ScoreSummary) -> bool:
    """Tell whether bonuses or deductions play a part."""
    return bool(summary.adjustments or summary.bonus or summary.deduction)


def _weighted(summary: ScoreSummary) -> str:
    weights = [from_exact_text(part["weight"]) or Fraction(0) for part in summary.components]
    terms = [
        f"{plain(weight)} × {HIDDEN if hides_part(summary, part['component_id']) else part['score']}"
        for weight, part in zip(weights, summary.components, strict=True)
    ]
    return f"（{' ＋ '.join(terms)}）÷ {plain(sum(weights, Fraction(0)))}"


def adjustment_lines(summary: ScoreSummary) -> tuple[AdjustmentLine, ...]:
    """Return what was entered and what of it counts, bonuses first."""
    return tuple(
        AdjustmentLine(
            name=one["name"],
            kind=AdjustmentKind(one["kind"]).label,
            entered=_points(one["entered"]),
            counted=_points(one["counted"]),
            note=one.get("note") or ("超出本项上限的不计" if one["entered"] != one["counted"] else ""),
        )
        for one in summary.adjustments
    )


def _points(value: str) -> str:
    return plain_decimal(round_half_up(Fraction(value), 2))


def band_line(summary: ScoreSummary, names: Mapping[int, str]) -> BandLine | None:
    """Return whom the ballots do not tell apart; ``None`` where the rank stands alone, or score or rank are hidden."""
    known = tuple(names[key] for key in neighbors_of(summary.band) if key in names)
    if not known or summary.hides_score:
        return None
    return BandLine(known, summary.band["from_rank"], summary.band["to_rank"])
