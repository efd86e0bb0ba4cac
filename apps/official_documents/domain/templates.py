"""What of a document may be edited: wording, signature and seal, number, secrecy, circulation. Never its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text whose wording may be edited. ``text`` is what it says unless edited; it may be left out when
    ``is_optional``. Line ends start paragraphs.
    """

    key: str
    label: str
    text: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """Something a document tells or keeps to itself, like score and rank in a feedback letter."""

    key: str
    label: str
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """The editable part of a kind. Every text may name fields. Empty ``number``: the document has no number.

    ``copies_to`` (抄送) and ``printer`` (印发机关) make the imprint (版记) at the foot of the last page, if one is not empty.
    ``signature_lines`` are lines to be signed by hand, each the words before the blank.
    """

    title: str
    passages: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, bool] = field(default_factory=dict)
    number: str = "〔{年}〕{号}号"
    secrecy: str = ""
    signer: str = "{组织单位}"
    has_seal: bool = True
    signature_lines: tuple[str, ...] = ()
    copies_to: str = ""
    printer: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a printed document checkable: a short code, and what the QR code beside it says."""

    code: str
    qr_text: str


@dataclass(frozen=True, slots=True)
class Dress:
    """Everything about one document that is not its contents: the template with all fields filled in.

    ``words`` are the kind's passages by key; a passage that was emptied is ``""`` and is left out. ``mark`` is ``None`` in a
    preview.
    """

    title: str
    number: str
    issue_no: int
    issued_on: date
    secrecy: str
    words: Mapping[str, str]
    signer: str
    switches: Mapping[str, bool] = field(default_factory=dict)
    has_seal: bool = True
    signature_lines: Sequence[str] = ()
    copies_to: str = ""
    printer: str = ""
    mark: Mark | None = None


def describe_template(template: Template) -> dict[str, Any]:
    """Return the template as plain JSON."""
    return asdict(template) | {"signature_lines": list(template.signature_lines)}


def template_from(description: Mapping[str, Any], default: Template) -> Template:
    """Return the template of a description. What a newer version of the platform added comes from ``default``."""
    known = {one.name for one in fields(Template)}
    given = {key: value for key, value in description.items() if key in known}
    if "signature_lines" in given:
        given["signature_lines"] = tuple(given["signature_lines"])
    return replace(default, **given)
