"""The tree of any day as the database says it, against a plain replay of whatever was entered, in whatever order.

An act that is taken back is struck out of the replay as if it had never been.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.organizations import services
from apps.organizations.domain.tree import NewOrganization, OrganizationData, in_cycles
from apps.organizations.models import Organization
from apps.organizations.selectors.history import organizations_as_of
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)
N_DAYS = 30
AT = datetime(2026, 1, 31, 4, 0, tzinfo=UTC)  # the last of the thirty days
# Of the first seven, by their number: three towns below the root, branches below two of them.
SUPERIORS = (0, 0, 0, 1, 1, 2, 2)
KINDS = (
    "create",
    "rename",
    "correct",
    "move",
    "merge",
    "merge_new",
    "split",
    "abolish",
    "reinstate",
    "roster",
)
REGRETTED = ("merge", "merge_new", "split", "abolish")
steps = st.lists(
    st.tuples(
        st.sampled_from(KINDS + REGRETTED), st.integers(0, N_DAYS), st.integers(0, 11), st.integers(0, 11), st.booleans(),
        st.booleans(),
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


class Book:
    """What a clerk would write down: on which day which value of which organization began to hold, in order of entry."""

    def __init__(self):
        self.lines = []
        self.codes = []
        self.n_made = self.n_acts = 0
        self.clerk = None

    def who(self):
        return {"actor": self.clerk, "at": AT + timedelta(seconds=self.n_acts)}

    def note(self, day, code, **values):
        """Without values: the act concerns the organization, but leaves it as it is."""
        self.lines.append((day, code, values, self.n_acts))

    def strike_out_last_act_on(self, code):
        act = max(line[3] for line in self.lines if line[1] == code)
        self.lines = [line for line in self.lines if line[3] != act]
        self.codes = [code for code in self.codes if any(line[1] == code for line in self.lines)]

    def new_code(self):
        self.n_made += 1
        return f"C{self.n_made}"

    def pick(self, n):
        return self.codes[n % len(self.codes)]

    def as_of(self, day):
        state = {}
        for on, code, values, _ in sorted(self.lines, key=lambda line: line[0]):
            if on <= day and values:
                state.setdefault(code, {}).update(values)
        return {code: (s["name"], s["field"], s["superior"]) for code, s in state.items() if s["exists"]}

    def children(self, code):
        now = self.as_of(date.max)
        return [one for one, (_, _, superior) in now.items() if superior == code]

    def born(self, day, code, superior):
        self.codes.append(code)
        self.note(day, code, name=code, field="rural", superior=superior, exists=True)


def pk(code):
    return Organization.objects.get(code=code).pk


def create(book, day, one, other, flag):
    code, superior = book.new_code(), book.pick(one)
    services.create_organization(
        code=code,
        name=code,
        kind="branch",
        field="rural",
        superior_id=pk(superior),
        founded_on=day,
        **book.who(),
    )
    book.born(day, code, superior)


def rename(book, day, one, other, flag):
    code, name = book.pick(one), f"名{len(book.lines)}"
    services.rename_organization(pk(code), name=name, on=day, reason="", version=None, **book.who())
    book.note(day, code, name=name)


def correct(book, day, one, other, flag):
    code, field = book.pick(one), ("urban", "soe")[flag]
    was = Organization.objects.get(code=code).field
    services.edit_organization(pk(code), changes={"field": field}, on=day, version=None, **book.who())
    if was != field:
        book.note(day, code, field=field)


def move(book, day, one, other, flag):
    code, superior = book.pick(one), book.pick(other)
    services.move_organization(pk(code), superior_id=pk(superior), on=day, version=None, **book.who())
    if book.as_of(date.max).get(code, (None, None, superior))[2] != superior:
        book.note(day, code, superior=superior)


def merge(book, day, one, other, flag):
    code, goal = book.pick(one), book.pick(other)
    children = book.children(code)
    services.merge_organizations([pk(code)], into=pk(goal), on=day, reason="", **book.who())
    for child in children:
        book.note(day, child, superior=goal)
    book.note(day, code, exists=False)
    book.note(day, goal)


def merge_new(book, day, one, other, flag):
    codes = [book.pick(one), book.pick(other)]
    children = {child for code in codes for child in book.children(code)} - set(codes)
    goal = book.new_code()
    data = NewOrganization(goal, goal, "branch", "rural", pk("C0"))
    services.merge_organizations([pk(code) for code in codes], into=data, on=day, reason="", **book.who())
    book.born(day, goal, "C0")
    for child in children:
        book.note(day, child, superior=goal)
    for code in codes:
        book.note(day, code, exists=False)


def split(book, day, one, other, flag):
    code, part = book.pick(one), book.new_code()
    superior = book.as_of(date.max).get(code, (None, None, None))[2]
    children = book.children(code)
    taken = children if flag else children[: other % 3]
    data = NewOrganization(part, part, "branch", "rural", subordinate_ids=tuple(map(pk, taken)))
    services.split_organization(
        pk(code), parts=[data], is_closed=flag, on=day, reason="", version=None, **book.who()
    )
    book.born(day, part, superior)
    for child in taken:
        book.note(day, child, superior=part)
    book.note(day, code, **({"exists": False} if flag else {}))


def abolish(book, day, one, other, flag):
    code = book.pick(one)
    if code in book.as_of(date.max):
        services.abolish_organization(pk(code), on=day, version=None, **book.who())
        book.note(day, code, exists=False)


def reinstate(book, day, one, other, flag):
    code = book.pick(one)
    if code not in book.as_of(date.max):
        services.reinstate_organization(pk(code), on=day, **book.who())
        book.note(day, code, exists=True)


def roster(book, day, one, other, flag):
    """An import renames one, adds one, and counts since the day it is carried out."""
    code, new = book.pick(one), book.new_code()
    organization = Organization.objects.get(code=code)
    if organization.abolished_on or not organization.superior:
        return
    name, today = f"表{len(book.lines)}", START + timedelta(days=N_DAYS)
    rows = [
        OrganizationData(code, name, organization.kind, organization.field, organization.superior.code, organization.founded_on),
        OrganizationData(new, new, "branch", "rural", code, day),
    ]  # fmt: skip
    services.save_roster_organizations(rows, at=book.who()["at"])
    book.note(today, code, name=name)
    book.born(day, new, code)


def regret(book):
    """Take the last act back, if it can be."""
    code = book.lines[-1][1]
    book.n_acts += 1
    services.take_back_last_act(pk(code), reason="记错了", **book.who())
    book.strike_out_last_act_on(code)


ACTS = {
    act.__name__: act
    for act in (create, rename, correct, move, merge, merge_new, split, abolish, reinstate, roster)
}


def stored_as_of(day):
    rows = organizations_as_of(day).select_related("superior")
    return {row.code: (row.name, row.field, row.superior.code if row.superior else None) for row in rows}


def stored_now():
    rows = Organization.objects.filter(abolished_on__isnull=True).select_related("superior")
    return {row.code: (row.name, row.field, row.superior.code if row.superior else None) for row in rows}


@settings(max_examples=40)
@given(steps)
def test_every_day_equals_the_replay_of_what_was_entered(entries):
    with transaction.atomic():
        book = Book()
        services.create_organization(
            code="C0", name="C0", kind="committee", field="rural", superior_id=None, **book.who()
        )
        book.born(date.min, "C0", None)
        for superior in SUPERIORS:
            create(book, START, superior, None, None)
        book.clerk = make_user("clerk", scope=Organization.objects.get(code="C0"))
        for kind, n, one, other, flag, is_regretted in entries:
            book.n_acts += 1
            try:
                ACTS[kind](book, START + timedelta(days=n), one, other, flag)
                if is_regretted and kind in REGRETTED:
                    regret(book)
            except DomainError:
                continue  # refused with its reason: nothing may have changed

        for n in range(-1, N_DAYS + 1):
            day = START + timedelta(days=n)
            found = stored_as_of(day)
            assert found == book.as_of(day)
            assert in_cycles({code: superior for code, (_, _, superior) in found.items()}) == set()
        assert stored_now() == stored_as_of(START + timedelta(days=N_DAYS))
        transaction.set_rollback(True)
