"""Conditions on thousands of values: one array is sent, where ``in`` sends a parameter for each."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.expressions import RawSQL


def one_of_texts(name: str, values: Iterable[str]) -> Q:
    """Return the condition that a column has one of the values."""
    return Q(**{f"{name}__in": RawSQL("SELECT unnest(%s::text[])", [list(values)])})


def one_of_numbers(name: str, values: Iterable[int]) -> Q:
    """Return likewise for whole numbers, ids say."""
    return Q(**{f"{name}__in": RawSQL("SELECT unnest(%s::bigint[])", [list(values)])})
