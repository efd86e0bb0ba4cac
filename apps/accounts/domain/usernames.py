"""User names: one spelling per name, and names made from people's names."""

import re
from collections.abc import Collection

from apps.common.domain.text import normalized

PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def canonical_username(text: str) -> str:
    """Return the one spelling under which a name is stored, looked up and locked."""
    return normalized(text).lower()


def is_valid_username(text: str) -> bool:
    """Tell whether a canonical name may be used: 2–60 of a–z, 0–9, dot, hyphen, underscore."""
    return PATTERN.fullmatch(text) is not None


def free_username(syllables: str, taken: Collection[str]) -> str:
    """Return ``syllables`` (pinyin run together) as a name nobody has: ``zhangwei``, ``zhangwei2`` …"""
    base = re.sub(r"[^a-z0-9]", "", normalized(syllables).lower())[:40] or "user"
    if not is_valid_username(base):
        base = f"{base}0"
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name
