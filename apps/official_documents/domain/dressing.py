"""From a template and the values of its fields to the dress of one document."""

from collections.abc import Mapping, Sequence
from datetime import date

from apps.official_documents.domain.templates import Dress, Mark, Passage, Switch, Template
from apps.official_documents.domain.wording import fill


def dress_up(
    template: Template,
    passages: Sequence[Passage],
    switches: Sequence[Switch],
    values: Mapping[str, str],
    *,
    number: int | None,
    issue_no: int,
    issued_on: date,
    mark: Mark | None = None,
) -> Dress:
    """Return the dress. ``number`` ``None`` leaves a blank where the number will stand.

    :raises WordingRefused: a text names a field that has no value.
    """
    known = {**values, "号": "　" if number is None else str(number)}
    words = {one.key: fill(template.passages.get(one.key, one.text), known) for one in passages}
    return Dress(
        title=fill(template.title, known),
        number=fill(template.number, known),
        issue_no=issue_no,
        issued_on=issued_on,
        secrecy=template.secrecy,
        words=words,
        signer=fill(template.signer, known),
        switches={one.key: template.switches.get(one.key, one.is_on) for one in switches},
        has_seal=template.has_seal,
        signature_lines=template.signature_lines,
        copies_to=fill(template.copies_to, known),
        printer=fill(template.printer, known),
        mark=mark,
    )
