"""Pages of lists that are counted to a limit."""

import pytest
from django.core.paginator import EmptyPage

from apps.accounts.models import User
from apps.common.kit.paging import BoundedPaginator, UnboundedPaginator, gathered
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setattr("apps.common.kit.paging.COUNTED", 4)
    for n in range(7):
        make_user(username=f"u{n}", display_name=f"人{n % 3}")
    return User.objects.order_by("-display_name", "pk")


def test_few_rows_come_in_the_same_order_without_an_index(rows):
    few = rows.filter(username__lte="u3")

    assert [one.pk for one in BoundedPaginator(few, 2).page(2)] == [one.pk for one in few[2:4]]
    assert list(gathered(rows)) == list(rows)
    assert "GREATEST" in str(gathered(rows).query)


@pytest.mark.parametrize("order", [(), ("roles",), ("?",)])
def test_an_order_that_is_no_value_stays_as_it_is(order):
    rows = User.objects.order_by(*order)

    assert str(gathered(rows).query) == str(rows.query)


def test_a_program_reads_a_long_list_to_its_end(rows):
    found, number = [], 1
    while True:
        page = UnboundedPaginator(rows, 3).page(number)
        found += [one.pk for one in page]
        if not page.has_next():
            break
        number = page.next_page_number()

    assert found == [one.pk for one in rows]
    with pytest.raises(EmptyPage):
        UnboundedPaginator(rows, 3).page(number + 1)
