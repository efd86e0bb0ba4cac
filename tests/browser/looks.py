"""How a page is looked at: what axe finds, what sticks out on a phone, English left over, the order of Tab, and where the focus is.

A page is opened once, at the size of a desk, and then narrowed to a phone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.browser import PHONE, STAFF

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# A target half under the bar that stays on top is a matter of where the page happens to be scrolled to: for axe it does not stay.
AXE_FAULTS = """
async ([part, rules]) => {
  const bar = document.querySelector(".brand-bar");
  if (bar) bar.style.position = "static";
  const found = await axe.run(part || document, {resultTypes: ["violations"], ...rules});
  if (bar) bar.style.position = "";
  return found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | ")}`);
}
"""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AT_A_DESK = {"runOnly": LEVELS}
ON_A_PHONE = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
}
# Words that are no leftovers: names of things that have no other, and what users type themselves.
NAMES = {
    "TOTP", "PDF", "API", "Excel", "xlsx", "xls", "Cookie", "UTC", "IP", "CSV", "HTTPS", "TLS", "SHA", "NTP", "SM",
    "Chrome", "Linux", "Home", "End", "MB", "JPG", "PNG", "GB", "ISEAA", "zip",
}  # fmt: skip
WORDS = """
() => {
  const seen = [document.title, document.body.innerText];
  for (const one of document.querySelectorAll("[placeholder], [aria-label], [title], [alt]"))
    for (const name of ["placeholder", "aria-label", "title", "alt"]) seen.push(one.getAttribute(name) || "");
  const own = [...document.querySelectorAll("code, .hash, .one-time, input, textarea, [data-literal]")].map(one => one.innerText || one.value || "");
  return [seen.join("\\n"), own.join("\\n")];
}
"""
SHOWN = """
const shown = () => [...document.querySelectorAll("main a[href], main button, main input, main select, main textarea, main summary")]
  .filter(one => one.type !== "hidden" && !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
    && !one.closest(".visually-hidden, .menu-body, [role=listbox]"));
"""
SIDEWAYS = "document.scrollingElement.scrollWidth - 360"
# In one column nothing that comes later by Tab may stand wholly above what came before it.
ORDER = f"""
() => {{
  {SHOWN}
  const faults = [...document.querySelectorAll("[tabindex]")].filter(one => one.tabIndex > 0).map(one => "tabindex " + one.tabIndex);
  let last = null;
  for (const one of shown()) {{
    const place = one.getBoundingClientRect();
    if (last && place.bottom <= last.top && place.height > 1) faults.push("Tab jumps up to " + (one.id || one.name || one.textContent.trim()));
    if (place.height > 1) last = place;
  }}
  return faults;
}}
"""
FOCUS = f"""
() => {{
  {SHOWN}
  const look = one => {{ const style = getComputedStyle(one); return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor].join(); }};
  const faults = [];
  for (const one of shown().slice(0, 60)) {{
    const box = one.closest(".ts-control") || one, before = look(box), wasOn = one === document.activeElement;
    one.focus({{preventScroll: true}});
    if (!wasOn && document.activeElement === one && look(box) === before) faults.push("no sign of focus: " + (one.id || one.name || one.textContent.trim()));
  }}
  document.activeElement.blur();
  return faults;
}}
"""
BELOW_THE_BAR = """
document.querySelector("main").getBoundingClientRect().top >= document.querySelector(".brand-bar").getBoundingClientRect().bottom - 1
"""
FIRST_WRONG = """
() => {
  const wrong = document.querySelector("main form [aria-invalid=true], main form .field-error");
  if (!wrong) return [];
  const field = wrong.matches("[aria-invalid]") ? wrong : wrong.closest(".field");
  const on = document.activeElement;
  return on === field || field.contains(on) || (field.nextElementSibling && field.nextElementSibling.contains(on)) ? [] : ["the first error has not got the focus"];
}
"""


@dataclass(frozen=True)
class State:
    """One more state of a page than the access table opens by itself.

    ``of`` is the row of the access table it belongs to; ``prepare`` changes the district first; ``act`` is done on the page before it
    is looked at (a form sent, a dialog opened).
    """

    of: str
    said: str
    role: str
    address: Callable[[Any], str]
    prepare: Callable[[Any], None] = lambda world: None
    act: Callable[[Any, Any], None] | None = None
    status: int = 200


def send(window, world, label=""):
    """Send the page's form as it stands; say yes if the button asks."""
    buttons = window.locator("main form[method=post] button[type=submit]:visible")
    button = window.locator("main button:visible", has_text=label).first if label else buttons.last
    asks = button.get_attribute("data-confirm") is not None
    with window.expect_navigation():
        button.click()
        if asks:
            window.locator(".dialog .btn-primary").click()


def open_menu(window, world):
    window.locator("main details.menu summary").last.click()


def faults_of(window, *, words=frozenset(), is_thorough=True) -> list[str]:
    """Return in words what is wrong with the page that the window shows.

    The thorough look goes by keyboard as well and measures contrast and targets on a phone too; further states of a page differ from
    it in what stands in ``main``.
    """
    faults = window.evaluate(FIRST_WRONG)
    faults += [f"English: {word}" for word in english(window, words)]
    if is_thorough and window.evaluate("document.activeElement === document.body"):
        faults += _skip_link(window)
    faults += window.evaluate(AXE_FAULTS, [None if is_thorough else "main", AT_A_DESK])
    if is_thorough:
        window.keyboard.press("Tab")
        faults += window.evaluate(FOCUS) + _escape(window)
    window.set_viewport_size(PHONE)
    faults += [f"{wide} px too wide on a phone"] if (wide := window.evaluate(SIDEWAYS)) > 0 else []
    if is_thorough:
        faults += window.evaluate(AXE_FAULTS, [None, ON_A_PHONE]) + window.evaluate(ORDER)
    window.set_viewport_size(STAFF)
    return faults


def english(window, words=frozenset()) -> list[str]:
    """Return the words of two or more Latin letters that are neither names, nor typed by users, nor shown as code."""
    text, own = window.evaluate(WORDS)
    kept = NAMES | set(words) | set(re.findall(r"[A-Za-z]{2,}", own))
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - kept)


def _skip_link(window) -> list[str]:
    window.keyboard.press("Tab")
    place = window.evaluate(
        "document.activeElement.matches('.skip-link') ? document.activeElement.getBoundingClientRect().top : -1"
    )
    if place < 0:
        return ["Tab does not begin at the link that skips the navigation"]
    window.keyboard.press("Enter")
    if window.evaluate("document.activeElement.id") != "content":
        return ["the skip link leads nowhere"]
    return [] if window.evaluate(BELOW_THE_BAR) else ["the skip link leads under the bar"]


def _escape(window) -> list[str]:
    """Escape closes what asks first, and the focus returns."""
    asks = window.locator("main [data-confirm]:visible")
    if not asks.count() or window.locator(".dialog").count():
        return []
    asks.first.click()
    inside = window.evaluate("document.activeElement.closest('.dialog') !== null")
    window.keyboard.press("Escape")
    back = window.evaluate("document.activeElement.hasAttribute('data-confirm')")
    if inside and back and not window.locator(".dialog").count():
        return []
    return ["a question does not take the focus, close by Escape and give the focus back"]
