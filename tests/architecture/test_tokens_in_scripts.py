"""Scripts that send something with the session read the CSRF token when they send, so that the one ``session.js`` renews is used.

After signing in again in another window the token a page was made with is worthless. ``static/accounts/session.js`` puts the new one
into every field of the page; a copy kept in a variable would be lost to it.
"""

import re
from pathlib import Path

STATIC, TEMPLATES = (Path(__file__).resolve().parents[2] / name for name in ("static", "templates"))
SENDING = re.compile(r"""\bfetch\(|\.open\("POST\"""")
KEPT = re.compile(r"(?:const|let|var)\s+\w+\s*=[^;{]*csrfmiddlewaretoken[^;{]*\.value")
AT_SENDING = ("new FormData(", "csrfmiddlewaretoken", 'credentials: "omit"')
RENEWS_ITSELF = {
    "meetings/countdown.js"
}  # the hall's clock is no page of the house: it takes the token from each answer
SESSION = "accounts/session.js"


def scripts():
    for path in sorted(STATIC.rglob("*.js")):
        text = path.read_text(encoding="utf-8")
        if SENDING.search(text) and "POST" in text:
            yield path.relative_to(STATIC).as_posix(), text


def test_no_script_keeps_a_copy_of_the_token():
    assert [name for name, text in scripts() if KEPT.search(text)] == []


def test_each_script_that_sends_reads_the_token_when_it_does():
    names = {name: any(way in text for way in AT_SENDING) for name, text in scripts()}

    assert {name for name, reads in names.items() if not reads} == RENEWS_ITSELF
    assert "state.token" in (STATIC / "meetings/countdown.js").read_text(encoding="utf-8")
    assert len(names) > 8


def test_the_pages_of_these_scripts_have_the_script_that_renews_it():
    """``base.html`` brings it; a page of its own would not."""
    sending = [
        name
        for name, text in scripts()
        if 'credentials: "omit"' not in text and name not in RENEWS_ITSELF | {SESSION}
    ]
    pages = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    users = {path.name: text for path, text in pages.items() for name in sending if f"'{name}'" in text}

    assert [name for name, text in users.items() if "{% extends" not in text] == []
    assert len(users) >= len(sending)
