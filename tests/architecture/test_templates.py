"""Templates carry no inline script or style: the content security policy would refuse them."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORBIDDEN = [
    (
        re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE),
        "inline script",
    ),
    (re.compile(r"<style[\s>]", re.IGNORECASE), "inline style sheet"),
    (re.compile(r"\sstyle=\"", re.IGNORECASE), "style attribute"),
    (re.compile(r"\son[a-z]+=\"", re.IGNORECASE), "inline handler"),
    (re.compile(r"https?://(?!www\.w3\.org)", re.IGNORECASE), "address outside"),
]


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_template_is_clean(path):
    text = path.read_text(encoding="utf-8")

    assert [why for pattern, why in FORBIDDEN if pattern.search(text)] == []
