"""Text as people type it: full width, half width, stray spaces."""

import unicodedata


def normalized(text: str) -> str:
    """Return ``text`` in NFKC (full-width letters, figures and spaces become plain) without outer spaces."""
    return unicodedata.normalize("NFKC", text).strip()


def search_words(text: str, limit: int = 8) -> list[str]:
    """Return the words of a search box, at most ``limit``; NUL, which the database refuses, is dropped."""
    return normalized(text.replace("\0", "")).split()[:limit]
