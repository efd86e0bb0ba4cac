"""Import → export → import is the identity, whatever people are called and whatever codes look like."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.accounts.services import grant_role
from apps.organizations.models import Organization
from apps.rosters.domain.cells import read_code, read_text
from apps.rosters.selectors import preview_lines
from apps.rosters.services import check_workbook, confirm_import, export_roster
from apps.rosters.sheets import export_skeleton
from apps.secretaries.domain.careers import appointment_kind_of
from apps.secretaries.models import Appointment
from tests.factories.rosters import AT, workbook

KINDS = ["党委", "党工委", "党组", "党总支", "党支部"]
FIELDS = ["农区", "城市", "两新", "机关", "国企", "卫健", "教育"]
ODD = [
    "=1+1",
    "+86",
    "-x",
    "@SUM(A1)",
    "'引号",
    '"双引号"',
    "a\\b\\N",
    "<b>&amp;",
    "㛃䶮𬱖𰻞",
    "0",
    "是",
    "1.0",
    "至今",
    "，；：",
]
letters = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=12
)
texts = (
    st.one_of(st.sampled_from(ODD), letters).map(read_text).filter(lambda t: t and not t.startswith("示例"))
)
codes = st.one_of(st.from_regex(r"0{0,3}[0-9A-Z\-]{1,12}", fullmatch=True), letters.map(read_code)).filter(
    lambda code: code and not code.startswith("示例")
)
days = st.dates(date(1950, 1, 1), date(2030, 12, 31))
phones = st.integers(0, 999_999_999).map(lambda n: f"13{n:09}")


@st.composite
def rosters(draw):
    """Rows of both sheets that an import takes: a tree, and people whose terms in one office follow each other."""
    own = draw(st.lists(codes, min_size=1, max_size=6, unique=True))
    organizations = []
    for n, code in enumerate(own):
        superior = own[draw(st.integers(0, n - 1))] if n else None
        founded = draw(st.none() | days)
        row = [
            code,
            draw(texts),
            superior,
            draw(st.sampled_from(KINDS)),
            draw(st.sampled_from(FIELDS)),
            founded,
            None,
        ]
        organizations.append([*row, draw(st.none() | texts)])
    numbers = draw(st.lists(phones, max_size=6, unique=True))
    people, ends = [], {}
    for number in numbers:
        code, post = (
            draw(st.sampled_from(own)),
            draw(texts | st.sampled_from(["党支部书记", "第一书记", "委员"])),
        )
        office = (code, appointment_kind_of(post))
        started = max(draw(days), ends.get(office, date.min))
        ended = draw(st.dates(started, date(2040, 1, 1)))
        ends[office] = ended
        born, gender = (
            draw(st.none() | days.map(lambda d: d.replace(day=1))),
            draw(st.sampled_from(["男", "女", None])),
        )
        people.append([draw(texts), gender, born, number, code, post, started, ended])
    return organizations, people


def contents():
    organizations = Organization.objects.order_by("code").values_list(
        "code", "name", "superior__code", "kind", "field", "founded_on", "abolished_on", "note"
    )
    posts = Appointment.objects.order_by("pk").values_list(
        "secretary_id", "secretary__name", "secretary__gender", "secretary__born_on", "secretary__phone",
        "organization__code", "post", "started_on", "ended_on",
    )  # fmt: skip
    return list(organizations), list(posts)


def exported(user):
    out = BytesIO()
    export_roster(out, export_skeleton(FIELDS), actor=user, at=AT)
    return out.getvalue()


class IdentityTests(TestCase):
    @settings(max_examples=25)
    @given(rosters())
    def test_import_export_import_is_the_identity(self, roster):
        first = confirm_import(check(workbook(*roster, edit=as_text)).pk, actor=None, at=AT)
        assert first.state == "confirmed", list(first.row_errors.values_list("row_no", "column", "reason"))
        before = contents()
        user = User.objects.create(username="clerk", display_name="经办")
        root = Organization.objects.get(superior=None)
        grant_role(user.pk, role=Role.CLERK.value, scope_id=root.pk, actor=None, at=AT)
        content = exported(user)

        again = check(content)

        assert (again.n_created, again.n_updated, again.n_errors, again.n_gone) == (0, 0, 0, 0), list(
            preview_lines(again)
        )
        assert again.n_unchanged == len(before[0]) + len(before[1])
        confirm_import(again.pk, actor=None, at=AT)
        assert contents() == before
        assert exported(user) == content


def as_text(book):
    """What looks like a formula is text here, as in cells that were formatted as text."""
    for page in book.worksheets:
        for row in page.iter_rows(min_row=2):
            for cell in row:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type


def check(content):
    return check_workbook("花名册.xlsx", content, actor=None, at=AT)


@pytest.mark.django_db
def test_namesakes_without_a_sign_go_round(world):
    """Two of one name in one organization, told apart by nothing but the number the export writes."""
    from tests.factories.secretaries import make_appointment, make_secretary

    for post in ("委员", "组织委员"):
        make_appointment(secretary=make_secretary(name="张三"), organization=world.branch, post=post)

    again = check(exported(world.users["clerk"]))

    assert (again.n_created, again.n_updated, again.n_errors) == (0, 0, 0)
