"""Wording that people may edit: plain text with named fields in braces, like ``请{姓名}同志查收``.

Nothing in it is mark-up and nothing is evaluated: a field is looked up by its whole name, or refused.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from apps.official_documents.errors import WordingRefused

PART = re.compile(r"\{([^{}\n]*)\}|([{}])")


@dataclass(frozen=True, slots=True)
class NamedField:
    """A field that wording may name. ``example`` is what a demonstration shows."""

    name: str
    meaning: str
    example: str


def fields_in(text: str) -> list[str]:
    """Return the names of the fields, in order, each once.

    :raises WordingRefused: a brace has no partner.
    """
    return list(dict.fromkeys(name for name in _names(text)))


def _names(text: str) -> Iterator[str]:
    for found in PART.finditer(text):
        if found[2]:
            near = text[max(0, found.start() - 6) : found.start() + 6].replace("\n", " ")
            raise WordingRefused(
                f"“{near}”处的花括号“{found[2]}”不成对。字段要写成“{{姓名}}”这样；文字中不要单独使用花括号。"
            )
        yield found[1].strip()


def check_wording(text: str, known: Collection[str]) -> None:
    """Refuse fields that do not exist.

    :raises WordingRefused: names the field and those that may be used.
    """
    for name in fields_in(text):
        if name not in known:
            offered = "、".join(f"{{{one}}}" for one in known)
            raise WordingRefused(f"没有名为“{name}”的字段。这里可以使用：{offered}。")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with every field replaced by its value. Values are plain text: braces in them stay as they are.

    :raises WordingRefused: a field has no value.
    """
    check_wording(text, values)
    return PART.sub(lambda found: values[found[1].strip()], text)
