"""Filters of the overviews. They show what they are given."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from apps.common.domain.formats import MISSING
from apps.organizations.models import field_named

register = template.Library()


@register.filter
def field_label(value: str) -> str:
    """Return the name of a field (领域)."""
    return field_named(value).label


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return the entry of a mapping."""
    return mapping[key]


@register.filter
def absolute(value: int) -> int:
    """Return a number without its sign."""
    return abs(value)


@register.filter
def signed(value: Decimal | None) -> str:
    """Show a change with its sign; none at all is 0 without a sign."""
    if value is None:
        return MISSING
    return f"{value:+f}" if value else f"{abs(value):f}"
