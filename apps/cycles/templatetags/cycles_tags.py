"""Filters of the pages of cycles."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def entry(values: Mapping[str, Any], key: str) -> Any:
    """Return one entry of a mapping, ``None`` if there is none."""
    return values.get(key)
