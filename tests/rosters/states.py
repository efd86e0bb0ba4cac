"""An import in each of its states."""

from django.urls import reverse

from apps.rosters.models import RosterImport
from tests.browser.looks import State, send
from tests.factories.rosters import make_import

NEW = ["B2", "甲镇二村党支部", "T1", "党支部", "农区", "2020-05-06"]
CHANGED = ["B1", "甲镇一村党总支", "T1", "党总支", "城市"]
WRONG = [NEW, ["B3", "三村", "T9", "党支部", "火星", "去年"], ["B4", None, "T1", "支部", "农区"]]
SAME = ["T1", "甲镇党委", "R", "党委", "农区"]


def prepare(rows, **changes):
    """Return a step that makes an import of these rows."""

    def step(world):
        made = make_import(actor=world.users["clerk"], organizations=rows, secretaries=[])
        RosterImport.objects.filter(pk=made.pk).update(**changes)
        world.made_import = made

    return step


def refuse(window, world):
    """The page's script sends the form and shows what is wrong with it."""
    window.get_by_role("button", name="上传并预检").click()
    window.locator("[data-upload-error]").wait_for()


def one(world):
    return reverse("rosters:import_detail", args=[world.made_import.pk])


def of_kind(kind):
    return lambda world: f"{one(world)}?kind={kind}"


ROW = "rosters:import_"
STATES = [
    State(f"{ROW}detail", "checked", "clerk", one, prepare=prepare([NEW, CHANGED])),
    State(f"{ROW}detail", "changed rows", "clerk", of_kind("changed")),
    State(f"{ROW}detail", "rows only here", "clerk", of_kind("gone")),
    State(f"{ROW}detail", "kind without rows", "clerk", of_kind("same")),
    State(f"{ROW}detail", "checked, seen by another", "head", one),
    State(f"{ROW}confirm", "confirmed", "clerk", one, act=lambda window, world: send(window, world, "确认导入")),
    State(f"{ROW}detail", "errors", "clerk", one, prepare=prepare(WRONG)),
    State(f"{ROW}detail", "nothing to do", "clerk", one, prepare=prepare([SAME])),
    State(f"{ROW}discard", "discarded", "clerk", one, act=lambda window, world: send(window, world, "放弃")),
    State(f"{ROW}detail", "unreadable", "clerk", one,
          prepare=prepare([NEW], state="unreadable", reason="有单元格是公式：B2。")),
    State(f"{ROW}detail", "waiting", "clerk", one, prepare=prepare([NEW], state="checking")),
    State(f"{ROW}list", "rows", "clerk", lambda world: reverse("rosters:import_list")),
    State(f"{ROW}list", "empty", "outsider_clerk", lambda world: reverse("rosters:import_list")),
    State(f"{ROW}create", "no file", "clerk", lambda world: reverse("rosters:import_create"), act=refuse),
]  # fmt: skip
