"""Pages of a list that cost the same however long the list is."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

COUNTED = 10_000
"""Rows a list counts one by one. Nobody turns five hundred pages by hand; counting a whole country's rows would be most of
a page's time."""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Counts at most ``COUNTED`` rows and offers the pages of those; ``is_cut`` tells that there are more.

    What lies further down is reached by searching, filtering or sorting the other way round, and an export has all of it.
    """

    object_list: QuerySet[Any]

    @cached_property
    def _rows_found(self) -> int:
        """Return the number of rows, ``COUNTED + 1`` standing for any number above ``COUNTED``."""
        return self.object_list.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        """Return the number of rows that have pages."""
        return min(self._rows_found, COUNTED)

    @property
    def is_cut(self) -> bool:
        """Tell whether there are more rows than are counted."""
        return self._rows_found > COUNTED
