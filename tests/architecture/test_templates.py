"""Templates carry no inline script or style: the content security policy would refuse them. Style sheets keep phone and paper apart."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
NEVER_PRINTED = {"evaluator.css", "hall.css", "countdown.css"}  # a voter's phone and the screens of the hall
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


def test_paper_does_not_get_the_layout_of_a_phone():
    """A sheet of A4 is 703 px wide, so that a bare ``max-width: 767px`` would hold for it."""
    bare = re.compile(r"@media \(max-width: [1-7]\d\dpx\)")
    styles = [path for path in (ROOT / "static").rglob("*.css") if path.name not in NEVER_PRINTED]

    assert len(styles) > 10
    assert [path.name for path in styles if bare.search(path.read_text(encoding="utf-8"))] == []
