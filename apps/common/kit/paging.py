"""Pages of a list that cost the same however long the list is."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import F, Func, QuerySet
from django.db.models.expressions import OrderBy

COUNTED = 5_000
"""Rows a list counts one by one: those of a whole district. Nobody turns 250 pages by hand; counting a whole country's rows would
be most of a page's time."""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Counts at most ``COUNTED`` rows and offers the pages of those; ``is_cut`` tells that there are more.

    What lies further down is reached by searching, filtering or sorting the other way round, and an export has all of it.
    """

    object_list: QuerySet[Any] | Sequence[Any]

    @cached_property
    def _rows_found(self) -> int:
        """Return the number of rows, ``COUNTED + 1`` standing for any number above ``COUNTED``."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        """Return the number of rows that have pages."""
        return min(self._rows_found, COUNTED)

    @property
    def is_cut(self) -> bool:
        """Tell whether there are more rows than are counted."""
        return self._rows_found > COUNTED

    def page(self, number: int | str) -> Page[Any]:
        """Return a page. Few rows are gathered and sorted, many are read in the order of an index."""
        if not self.is_cut and isinstance(self.object_list, QuerySet):
            self.object_list = gathered(self.object_list)
        return super().page(number)


class UnboundedPaginator(BoundedPaginator):
    """Counts as little, but offers every page there is: for programs that read a list to its end."""

    def page(self, number: int | str) -> Page[Any]:
        """Return a page.

        :raises EmptyPage: nothing lies there.
        """
        if not self.is_cut:
            return super().page(number)
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        found = list(self.object_list[start : start + self.per_page + 1])
        if not found:
            raise EmptyPage("没有这一页。")
        return _FarPage(found[: self.per_page], number, self, has_more=len(found) > self.per_page)

    def validate_number(self, number: float | str) -> int:
        """Return the page's number; past what is counted only reading tells whether the page is there."""
        if self.is_cut and str(number).isdecimal() and int(number) > 0:
            return int(number)
        return super().validate_number(number)


class _FarPage(Page[Any]):
    """A page of a list whose length is not known: reading it told whether another follows."""

    def __init__(
        self, rows: Sequence[Any], number: int, paginator: BoundedPaginator, *, has_more: bool
    ) -> None:
        super().__init__(rows, number, paginator)
        self._has_more = has_more

    def has_next(self) -> bool:
        return self._has_more


def gathered(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows in the same order, but in a form that PostgreSQL sorts: no index has it.

    Asked for the first twenty of few, it would rather walk the index of the order in the hope to meet them soon. Those who
    share a town, a surname or a fate stand close together in most orders, so it meets them late: after half a country.
    """
    order = list(rows.query.order_by)
    if not order or rows.query.combinator:
        return rows
    first = _unindexed(rows, order[0])
    return rows if first is None else rows.order_by(first, *order[1:])


def _unindexed(rows: QuerySet[Any], term: Any) -> OrderBy | None:
    """Return a term of an order wrapped in ``GREATEST``, which of one value is that value; ``None`` if that is not safe."""
    if not isinstance(term, str) or term == "?" or not _is_plain(rows, term.lstrip("-")):
        return None
    wrapped = Func(F(term.lstrip("-")), function="GREATEST")
    return wrapped.desc() if term.startswith("-") else wrapped.asc()


def _is_plain(rows: QuerySet[Any], name: str) -> bool:
    """Tell whether a name leads to a value: a field or an annotation, and not to another table's order."""
    if name in rows.query.annotations:
        return True
    _, field, _, rest = rows.query.names_to_path(name.split("__"), rows.model._meta)  # noqa: SLF001 -- its public name
    return not field.is_relation and not rest
