"""Every page of organizations, secretaries, imports, accounts, log and self-check, in a real Chromium.

The list comes from the access table: each address that answers GET is opened as the first role that may, and each row that shows a
page only after something was done has a state in ``tests/<app>/states.py``. A new address without either fails.
"""

import importlib
import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from tests.access import ROLES
from tests.architecture.test_access import BACKEND, rows
from tests.browser.looks import AXE, State, faults_of
from tests.support.browser import PHONE, STAFF

APPS = ("organizations", "secretaries", "rosters", "accounts", "audit", "security_checks")
PICTURES = os.environ.get(
    "SPK_PICTURES"
)  # a folder: every page that is looked at is also drawn, at both sizes
NO_PAGE = {
    "organizations:organization_search": "the hits below the search box of the tree",
    "organizations:organization_branch": "one level of the tree",
    "organizations:organization_options": "suggestions of an input",
    "secretaries:secretary_phone": "the number in its place",
    "secretaries:photo": "a picture",
    "rosters:template_download": "a workbook",
    "rosters:roster_export": "a workbook",
    "rosters:import_progress": "the part of a page that renews itself",
    "rosters:import_changes": "a workbook",
    "accounts:session_state": "asked by a script",
    "accounts:scope_options": "suggestions of an input",
}
SHOWN = {200, 409, 422}  # what a page, or a form with its faults, answers with
NAMES = dict(
    zip(
        ROLES[1:],
        ("何秀英", "郑建国", "冯安", "甲书记", "乙书记", "蒋领", "沈监", "韩理", "杨安", "朱审"),
        strict=True,
    )
)
# What the district of the test is made of.
WORDS = {word for role in ROLES for word in role.split("_")} | {"tests", "made", "pdf", "xinren", "zhangsan"}


def states(app) -> list[State]:
    try:
        return importlib.import_module(f"tests.{app}.states").STATES
    except ModuleNotFoundError:
        return []


def of_app(app):
    return {name: row for name, row in rows().items() if name.startswith(f"{app}:")}


def opened_by(row):
    """Return the role that opens the page of a row by GET, and the status; ``None`` if nobody sees a page there."""
    found = [(role, row.expected(role)) for role in (*ROLES[1:], ROLES[0]) if row.expected(role) in SHOWN]
    return found[0] if found and row.method == "get" else None


def test_every_address_is_opened_or_told_why_not():
    missing = [
        name
        for app in APPS
        for name, row in of_app(app).items()
        if name not in NO_PAGE
        and opened_by(row) is None
        and not any(state.of == name for state in states(app))
        and (row.method == "get" or any(row.expected(role) in SHOWN for role in ROLES))
    ]

    assert missing == []
    assert {state.of for app in APPS for state in states(app)} <= set(rows())


class Visitor:
    """One window that opens addresses as a role, and tells what is wrong with what they show."""

    def __init__(self, world, live_server, window):
        self.world, self.server, self.window = world, live_server, window
        self.told, self.cookies = [], {}
        window.add_init_script(path=AXE)
        window.on("console", lambda one: self.told.append(one) if one.type == "error" else None)

    def be(self, role):
        """Put the session of the role into the window."""
        self.window.context.clear_cookies()
        if role == "anonymous":
            return
        if role not in self.cookies:
            client = Client()
            client.force_login(User.objects.get(pk=self.world.users[role].pk), backend=BACKEND)
            self.cookies[role] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": self.cookies[role]}
        self.window.context.add_cookies([cookie | {"url": self.server.url}])

    def page(self, name, row):
        """Look at a page of the access table."""
        role, status = opened_by(row)
        answer = self._open(role, reverse(name, kwargs=row.kwargs(self.world)))
        return self._look(name, is_thorough=True) if answer == status else [f"{answer} instead of {status}"]

    def state(self, state):
        """Bring about a further state of a page, and look at it."""
        state.prepare(self.world)
        answer = self._open(state.role, state.address(self.world))
        if state.act is not None:
            state.act(self.window, self.world)
            self.window.wait_for_load_state("load")
        elif answer != state.status:
            return [f"{answer} instead of {state.status}"]
        return self._look(f"{state.of}, {state.said}", is_thorough=False)

    def _open(self, role, address):
        self.told.clear()
        self.be(role)
        return self.window.goto(f"{self.server.url}{address}").status

    def _look(self, said, *, is_thorough):
        if PICTURES:
            self._draw(said)
        if not self.window.evaluate("document.doctype !== null && document.querySelector('main') !== null"):
            return ["no page"]
        faults = faults_of(self.window, words=WORDS, is_thorough=is_thorough)
        return faults + [one.text for one in self.told if not self._is_own_refusal(one)]

    def _is_own_refusal(self, message):
        """Chromium notes it as an error of the console when the page itself is a refusal."""
        return message.location["url"] == self.window.url.partition("#")[0] and "status of 4" in message.text

    def _draw(self, said):
        for size in (PHONE, STAFF):
            self.window.set_viewport_size(size)
            path = Path(PICTURES) / f"{said.replace(':', '-')}-{size['width']}.png"
            self.window.screenshot(path=path, full_page=True)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("app", APPS)
def test_pages_have_no_faults(app, world, live_server, open_window):
    for role, name in NAMES.items():
        User.objects.filter(pk=world.users[role].pk).update(display_name=name)
        world.users[role].refresh_from_db()
    visitor, found = Visitor(world, live_server, open_window()), {}

    for name, row in of_app(app).items():
        if name not in NO_PAGE and opened_by(row):
            found[name] = visitor.page(name, row)
    for state in states(app):
        found[f"{state.of}, {state.said}"] = visitor.state(state)

    assert "\n".join(f"{said}: {fault}" for said, faults in found.items() for fault in faults) == ""
