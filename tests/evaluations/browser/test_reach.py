"""Everybody can use it: any age, keyboard, screen reader, 400 % zoom, no scripts, an old engine, a weak network."""

import gzip
import json
import re
import subprocess

import pytest
from django.conf import settings
from django.urls import reverse

from config.launcher.assets import find_node
from config.launcher.project import this_project
from tests.evaluations.browser.forms import (
    EVERY_KIND,
    MATRIX,
    ONE_GRADE,
    WITH_LIMIT,
    make_form_hall,
)
from tests.evaluations.browser.steps import (
    address,
    counted,
    fill_quickly,
    only_ballot,
    open_form,
    person,
    send,
    to_review,
    wait_until,
)
from tests.support.browser import PHONE, STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROOT = settings.BASE_DIR
SCRIPTS = sorted(
    re.findall(r"static/evaluations/(\w+\.js)", "".join(
        (ROOT / "config/launcher/assets" / name).read_text(encoding="utf-8")
        for name in ("evaluator.entry.js", "evaluator_qr.entry.js")
    ))
)  # fmt: skip
BUDGET = 45_000
A_TAP = 3.0  # seconds an old hand needs


# ---- old hands and old eyes ----


def test_forty_people_one_tap_each_in_less_than_four_minutes(live_server, phone, transactional_db):
    hall = make_form_hall(ONE_GRADE, n_reviewees=40)
    phone.clock.install()
    phone.goto(address(live_server, hall, hall.all_slips[0]))
    n_taps, waited = 0, 0.0

    phone.locator("#begin").tap()
    n_taps += 1
    for n in range(40):
        phone.locator(f".person:nth-of-type({n + 1}).now label").nth(n % 4).tap()
        phone.clock.run_for(1_100)
        n_taps, waited = n_taps + 1, waited + 1.1
    words = phone.locator("#review-words").inner_text()
    phone.locator("#send").tap()
    n_taps += 1
    counted(phone)

    assert words == "40 人全部填完。"
    assert n_taps == 42
    assert n_taps * A_TAP + waited <= 240
    assert len(only_ballot(hall)["m"]["1"]) == 40


SIZES = """() => {
  const shown = e => e.offsetParent && e.getBoundingClientRect().width > 1 && getComputedStyle(e).visibility !== "hidden";
  const own = e => Array.from(e.childNodes).some(n => n.nodeType === 3 && n.textContent.trim());
  const all = Array.from(document.querySelectorAll("body *")).filter(shown);
  const targets = Array.from(document.querySelectorAll("button, .options label, label.tick, textarea, select, input[type=text]")).filter(shown);
  return {
    text: all.filter(own).filter(e => parseFloat(getComputedStyle(e).fontSize) < 18).map(e => e.outerHTML.slice(0, 80)),
    small: targets.map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()]).filter(([, r]) => r.width < 59.9 || r.height < 59.9)
      .map(([h, r]) => [h, r.width, r.height]),
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth
  };
}"""
GOOD_SIZES = {"text": [], "small": [], "sideways": 0}
WINDOWS = {"phone": PHONE, "tablet": {"width": 768, "height": 1024}, "desk": STAFF}


def steps_of(page, live_server, hall):
    """Walk through every state of the page, yielding its name."""
    page.goto(address(live_server, hall, hall.all_slips[0]))
    page.locator("#begin").wait_for()
    yield "start"
    page.locator("#begin").click()
    fill_quickly(page)
    yield "fill"
    page.locator("#mode").click()
    yield "other mode"
    page.locator("#overview-open").click()
    yield "overview"
    page.locator("#back").click()
    to_review(page)
    yield "review"
    page.route("**/submit", lambda route: route.abort())
    page.route("**/status", lambda route: route.abort())
    send(page)
    page.locator("#qr-open").click(timeout=20_000)
    yield "sending"
    page.unroute("**/submit")
    page.unroute("**/status")
    page.locator("#retry").click()
    counted(page)
    yield "done"


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("form", [EVERY_KIND, MATRIX], ids=["every kind", "matrix"])
def test_text_and_targets_are_large_everywhere(live_server, open_window, transactional_db, window, form):
    hall = make_form_hall(form)
    page = open_window(WINDOWS[window])

    found = {step: page.evaluate(SIZES) for step in steps_of(page, live_server, hall)}

    assert {step: sizes for step, sizes in found.items() if sizes != GOOD_SIZES} == {}


@pytest.mark.parametrize("window", ["phone", "tablet"])
@pytest.mark.parametrize("form", [EVERY_KIND, MATRIX, WITH_LIMIT], ids=["every kind", "matrix", "limit"])
def test_no_known_barrier_in_any_state(live_server, open_window, transactional_db, window, form):
    """axe-core: names, roles, contrast, order."""
    hall = make_form_hall(form)
    page = open_window(WINDOWS[window])
    axe = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    found = {}

    for step in steps_of(page, live_server, hall):
        page.wait_for_timeout(300)  # a new person fades in
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for violation in result["violations"]:
            found[step, violation["id"]] = [node["html"][:120] for node in violation["nodes"][:3]]

    assert found == {}


@pytest.mark.parametrize("form", [EVERY_KIND, MATRIX], ids=["every kind", "matrix"])
def test_four_hundred_per_cent_zoom(live_server, open_window, transactional_db, form):
    """1280 × 1024 at 400 % is 320 × 256."""
    hall = make_form_hall(form)
    page = open_window({"width": 320, "height": 256})
    open_form(page, live_server, hall, hall.all_slips[0])

    sideways = []
    for _ in range(len(hall.paper.subjects)):
        for item in person(page).locator(".options").all():
            item.locator("label").first.click()
        sideways.append(page.evaluate(SIZES)["sideways"])
        page.locator("#next").click()
    to_review(page)
    sideways.append(page.evaluate(SIZES)["sideways"])
    send(page)
    counted(page)

    assert set(sideways) == {0}
    assert len(only_ballot(hall)["m"]["1"]) == 3


def test_keyboard_alone(live_server, page, transactional_db):
    """Tab, Space, arrows and Enter; arrows never make the page run on."""
    hall = make_form_hall(MATRIX)
    page.set_viewport_size(PHONE)
    page.goto(address(live_server, hall, hall.all_slips[0]))

    def press_until(key, wanted, most=60):
        for _ in range(most):
            if page.evaluate(f"document.activeElement.matches({json.dumps(wanted)})"):
                return
            page.keyboard.press(key)
        raise AssertionError(f"{wanted} is never reached by {key}")

    press_until("Tab", "#begin")
    page.keyboard.press("Enter")
    for n in range(3):
        place = f".person:nth-of-type({n + 1})"
        for key in ("a", "b", "c", "d", "e", "overall"):
            press_until("Tab", f"{place} [data-item={key}] input")
            page.keyboard.press("Space")
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(700)
        press_until("Tab", "#next")
        page.keyboard.press("Enter")
    press_until("Tab", "#send")
    page.keyboard.press("Enter")
    counted(page)

    rows = only_ballot(hall)["m"]["1"].values()
    assert [set(row.values()) for row in rows] == [{"fairly_good", "b"}] * 3


# ---- without scripts ----


def test_casting_without_scripts(live_server, open_window, transactional_db):
    hall = make_form_hall(EVERY_KIND)
    page = open_window(PHONE, java_script_enabled=False)
    one, two, me = hall.paper.subject_ids
    page.goto(address(live_server, hall))

    page.locator(f"[name='m-1-{one}-duty'][value=good]").check(force=True)
    page.locator(f"[name='m-1-{one}-work']").fill("17")
    page.locator(f"[name='m-1-{one}-rank']").select_option("1")
    page.locator(f"[name='m-1-{two}-advice']").fill("多调研")
    page.locator(f"[name='self-1-{me}']").check()
    page.locator("[name='m-1-0-c']").fill("会议开得好")
    page.locator("#code").fill("0000 0000 0000 0001")
    page.locator("#send").click()
    refused = page.locator("[role=alert]").first.inner_text()
    kept = page.locator(f"[name='m-1-{two}-advice']").input_value()
    page.locator("#code").fill(hall.all_slips[0].typed_code)
    page.locator("#send").click()

    content = only_ballot(hall)
    assert refused.startswith("票码不对")
    assert kept == "多调研"
    assert "已计入箱" in page.locator("#done h2").inner_text()
    assert content["m"] == {"1": {one: {"duty": "good", "work": "17", "rank": "1"}}}
    assert content["t"] == {"1": {"0": {"c": "会议开得好"}, two: {"advice": "多调研"}}}


def test_rules_are_said_without_scripts_too(live_server, open_window, transactional_db):
    hall = make_form_hall(WITH_LIMIT)
    page = open_window(PHONE, java_script_enabled=False)
    page.goto(address(live_server, hall))
    for box in page.locator("input[value=good]").all():
        box.check(force=True)
    page.locator("#code").fill(hall.all_slips[0].typed_code)

    page.locator("#send").click()
    said = page.locator("#breaches").inner_text()
    page.get_by_role("button", name="不改了，仍然提交").click()

    assert "最多1人" in said
    assert "已计入箱" in page.locator("#done h2").inner_text()
    assert len(only_ballot(hall)["m"]["1"]) == 3


# ---- weak networks and old engines ----


@pytest.mark.parametrize("form", [ONE_GRADE, MATRIX, EVERY_KIND], ids=["one grade", "matrix", "every kind"])
def test_page_fits_the_budget(live_server, page, client, transactional_db, form):
    """All that is loaded, compressed as it is sent: page, style, script, QR encoder; forty people."""
    hall = make_form_hall(form, n_reviewees=40)
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(live_server.url)))
    page.goto(address(live_server, hall), wait_until="networkidle")
    wait_until(page, "window.SPKQrcode")

    bodies = {path: b"".join(client.get(path)) for path in asked if path.startswith("/")}
    sizes = {path: len(gzip.compress(body, 9)) for path, body in bodies.items()}

    assert len(sizes) == 4
    assert sum(sizes.values()) <= BUDGET, sizes


def test_page_is_the_same_for_everybody(client, transactional_db):
    hall = make_form_hall(EVERY_KIND)
    path = reverse("evaluations:cast", args=[hall.session.pk])

    packed = [client.get(path, headers={"accept-encoding": "gzip", "user-agent": agent}) for agent in "ab"]
    plain = client.get(path)

    assert packed[0].content == packed[1].content
    assert gzip.decompress(packed[0].content) == plain.content
    assert client.get(path, headers={"if-none-match": plain["ETag"]}).status_code == 304
    assert plain.cookies == {}


LINT = """
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
const esbuild = createRequire(process.argv[2])("esbuild");
const old = { target: ["chrome78", "safari13"], supported: { destructuring: true } };
const changed = [];
for (const path of process.argv.slice(3)) {
  const text = await readFile(path, "utf8"), loader = path.endsWith(".css") ? "css" : "js";
  const now = await esbuild.transform(text, { loader, target: "esnext" });
  const then = await esbuild.transform(text, { loader, ...old });
  if (now.code !== then.code) changed.push(path);
}
console.log(JSON.stringify(changed));
"""


def changed_for_old_engines(folder, *paths):
    """Return the files that esbuild has to rewrite for Chromium 78 and Safari 13."""
    project = this_project()
    script = folder / "lint.mjs"
    script.write_text(LINT, encoding="utf-8")
    done = subprocess.run(
        [find_node(project).program, script, project.root / "package.json", *paths],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_no_syntax_newer_than_chromium_78_and_safari_13(tmp_path):
    sources = [ROOT / "static/evaluations" / name for name in SCRIPTS]
    shipped = [this_project().assets / "evaluations" / name for name in ("evaluator.js", "evaluator_qr.js")]
    newer = tmp_path / "newer.js"
    newer.write_text("const a = window.b?.c ?? 1;", encoding="utf-8")

    changed = changed_for_old_engines(
        tmp_path, *sources, *shipped, ROOT / "static/evaluations/evaluator.css", newer
    )

    assert len(SCRIPTS) == 12
    assert changed == [str(newer)]


NEWER_CALLS = (
    r"\.at\(|\.replaceAll\(|\.replaceChildren\(|structuredClone|randomUUID|\.matchAll\(|Promise\.(?:any|allSettled)"
    r"|\.findLast|Object\.groupBy|\.toSorted|globalThis|crypto\.subtle|WeakRef|showModal|\bimport\("
)
NEWER_STYLES = (
    r"(?<![-\w])gap\s*:|aspect-ratio|:has\(|:is\(|:where\(|:focus-visible|(?<![-\w])inset\s*:|clamp\(|\bmin\(|\bmax\("
    r"|@container|@layer|color-mix|accent-color|\bdvh\b|overflow-wrap:\s*anywhere|<dialog"
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_call_newer_than_chromium_78_and_safari_13(name):
    text = (ROOT / "static/evaluations" / name).read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)

    assert re.findall(NEWER_CALLS, code) == []


def test_no_style_newer_than_chromium_78_and_safari_13():
    text = (ROOT / "static/evaluations/evaluator.css").read_text(encoding="utf-8")
    pages = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "templates/evaluations").glob("*cast*.html")
    )

    assert re.findall(NEWER_STYLES, text + pages) == []
