"""Pages of a list that cost the same however long the list is."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import EmptyPage, Page, Paginator
from django.db import connection
from django.db.models import F, Func, QuerySet
from django.db.models.expressions import OrderBy

COUNTED = 5_000
"""Rows a list counts one by one: those of a whole district. Nobody turns 250 pages by hand; counting a whole country's rows would
be most of a page's time."""
LOOKED_AT, MET = 2_000, 40
"""If fewer than these of those are met, one in fifty, all rows wanted are gathered."""


def counted(rows: QuerySet[Any]) -> int:
    """Return the number of rows, ``COUNTED + 1`` standing for any number above ``COUNTED``."""
    return rows.order_by().values("pk")[: COUNTED + 1].count()


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Counts at most ``COUNTED`` rows and offers the pages of those; ``is_cut`` tells that there are more.

    What lies further down is reached by searching, filtering or sorting the other way round, and an export has all of it.
    """

    object_list: QuerySet[Any] | Sequence[Any]
    counted: QuerySet[Any] | None = None
    """Other rows of the very same number, where those are counted sooner."""

    @cached_property
    def _rows_found(self) -> int:
        """Return the number of rows, ``COUNTED + 1`` standing for any number above ``COUNTED``."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        counted = rows.order_by().values("pk") if self.counted is None else self.counted
        return self._count(counted[: COUNTED + 1])

    def _count(self, rows: QuerySet[Any]) -> int:
        return rows.count()

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
        if self._are_gathered() and isinstance(self.object_list, QuerySet):
            self.object_list = gathered(self.object_list)
        return super().page(number)

    def _are_gathered(self) -> bool:
        return not self.is_cut


class LookingPaginator(BoundedPaginator):
    """Looks whether what is searched for is met soon: at the first 2,000 rows there are, wanted or not, in the order of the list.

    People of one surname stand together in the order of names, and 张 near its end; those called 伟 are met everywhere. Of
    the former even 30,000 are better gathered, at the cost of as many reads. ``first`` yields the rows looked at, with
    ``is_wanted``; they are asked for together with the count, and only if that is cut.
    """

    first: QuerySet[Any]
    _n_met: int | None = None

    def _count(self, rows: QuerySet[Any]) -> int:
        try:
            (counted, counted_with), (first, first_with) = (
                one.query.sql_with_params() for one in (rows, self.first.values("is_wanted")[:LOOKED_AT])
            )
        except EmptyResultSet:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT n, CASE WHEN n > %s THEN (SELECT count(*) FROM ({first}) AS first WHERE is_wanted) END"  # noqa: S608 -- two statements of the ORM in one
                f" FROM (SELECT count(*) AS n FROM ({counted}) AS found) AS found",
                [COUNTED, *first_with, *counted_with],
            )
            n_found, self._n_met = cursor.fetchone()
        return int(n_found)

    def _are_gathered(self) -> bool:
        return super()._are_gathered() or (self._n_met or 0) < MET


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
