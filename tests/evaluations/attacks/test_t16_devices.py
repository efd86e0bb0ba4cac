"""T16: the device is left behind after the last tap. Nothing on it gives an answer or the slip away: not the page, not its
storage, not the way back, not what the browser wrote to its profile.

The weak variant keeps a draft in localStorage and its form on the way back, as many pages do.
"""

import secrets

import pytest
from django.urls import reverse

from apps.evaluations.models import UrnEntry
from tests.evaluations.attacks.acts import secret_of
from tests.evaluations.attacks.halls import make_number_hall, with_comments
from tests.evaluations.attacks.scene import find
from tests.support.browser import FLAGS, PHONE, chromium_path

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FILL_IN = """words => {
  for (const field of document.querySelectorAll("#ballot input, #ballot textarea, #ballot select")) {
    if (!field.name || !field.name.startsWith("m-")) continue;
    if (field.tagName === "TEXTAREA") field.value = words;
    else if (field.type === "text" || field.type === "number") field.value = "83";
    else if (field.tagName === "SELECT") field.selectedIndex = 1;
    else continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return Array.from(document.querySelectorAll("#ballot textarea")).filter(field => field.value).length;
}"""

# Everything a page can reach, as one text. Fields that bear answers are listed with their values.
LEFT = """async () => {
  const own = text => text === undefined ? "" : JSON.stringify(text, (_, v) => v instanceof ArrayBuffer || ArrayBuffer.isView(v)
    ? String.fromCharCode(...new Uint8Array(v.buffer || v)) : v);
  const stored = [];
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done, fail) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = fail; });
    for (const store of base.objectStoreNames) for (const what of ["getAll", "getAllKeys"]) {
      const found = await new Promise(done => { const r = base.transaction(store).objectStore(store)[what](); r.onsuccess = () => done(r.result); });
      stored.push(...found.map(own));
    }
    base.close();
  }
  const cached = [];
  for (const name of window.caches ? await caches.keys() : []) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) cached.push(key.url + await (await cache.match(key)).text());
  }
  const fields = Array.from(document.querySelectorAll("input, textarea, select"));
  return {
    page: document.documentElement.outerHTML + document.documentElement.innerText,
    fields: fields.filter(f => f.type === "radio" || f.type === "checkbox" ? f.checked && f.name : f.type !== "hidden" && f.value)
      .map(f => f.name + "=" + f.value).join(),
    localStorage: own(Object.entries(localStorage)).slice(1, -1),
    sessionStorage: own(Object.entries(sessionStorage)).slice(1, -1),
    indexedDB: stored.join(),
    caches: cached.join(),
    cookies: document.cookie,
    address: location.href + own(history.state) + window.name,
    loaded: performance.getEntries().map(e => e.name).join(),
  };
}"""
EMPTY = ("localStorage", "sessionStorage", "indexedDB", "cookies")


def answers_left(page, needles):
    """Return where the page holds one of the needles, an answer in a field, or anything at all where nothing should be.

    The address the page was called by stays in the browser's own list until it is loaded again; that is the slip, which its owner
    holds on paper, never an answer.
    """
    left = page.evaluate(LEFT)
    called = left.pop("loaded")
    found = {place for place, text in left.items() for needle in needles if needle in text}
    found |= {place for place in EMPTY if left[place]} | ({"loaded"} if needles[0] in called else set())
    return found | ({"fields"} if "m-" in left["fields"] or "83" in left["fields"] else set())


def left_behind(page, address, needles):
    """Try what a finder tries: look, reload, go back and forward, open the address anew. Return step -> where something was found."""
    steps = {
        "at once": lambda: None,
        "reload": page.reload,
        "back": page.go_back,
        "forward": page.go_forward,
        "again": lambda: page.goto(address),
        "back from there": page.go_back,
    }
    found = {}
    for name, act in steps.items():
        act()
        page.wait_for_timeout(300)
        found[name] = sorted(answers_left(page, needles))
    return {name: places for name, places in found.items() if places}


def fill_and_send(page, words):
    assert page.evaluate(FILL_IN, words) >= 1
    page.wait_for_timeout(700)  # the draft is saved
    for _ in range(12):
        for name in ("#begin", "#next"):
            if page.locator(name).is_visible():
                page.locator(name).click()
        if page.locator("#send").is_visible():
            break
    page.locator("#send").click()
    page.locator("#done h2").wait_for()


@pytest.fixture
def hall(transactional_db):
    return make_number_hall(3, n_reviewees=2, template=with_comments())


def address_of(live_server, hall, slip):
    return live_server.url + reverse("evaluations:cast", args=[hall.session.pk]) + f"#{slip.fragment}"


def needles_of(slip, words):
    return [words, slip.fragment, secret_of(slip), slip.typed, slip.typed_code]


def test_nothing_is_left_on_the_device(live_server, hall, phone):
    slip, words = hall.all_slips[0], "kanari" + secrets.token_hex(8)
    phone.goto(f"{live_server.url}/healthz")
    phone.goto(address_of(live_server, hall, slip))

    fill_and_send(phone, words)

    assert UrnEntry.objects.count() == 1
    assert (
        left_behind(
            phone,
            live_server.url + reverse("evaluations:cast", args=[hall.session.pk]),
            needles_of(slip, words),
        )
        == {}
    )


def test_answers_can_be_seen_while_filling_in(live_server, hall, phone):
    """The same look before the last tap finds them: it is not blind."""
    slip, words = hall.all_slips[0], "kanari" + secrets.token_hex(8)
    phone.goto(address_of(live_server, hall, slip))

    phone.evaluate(FILL_IN, words)
    phone.wait_for_timeout(700)

    assert {"fields", "sessionStorage"} <= answers_left(phone, needles_of(slip, words))


def test_profile_on_disk_holds_no_answer_in_the_clear(live_server, hall, browser, tmp_path):
    """History, form filling, storage and cache files of a browser that was closed. Drafts are locked with the slip's secret."""
    slip, words = hall.all_slips[0], "kanari" + secrets.token_hex(8)
    flags = [*FLAGS, "--no-sandbox"]
    window = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path(), args=flags, viewport=PHONE, locale="zh-CN"
    )
    page = window.new_page()
    page.goto(address_of(live_server, hall, slip))
    fill_and_send(page, words)
    page.wait_for_timeout(500)
    window.close()

    files = [path for path in (tmp_path / "profile").rglob("*") if path.is_file()]

    assert len(files) > 20
    assert UrnEntry.objects.count() == 1
    assert find(files, [words]) == []


WEAK = """<!doctype html><title>weak</title><main id=main><form id=ballot><textarea name="m-1-1-c"></textarea>
<button id=send type=button>x</button></form><div id=done hidden><h2>ok</h2></div></main><script>
const words = document.querySelector("textarea");
words.addEventListener("input", () => localStorage.setItem("draft", words.value));
document.getElementById("send").addEventListener("click", () => {
  document.getElementById("ballot").hidden = true; document.getElementById("done").hidden = false;
});
</script>"""


def test_a_page_that_keeps_its_draft_is_found(live_server, phone):
    words = "kanari" + secrets.token_hex(8)
    phone.route("**/weak", lambda route: route.fulfill(status=200, content_type="text/html", body=WEAK))
    phone.goto(f"{live_server.url}/healthz")
    phone.goto(f"{live_server.url}/weak")

    fill_and_send(phone, words)
    found = left_behind(phone, f"{live_server.url}/weak", [words])

    assert {"localStorage", "fields"} <= set(found["at once"])
    assert "localStorage" in found["reload"]
