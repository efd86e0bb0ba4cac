"""What makes a template unusable, in words."""

from collections.abc import Collection, Iterator, Sequence

from apps.official_documents.domain.templates import Passage, Template
from apps.official_documents.domain.wording import check_wording, fields_in
from apps.official_documents.errors import WordingRefused

LONGEST_LINE = 60
LONGEST_PASSAGE = 1000
MOST_SIGNATURES = 8
SECRECY = ("", "内部", "秘密", "机密", "秘密★1年", "秘密★3年", "机密★1年", "机密★5年")
NUMBER_FIELDS = ("年", "号")


def faults(template: Template, passages: Sequence[Passage], known: Collection[str]) -> dict[str, str]:
    """Return what is wrong by the key of the box: ``title``, ``number``, ``passage-KEY`` …; empty if nothing is."""
    found: dict[str, str] = {}
    for box, text, names in _texts(template, known):
        longest = LONGEST_LINE * 2 if box == "copies_to" else LONGEST_LINE
        if fault := _fault(text, names, longest):
            found[box] = fault
    for passage in passages:
        text = template.passages.get(passage.key, passage.text)
        fault = _fault(text, known, LONGEST_PASSAGE)
        if not text.strip() and not passage.is_optional:
            fault = f"“{passage.label}”不能空着。可以改写，不能删去。"
        if fault:
            found[f"passage-{passage.key}"] = fault
    return found | _of_the_frame(template)


def _texts(template: Template, known: Collection[str]) -> Iterator[tuple[str, str, Collection[str]]]:
    yield "title", template.title, known
    yield "number", template.number, NUMBER_FIELDS
    yield "signer", template.signer, known
    yield "copies_to", template.copies_to, known
    yield "printer", template.printer, known


def _fault(text: str, known: Collection[str], longest: int) -> str:
    if len(text) > longest:
        return f"太长了：最多 {longest} 个字，现在是 {len(text)} 个。"
    try:
        check_wording(text, known)
    except WordingRefused as refusal:
        return refusal.message
    return ""


def _of_the_frame(template: Template) -> dict[str, str]:
    found: dict[str, str] = {}
    if not template.title.strip():
        found["title"] = "标题不能空着。"
    if template.number and "号" not in _names(template.number):
        found.setdefault("number", "文号里要有“{号}”，它会换成顺序号；不编文号就留空。")
    elif template.number and "年" not in _names(template.number):
        found.setdefault("number", "文号里要有“{年}”：每年从 1 号重新编。")
    if template.secrecy not in SECRECY:
        found["secrecy"] = "请从列出的密级中选择。"
    if len(template.signature_lines) > MOST_SIGNATURES:
        found["signature_lines"] = f"签名行最多 {MOST_SIGNATURES} 行。"
    elif any(
        len(line) > LONGEST_LINE // 3 or "{" in line or "}" in line for line in template.signature_lines
    ):
        found["signature_lines"] = f"每一行签名最多 {LONGEST_LINE // 3} 个字，不使用字段。"
    return found


def _names(text: str) -> list[str]:
    try:
        return fields_in(text)
    except WordingRefused:
        return list(NUMBER_FIELDS)  # told already
