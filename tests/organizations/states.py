"""States of the pages of organizations that the access table does not open by itself."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from apps.organizations.models import Organization
from tests.browser.looks import State, open_menu, send
from tests.factories.organizations import make_organization, note

LONG = "青禾区高新技术产业开发区现代农业科技示范园区联合社区第一网格综合党支部委员会"
TREE, LIST = reverse("organizations:organization_tree"), reverse("organizations:organization_list")


def grow(world):
    """A level of 120 below the town, one of them with a long name."""
    for n in range(119):
        make_organization(superior=world.town, code=f"V{n:03}", name=f"第{n}村党支部")
    make_organization(superior=world.town, code="V999", name=LONG)


def abolish(world):
    """The second town is gone, its secretary still in office."""
    Organization.objects.filter(pk=world.other_town.pk).update(abolished_on=date(2025, 6, 1))
    note(
        world.other_town,
        "abolished",
        date(2025, 6, 1),
        {"exists": False},
        reason="撤并",
        recorded_at=timezone.now(),
    )


def page_of(name, which="town"):
    return lambda world: reverse(f"organizations:organization_{name}", args=[getattr(world, which).pk])


def type_in_the_tree(window, world):
    window.locator("#tree-q").press_sequentially("村")
    window.locator("#tree-hits li").first.wait_for()


FIELD = "organizations:field_"
ROW = "organizations:organization_"
STATES = [
    State(f"{ROW}tree", "level of 120, one chosen", "clerk", lambda world: f"{TREE}?at={world.branch.pk}", prepare=grow),
    State(f"{ROW}tree", "as of a day", "clerk", lambda world: f"{TREE}?day=2026-01-01"),
    State(f"{ROW}tree", "found", "clerk", lambda world: f"{TREE}?q=村"),
    State(f"{ROW}tree", "nothing found", "clerk", lambda world: f"{TREE}?q=没有"),
    State(f"{ROW}tree", "suggestions", "clerk", lambda world: TREE, act=type_in_the_tree),
    State(f"{ROW}list", "pages", "clerk", lambda world: f"{LIST}?page=2"),
    State(f"{ROW}list", "nothing found", "clerk", lambda world: f"{LIST}?q=没有"),
    State("organizations:past_organization_list", "a day", "clerk",
          lambda world: f"{reverse('organizations:past_organization_list')}?day=2026-01-01"),
    State(f"{ROW}detail", "menu open", "clerk", page_of("detail"), act=open_menu),
    State(f"{ROW}detail", "only read", "leader", page_of("detail")),
    State(f"{ROW}detail", "abolished", "head", page_of("detail", "other_town"), prepare=abolish),
    State(f"{ROW}history", "changes", "head", page_of("history", "other_town")),
    State(f"{ROW}reinstate", "abolished", "head", page_of("reinstate", "other_town")),
    State(f"{ROW}take_back", "empty", "head", page_of("take_back", "other_town"), act=send),
    State(f"{ROW}create", "empty", "clerk", lambda world: reverse("organizations:organization_create"), act=send),
    State(f"{ROW}rename", "empty", "clerk", page_of("rename"), act=send),
    State(f"{ROW}move", "empty", "clerk", page_of("move"), act=send),
    State(f"{ROW}merge", "empty", "clerk", page_of("merge"), act=send),
    State(f"{ROW}split", "empty", "clerk", page_of("split"), act=send),
    State(f"{ROW}abolish", "empty", "clerk", page_of("abolish"), act=send),
    State(f"{FIELD}list", "by the head", "head", lambda world: reverse("organizations:field_list")),
    State(f"{FIELD}list", "empty name", "head", lambda world: reverse("organizations:field_list"), act=send),
    State(f"{ROW}detail", "not there", "clerk", lambda world: f"{LIST}987654321/", status=404),
]  # fmt: skip
