"""How a component's raw figure becomes a score: band table, place, ratio to the best. Exact, and plain JSON when stored.

Source: reference practice, domain reference 1.6 (W7: share of 优秀 by bands, each place two per cent less, ratio to the best). Raw
figures and shares are per cent (0–100), places count from 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from apps.cycles.domain.schemes import Conversion

FULL = Fraction(100)


@dataclass(frozen=True, slots=True)
class Band:
    """From this raw figure (inclusive) upwards the score is ``score``."""

    at_least: Fraction
    score: Fraction


@dataclass(frozen=True, slots=True)
class ShareBand:
    """Goes before the band table: where these options together reach the share (per cent), the score is ``score``."""

    options: tuple[str, ...]
    at_least: Fraction
    score: Fraction


@dataclass(frozen=True, slots=True)
class ConversionPlan:
    """The conversion of one component.

    ``bands`` (best first) and ``overrides`` belong to ``BANDS``; overrides need the shares of a ballot item. ``first``, ``step`` and
    ``floor`` belong to ``RANK`` and ``PLACE``: the first place is worth ``first``, each further one ``step`` less, never below ``floor``.
    """

    kind: Conversion = Conversion.NONE
    bands: tuple[Band, ...] = ()
    overrides: tuple[ShareBand, ...] = ()
    first: Fraction = FULL
    step: Fraction = Fraction(0)
    floor: Fraction = Fraction(0)


PLAIN = ConversionPlan()


def by_bands(plan: ConversionPlan, value: Fraction, shares: Mapping[str, Fraction]) -> Fraction | None:
    """Return the score of the first override that holds, else of the best band reached; ``None`` below all bands.

    ``shares``: per cent of each option of the item, empty for a figure that is no share.
    """
    for override in plan.overrides:
        if (
            sum((shares.get(option, Fraction(0)) for option in override.options), Fraction(0))
            >= override.at_least
        ):
            return override.score
    reached = [band for band in plan.bands if value >= band.at_least]
    return max(reached, key=lambda band: band.at_least).score if reached else None


def by_place(plan: ConversionPlan, place: Fraction) -> Fraction:
    """Return the score of a place, 1 being the best."""
    return max(plan.floor, plan.first - plan.step * (place - 1))


def by_best(value: Fraction, best: Fraction) -> Fraction | None:
    """Return the ratio to the best of the field in per cent; ``None`` where even the best is nought."""
    return value / best * FULL if best else None


def describe_conversion(plan: ConversionPlan) -> dict[str, Any]:
    """Return plain JSON without any float; ``conversion_from`` reads it back. A plain conversion is ``{}``."""
    if plan.kind is Conversion.NONE:
        return {}
    described: dict[str, Any] = {"kind": plan.kind.value}
    if plan.kind is Conversion.BANDS:
        described["bands"] = [{"at_least": str(one.at_least), "score": str(one.score)} for one in plan.bands]
        described["overrides"] = [
            {"options": list(one.options), "at_least": str(one.at_least), "score": str(one.score)}
            for one in plan.overrides
        ]
    if plan.kind in {Conversion.RANK, Conversion.PLACE}:
        described |= {name: str(getattr(plan, name)) for name in ("first", "step", "floor")}
    return described


def conversion_from(described: Mapping[str, Any]) -> ConversionPlan:
    """Return the conversion that ``describe_conversion`` described.

    :raises KeyError, ValueError: it is no such description.
    """
    if not described:
        return PLAIN
    kind = Conversion(described["kind"])
    if kind is Conversion.BANDS:
        return ConversionPlan(
            kind,
            tuple(Band(Fraction(one["at_least"]), Fraction(one["score"])) for one in described["bands"]),
            tuple(
                ShareBand(tuple(one["options"]), Fraction(one["at_least"]), Fraction(one["score"]))
                for one in described["overrides"]
            ),
        )
    if kind in {Conversion.RANK, Conversion.PLACE}:
        first, step, floor = (Fraction(described[name]) for name in ("first", "step", "floor"))
        return ConversionPlan(kind, first=first, step=step, floor=floor)
    return ConversionPlan(kind)
