"""Contents for the layout tests: every kind as its demonstration shows it, and so long that its tables run over pages."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache

from apps.official_documents.domain.dressing import dress_up
from apps.official_documents.domain.scopes import Format
from apps.official_documents.kinds import KINDS
from apps.official_documents.kit.kinds import COMMON_FIELDS
from apps.official_documents.kit.rendering import render

RARE = "王㛃䶮𬱖𰻞"
BY_KEY = {kind.key: kind for kind in KINDS}
MANY = 60
# What a person typed: names, places, reasons. The rest of a content is figures and fixed words.
TYPED = {"name", "organization", "post", "reason", "place", "title", "host", "members_present", "appointment"}


def file_of(kind, content=None, file_format=Format.PDF, **template):
    content = kind.demonstration() if content is None else content
    values = {one.name: one.example for one in COMMON_FIELDS} | dict(kind.values(content))
    dress = dress_up(
        replace(kind.template, **template), kind.passages, kind.switches, values, number=3, issue_no=1,
        issued_on=date(2026, 12, 28),
    )  # fmt: skip
    return render(kind, content, dress, file_format)


@cache
def long_pdf(key):
    """The PDF of a kind with its lists repeated until they need several pages."""
    return file_of(BY_KEY[key], longer(BY_KEY[key].demonstration()))


def longer(content, n=MANY):
    """Repeat each list of records of a content."""
    changes = {}
    for field in fields(content):
        value = getattr(content, field.name)
        if isinstance(value, tuple | list) and value and is_dataclass(value[0]) and field.name in REPEATED:
            changes[field.name] = type(value)(value[place % len(value)] for place in range(n))
    return replace(content, **changes)


REPEATED = {"lines", "praised", "criticized", "problems", "turnout"}


def retyped(content, text):
    """Return a content in which everything a person may have typed is ``text``."""
    if isinstance(content, tuple | list):
        return type(content)(retyped(one, text) for one in content)
    if not is_dataclass(content):
        return content
    changes = {}
    for field in fields(content):
        value = getattr(content, field.name)
        is_typed = field.name in TYPED and isinstance(value, str)
        changes[field.name] = text if is_typed else retyped(value, text)
    return replace(content, **changes)
