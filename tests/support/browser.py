"""A real Chromium, driven by playwright, for tests marked `browser`."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb",
    # Two hidden pages of the address bar, loaded anew with every window: more work than the window itself.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]  # fmt: skip
STAFF = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 640}


def chromium_path() -> str | None:
    """Return the browser of the system, or the one `make test` unpacked into var/."""
    shipped = Path(os.environ.get("SPK_VAR_DIR", ROOT / "var")) / "chromium" / "chromium"
    for found in (os.environ.get("SPK_CHROMIUM"), *map(shutil.which, NAMES), shipped):
        if found and Path(found).exists():
            return str(found)
    return None


@pytest.fixture(scope="session")
def browser():
    """One Chromium per test process."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        pytest.fail("没有 Chromium：请先执行一次 make test，或用 SPK_CHROMIUM 指定浏览器程序。")
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    shipped = Path(path).parent / "lib"
    own_libraries = {"LD_LIBRARY_PATH": str(shipped)} if (shipped / "libnss3.so").exists() else {}
    flags = [*FLAGS, "--no-sandbox"] if own_libraries or os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=flags, env=dict(os.environ) | own_libraries
        )
        yield launched
        launched.close()


@pytest.fixture
def open_window(browser):
    """Open a window of its own session; scripts that fail or break the content policy fail the test."""
    windows, faults = [], []

    def open_one(viewport=STAFF, **options):
        window = browser.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: _note_policy_breach(message, faults))
        return page

    yield open_one

    for window in windows:
        window.close()
    assert faults == []


def _note_policy_breach(message, faults) -> None:
    if "Content Security Policy" in message.text:
        faults.append(message.text)


@pytest.fixture
def page(open_window):
    """A staff window, 1366 × 768."""
    return open_window()


@pytest.fixture
def phone(open_window):
    """A phone window, 360 × 640, with touch."""
    return open_window(PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
