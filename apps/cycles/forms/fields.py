"""Boxes of the scheme editor: numbers, exact shares ("1/3"), band tables, a choice of options."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.common.domain.text import normalized
from apps.common.forms import NumberText
from apps.cycles.domain.checks import plain
from apps.cycles.domain.words import share_text

DECIMAL_BOX = {"inputmode": "decimal"}
COUNT_BOX = {"inputmode": "numeric"}
MOST_BANDS = 12
SPARE_BANDS = 1  # empty rows at the end of a table, for a page without JavaScript


def weight_field(label: str) -> forms.DecimalField:
    """Return a box for a weight, above 0, two decimals."""
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=1000,
        max_digits=6,
        decimal_places=2,
        widget=NumberText(DECIMAL_BOX),
    )


def percent_field(label: str, **options: Any) -> forms.DecimalField:
    """Return a box for 0-100, two decimals."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=NumberText(DECIMAL_BOX),
        **options,
    )  # fmt: skip


def points_field(label: str, *, most: int = 1000, **options: Any) -> forms.DecimalField:
    """Return a box for points, 0 to ``most``, two decimals."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=most, max_digits=7, decimal_places=2, widget=NumberText(DECIMAL_BOX),
        **options,
    )  # fmt: skip


def count_field(label: str, *, most: int = 100_000, **options: Any) -> forms.IntegerField:
    """Return a box for a whole number."""
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, widget=NumberText(COUNT_BOX), **options
    )


def exact_share(typed: str) -> Fraction:
    """Return a share in per cent: "90" and "33.3" are per cent, "1/3" is one third of all.

    :raises ValidationError: it is neither, or lies outside 0-100.
    """
    text = normalized(typed).rstrip("%")
    try:
        share = Fraction(text) * (100 if "/" in text else 1)
    except (ValueError, ZeroDivisionError) as error:
        raise ValidationError(f"“{typed}”不是数，请填90、33.3或1/3这样的数。") from error
    if not 0 <= share <= 100:  # noqa: PLR2004 -- per cent
        raise ValidationError(f"“{typed}”应在0到100之间。")
    return share


def exact_points(typed: str) -> Fraction:
    """Return points 0-100 with at most two decimals.

    :raises ValidationError: it is no such number.
    """
    text = normalized(typed)
    try:
        points = Fraction(Decimal(text))
    except (ArithmeticError, ValueError) as error:
        raise ValidationError(f"“{typed}”不是数，请填95、87.5这样的分数。") from error
    if not 0 <= points <= 100 or (points * 100).denominator != 1:  # noqa: PLR2004 -- per cent
        raise ValidationError(f"“{typed}”应在0到100之间，最多两位小数。")
    return points


def points_text(points: Fraction) -> str:
    """Write exact points as they are typed."""
    return plain(Decimal(points.numerator) / Decimal(points.denominator))


class BandTable(forms.Widget):
    """Rows of two boxes, "from … per cent" and "counts … points". The raw value is a list of pairs of text."""

    template_name = "cycles/widgets/band_table.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:  # noqa: ARG002 -- Django's signature
        """Return the pairs that are not wholly empty, as typed."""
        starts, scores = _texts(data, f"{name}-at"), _texts(data, f"{name}-score")
        pairs = zip(starts, scores, strict=False)
        return [(at, score) for at, score in pairs if at.strip() or score.strip()][:MOST_BANDS]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 -- Django's signature
        """An empty table is a value too."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the rows and spare ones."""
        context = super().get_context(name, value, attrs)
        context["widget"]["rows"] = [*(value or []), *[("", "")] * SPARE_BANDS]
        return context


class BandsField(forms.Field):
    """A band table; the clean value is a list of exact pairs (at least, points), as typed from top to bottom."""

    widget = BandTable

    def to_python(self, value: Any) -> list[tuple[Fraction, Fraction]]:
        """Read every pair; the first that cannot be read is told."""
        return [_exact_pair(at, score) for at, score in value or []]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is typed with what was shown."""
        return [tuple(pair) for pair in initial or []] != [tuple(pair) for pair in data or []]


class OverrideTable(forms.Widget):
    """Rows of "if … together reach … per cent, it counts … points". The raw value is a list of (options, at, score)."""

    template_name = "cycles/widgets/override_table.html"
    use_fieldset = True
    option_choices: Sequence[tuple[str, str, str]] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[list[str], str, str]]:  # noqa: ARG002 -- Django's signature
        """Return the rows that are not wholly empty, as typed."""
        starts, scores = _texts(data, f"{name}-at"), _texts(data, f"{name}-score")
        rows = [
            (_texts(data, f"{name}-{n}-options"), at, score)
            for n, (at, score) in enumerate(zip(starts, scores, strict=False))
        ]
        return [
            (options, at, score) for options, at, score in rows if options or at.strip() or score.strip()
        ][:MOST_BANDS]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 -- Django's signature
        """An empty table is a value too."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the rows and spare ones, each with its boxes to tick."""
        context = super().get_context(name, value, attrs)
        rows = [*(value or []), *[([], "", "")] * SPARE_BANDS]
        context["widget"]["rows"] = [
            {"at": at, "score": score, "options": [(*one, one[0] in chosen) for one in self.option_choices]}
            for chosen, at, score in rows
        ]
        return context


class OverridesField(forms.Field):
    """A table of overrides; the clean value is a list of (option values, at least, points)."""

    widget = OverrideTable

    def to_python(self, value: Any) -> list[tuple[list[str], Fraction, Fraction]]:
        """Read every row; the first that cannot be read is told."""
        found = []
        for options, at, score in value or []:
            if not options:
                raise ValidationError("“另行规定”里有一行没有勾选等次，请勾选或清空这一行。")
            found.append((options, *_exact_pair(at, score)))
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is typed with what was shown."""
        return [tuple(row) for row in initial or []] != [tuple(row) for row in data or []]


def _exact_pair(at: str, score: str) -> tuple[Fraction, Fraction]:
    if not at.strip() or not score.strip():
        raise ValidationError("每一档的起点和得分都要填；不用的一档两格都清空即可。")
    return exact_share(at), exact_points(score)


def _texts(data: Any, name: str) -> list[str]:
    found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
    return [str(one) for one in ([found] if isinstance(found, str) else found)]


def pair_texts(pairs: Iterable[tuple[Fraction, Fraction]]) -> list[tuple[str, str]]:
    """Return pairs as a band table shows them."""
    return [(share_text(at), points_text(score)) for at, score in pairs]


class SelectWithScale(forms.Select):
    """A drop-down of items; each option says in ``data-scale`` which scale it is answered on."""

    scales: Mapping[str, str]

    def __init__(self, *args: Any, scales: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scales = scales or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the scale of an item."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if scale := self.scales.get(str(value)):
            option["attrs"]["data-scale"] = scale
        return option


class OptionBoxes(forms.CheckboxSelectMultiple):
    """Options to tick, each with its scale in ``data-scale``; its value is "scale:option"."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the scale of an option."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-scale"] = str(value).rpartition(":")[0]
        return option
