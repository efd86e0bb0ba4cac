"""The list base, tried on accounts: any model would do."""

from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.test import RequestFactory
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.common.domain.chinese_dates import parse_date
from apps.common.lists import Column, DateFilter, Filter, ListPage, TooManyRows
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


class People(ListPage):
    title = "名单"
    columns = (
        Column("username", "用户名", "username", sort=("username",), url=lambda row: f"/x/{row.pk}/"),
        Column("name", "姓名", "display_name", sort=("display_name",)),
        Column("hidden", "编号", "pk", sort=("pk",), numeric=True, shown=False),
    )
    filters = (
        Filter(
            "state", "状态", (("1", "启用"), ("0", "停用")), lambda rows, v: rows.filter(is_active=v == "1")
        ),
        DateFilter("from", "自", lambda rows, day: rows.filter(created_at__date__gte=day)),
    )
    search_fields = ("username", "display_name")
    default_sort = "username"

    def get_rows(self, request):
        return User.objects.all()


@pytest.fixture
def viewer():
    return make_user("audit_admin", username="zz-viewer", display_name="看客")


def ask(viewer, query="", page=People):
    request = RequestFactory().get(f"/list/?{query}")
    request.user = viewer
    request.session = {}
    request._messages = FallbackStorage(request)
    return page.as_view()(request)


def names(response):
    html = response.content.decode()
    rows = (
        html.split("<tbody", 1)[1].split("</tbody>")[0].split('scope="row"')[1:] if "<tbody" in html else []
    )
    return [row.split('">', 2)[2].split("</a>")[0].split(">")[-1] for row in rows]


def sheet(response):
    book = load_workbook(BytesIO(response.content))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_page_costs_the_same_whatever_the_number_of_rows(viewer, n_rows, django_assert_num_queries):
    for number in range(n_rows - 1):
        make_user(username=f"a{number}")
    viewer = User.objects.get(pk=viewer.pk)

    with django_assert_num_queries(4):  # rows, their count, the viewer's roles, unread messages
        response = ask(viewer)

    assert len(names(response)) == n_rows


def test_search_is_tolerant_of_width_and_needs_every_word(viewer):
    make_user(username="ab12", display_name="王小明")
    make_user(username="ab99", display_name="李四")

    assert names(ask(viewer, "q=ＡＢ１２　王")) == ["ab12"]
    assert names(ask(viewer, "q=ab+%00")) == ["ab12", "ab99"]


def test_search_finds_per_cent_and_quotes_literally(viewer):
    make_user(username="a", display_name="50%'")
    make_user(username="b", display_name="505")

    assert names(ask(viewer, QueryDict(mutable=True).urlencode() + "q=50%25'")) == ["a"]


def test_filter_takes_only_offered_values(viewer):
    make_user(username="off", is_active=False)

    assert names(ask(viewer, "state=0")) == ["off"]
    assert names(ask(viewer, "state=2")) == ["off", "zz-viewer"]


def test_date_filter_narrows_and_ignores_nonsense(viewer):
    assert parse_date("2999-01-01") is not None
    assert names(ask(viewer, "from=2999-01-01")) == []
    assert names(ask(viewer, "from=morgen")) == ["zz-viewer"]


def test_sort_turns_and_is_told_to_screen_readers(viewer):
    make_user(username="aa")

    backwards = ask(viewer, "sort=-username")

    assert names(backwards) == ["zz-viewer", "aa"]
    assert 'aria-sort="descending"' in backwards.content.decode()
    assert names(ask(viewer, "sort=password")) == names(ask(viewer))


def test_columns_are_chosen_by_the_query_and_kept_by_every_link(viewer):
    html = ask(viewer, "col=username&col=hidden&sort=username").content.decode()

    assert "编号" in html.split("<thead")[1].split("</thead>")[0]
    assert "姓名" not in html.split("<thead")[1].split("</thead>")[0]
    assert "?col=username&amp;col=hidden&amp;sort=username&amp;export=xlsx" in html
    assert names(ask(viewer, "col=nonsense")) == ["zz-viewer"]


def test_pages_and_page_size(viewer):
    for number in range(24):
        make_user(username=f"p{number:02d}")

    assert len(names(ask(viewer))) == 20
    assert names(ask(viewer, "page=2")) == ["p20", "p21", "p22", "p23", "zz-viewer"]
    assert len(names(ask(viewer, "size=50"))) == 25
    assert len(names(ask(viewer, "size=7"))) == 20
    assert names(ask(viewer, "page=99")) == names(ask(viewer, "page=2"))


def test_export_holds_exactly_what_is_shown_all_pages_of_it(viewer):
    for number in range(22):
        make_user(username=f"p{number:02d}", display_name="=1+1")

    rows = sheet(ask(viewer, "q=p&col=username&col=name&sort=-username&export=xlsx"))

    assert rows[0][0] == "名单"
    assert "看客　共 22 条" in rows[1][0]
    assert rows[2][0] == "条件：搜索“p”"
    assert rows[3] == ["用户名", "姓名"]
    assert rows[4] == ["p21", "=1+1"]
    assert len(rows) == 4 + 22


def test_export_beyond_the_limit_is_offered_to_a_worker_not_cut(viewer):
    make_user()
    narrow = type("Narrow", (People,), {"max_export_rows": 1})

    html = ask(viewer, "q=e&export=xlsx", narrow).content.decode()

    assert "在后台导出" in html
    assert "搜索“e”" in html
    assert 'name="query" value="q=e&amp;export=xlsx"' in html


def test_export_beyond_the_limit_is_refused_where_nobody_does_long_work(viewer, monkeypatch):
    monkeypatch.setattr("apps.common.kit.exports._door", [])
    make_user()
    narrow = type("Narrow", (People,), {"max_export_rows": 1})

    with pytest.raises(TooManyRows):
        ask(viewer, "export=xlsx", narrow)

    assert len(sheet(ask(viewer, "q=zz&export=xlsx", narrow))) == 5


def test_empty_list_says_what_is_missing_and_how_to_go_on(viewer):
    narrowed = ask(viewer, "q=nobody&sort=username").content.decode()
    empty = ask(viewer, "", type("Empty", (People,), {"get_rows": lambda self, request: User.objects.none()}))

    assert "没有符合条件的内容" in narrowed
    assert 'href="/list/?sort=username"' in narrowed
    assert "这里还没有内容" in empty.content.decode()


def test_stranger_is_sent_to_the_login_and_the_wrong_role_refused(viewer):
    closed = type("Closed", (People,), {"is_allowed": lambda self, request: False})

    assert ask(AnonymousUser()).status_code == 302
    with pytest.raises(PermissionDenied):
        ask(viewer, "", closed)


def test_typed_text_is_escaped(viewer):
    make_user(username="x", display_name="<script>alert(1)</script>")

    html = ask(viewer, "q=<script>").content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_list_too_long_to_count_says_so_and_still_turns_its_first_pages(viewer, monkeypatch):
    monkeypatch.setattr("apps.common.kit.paging.COUNTED", 40)
    for n in range(45):
        make_user("audit_admin", username=f"user{n:02}", display_name=f"人{n}")

    html = ask(viewer, "page=2").content.decode()

    assert "超过 <b>40</b> 条" in html
    assert "第 21–40 条" in html
    assert len(names(ask(viewer, "page=99"))) == 20


def test_a_list_that_is_counted_whole_gives_its_number(viewer, monkeypatch):
    monkeypatch.setattr("apps.common.kit.paging.COUNTED", 40)
    for n in range(39):
        make_user("audit_admin", username=f"user{n:02}", display_name=f"人{n}")

    html = ask(viewer).content.decode()

    assert "共 <b>40</b> 条" in html
    assert "超过" not in html
