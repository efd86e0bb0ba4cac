"""What esbuild made of the npm packages."""

import gzip
import os
import re

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from config.launcher.assets import FONTS
from config.launcher.project import this_project

ASSETS = this_project().assets
BUNDLES = [
    "evaluations/evaluator.js", "evaluations/evaluator.min.css", "evaluations/evaluator_qr.js", "evaluations/jsqr.js", "evaluations/seal.js", "vendor/bootstrap.css", "vendor/bootstrap.js",
    "vendor/echarts.js", "vendor/htmx.js",
    "vendor/idb-keyval.js", "vendor/tom-select.css", "vendor/tom-select.js",
]  # fmt: skip


def test_every_bundle_and_font_is_there():
    missing = [name for name in BUNDLES if not (ASSETS / name).exists()]

    assert missing == []
    assert [name for name in FONTS if not (this_project().fonts / name).exists()] == []


@pytest.mark.parametrize("name", [name for name in BUNDLES if name.endswith(".js") and "echarts" not in name])
def test_script_for_old_browsers_has_no_newer_syntax(name):
    text = (ASSETS / name).read_text(encoding="utf-8")
    code = re.sub(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`', '""', text)

    assert re.findall(r"\?\?=|\|\|=|&&=|[\w)\]]\?\.[A-Za-z_$\[(]|[\w)\]]\?\?[\w(\"]", code) == []


def test_seal_script_is_small_enough_for_the_evaluator_page():
    assert len(gzip.compress((ASSETS / "evaluations/seal.js").read_bytes(), 9)) < 12_000


def test_seal_script_never_uses_a_weak_random_source():
    assert "Math.random" not in (ASSETS / "evaluations/seal.js").read_text(encoding="utf-8")


@pytest.fixture
def sealing_page(page):
    page.goto("about:blank")
    page.add_script_tag(content=(ASSETS / "evaluations/seal.js").read_text(encoding="utf-8"))
    return page


@pytest.mark.browser
@pytest.mark.parametrize("length", [0, 1, 31, 64, 4096])
def test_libsodium_opens_what_the_browser_sealed(sealing_page, length):
    key, message = PrivateKey.generate(), os.urandom(length)

    sealed = bytes(
        sealing_page.evaluate(
            "([key, message]) => Array.from(SPKSeal.seal(new Uint8Array(key), new Uint8Array(message)))",
            [list(bytes(key.public_key)), list(message)],
        )
    )

    assert len(sealed) == length + 48
    assert SealedBox(key).decrypt(sealed) == message
    with pytest.raises(CryptoError):
        SealedBox(PrivateKey.generate()).decrypt(sealed)


@pytest.mark.browser
def test_same_message_is_sealed_differently_each_time(sealing_page):
    key = list(bytes(PrivateKey.generate().public_key))

    seen = sealing_page.evaluate(
        "key => [1, 2, 3].map(() => SPKSeal.seal(new Uint8Array(key), new Uint8Array(8)).join())", key
    )

    assert len(set(seen)) == 3


@pytest.mark.browser
@pytest.mark.parametrize(
    "call",
    ["SPKSeal.seal(new Uint8Array(31), new Uint8Array(1))", "SPKSeal.seal(new Uint8Array(32), 'text')"],
)
def test_wrong_arguments_are_refused(sealing_page, call):
    assert (
        sealing_page.evaluate(f"() => {{ try {{ {call}; return 'sealed' }} catch (e) {{ return e.name }} }}")
        == "TypeError"
    )


@pytest.mark.browser
@pytest.mark.parametrize("source", ["undefined", "{}", "{ getRandomValues(bytes) { return bytes } }"])
def test_without_real_randomness_nothing_is_sealed(sealing_page, source):
    outcome = sealing_page.evaluate(
        f"""() => {{
          Object.defineProperty(window, 'crypto', {{ value: {source}, configurable: true }});
          try {{ SPKSeal.seal(new Uint8Array(32).fill(9), new Uint8Array(1)); return 'sealed' }}
          catch (error) {{ return error.message }}
        }}"""
    )

    assert outcome in {"no secure random source", "random source returned nothing"}
