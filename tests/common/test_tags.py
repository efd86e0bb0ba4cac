from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from apps.common.kit import navigation
from apps.common.templatetags.common_tags import cell, cn_date, cn_time
from tests.factories.accounts import make_user

EVENING = datetime(2026, 1, 4, 16, 30, tzinfo=UTC)  # half past midnight of the 5th in China


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"), ("", "—"), (0, 0), (True, "是"), (False, "否"), (date(2026, 1, 5), "2026-01-05"),
        (EVENING, "2026-01-05 00:30"), (Fraction(2, 3), "0.67"), (Decimal("60.00"), "60"), ("文", "文"),
    ],
)  # fmt: skip
def test_cell_shows_values_as_people_write_them(value, shown):
    assert cell(value) == shown


def test_dates_are_those_of_china():
    assert [cn_date(EVENING), cn_time(EVENING), cn_date(None)] == ["2026年1月5日", "2026年1月5日 00:30", "—"]


def test_captured_title_keeps_escaping():
    template = Template(
        "{% load common_tags %}{% capture as title %} {{ name }} {% endcapture %}[{{ title }}|{{ title }}]"
    )

    assert template.render(Context({"name": "<b>"})) == "[&lt;b&gt;|&lt;b&gt;]"


def test_every_navigation_entry_leads_somewhere():
    urls = [reverse(item.url_name) for item in navigation._items.values()]

    assert all(url.startswith("/") for url in urls)
    assert len(urls) > 1


@pytest.mark.django_db
def test_navigation_marks_the_deepest_page_it_knows():
    user = make_user("system_admin")
    request = RequestFactory().get("/accounts/17/")
    request.user = user
    template = Template(
        "{% load common_tags %}{% navigation as nav %}{% for link in nav %}{% if link.is_current %}{{ link.label }}{% endif %}{% endfor %}"
    )

    assert template.render(Context({"request": request})) == "账号与权限"
